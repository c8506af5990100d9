import type { PeerWatcher } from '@peerset/core';
import { Counter, Gauge, Registry } from 'prom-client';
import { collectState } from './collect-state.ts';
import { countChanges, countRounds } from './count-events.ts';

/** Numbers for Prometheus. */
export interface Metrics {
  /** Of `text`. */
  readonly contentType: string;
  /** All numbers as they are now, in the text format. Rejects with what a `read` throws. */
  text(): Promise<string>;
  /** Numbers of somebody else, read at each scrape. */
  readonly collect: (described: Described, read: () => readonly Sample[]) => void;
}

/** What numbers are. */
export interface Described {
  /** With its unit, in base units: `_seconds`, `_bytes`. It ends with `_total` if it only grows: a counter; else it is a gauge. */
  readonly name: string;
  readonly help: string;
  /** All that samples may have. Default: none. */
  readonly labelNames?: readonly string[];
}

/** One number, and what tells it from others of its name. */
export interface Sample {
  readonly value: number;
  /** Values of a closed list: a name or an address would make time series without end. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** Counts what a watcher does from now on. To be opened before its first round ends. */
export function openMetrics(watcher: PeerWatcher): Metrics {
  const registry = new Registry();
  countRounds(watcher, registry);
  countChanges(watcher, registry);
  const metrics: Metrics = {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    collect: (described, read) =>
      registry.registerMetric(described.name.endsWith('_total') ? counter(described, read) : gauge(described, read)),
  };
  collectState(watcher, metrics);
  return metrics;
}

/** What only grows is kept elsewhere: it is set back, and counted up to what it is. */
function counter({ name, help, labelNames = [] }: Described, read: () => readonly Sample[]): Counter {
  return new Counter({
    name,
    help,
    labelNames,
    registers: [],
    collect() {
      this.reset();
      for (const { value, labels = {} } of read()) this.inc(labels, value);
    },
  });
}

function gauge({ name, help, labelNames = [] }: Described, read: () => readonly Sample[]): Gauge {
  return new Gauge({
    name,
    help,
    labelNames,
    registers: [],
    collect() {
      this.reset();
      for (const { value, labels = {} } of read()) this.set(labels, value);
    },
  });
}
