import type { PeerWatcher, Phase, RoundReport } from '@peerset/core';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Numbers for Prometheus. */
export interface Metrics {
  readonly contentType: string;
  text(): Promise<string>;
  /** Numbers of somebody else, read at each scrape. A name ends with `_total` for what only grows. */
  readonly collect: (name: string, help: string, read: () => readonly Sample[]) => void;
}

/** One number, and what tells it from others of its name. */
export interface Sample {
  readonly value: number;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Half a millisecond to ten seconds: from a cache on the node to the longest `lookupTimeoutMs`. */
const LOOKUP_BUCKETS_SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const PHASES: readonly Phase[] = ['starting', 'settling', 'settled', 'stale', 'closed'];
const CHANGES = ['join', 'leave', 'move', 'update'] as const;
/** What `code` can be; anything else would let a server make up time series. */
const CODES: ReadonlySet<string> = new Set([
  'ENOTFOUND',
  'ENODATA',
  'EMPTY',
  'ESERVFAIL',
  'EREFUSED',
  'ETIMEOUT',
  'EFORMERR',
  'EFOREIGN',
  'ECONNREFUSED',
]);

/** Counts what a watcher does from now on. To be opened before its first round ends. */
export function openMetrics(watcher: PeerWatcher): Metrics {
  const registry = new Registry();
  const registers = [registry];
  countRounds(watcher, registers);
  countChanges(watcher, registers);
  const metrics: Metrics = {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    collect: (name, help, read) => {
      const labelNames = [...new Set(read().flatMap(({ labels = {} }) => Object.keys(labels)))];
      registry.registerMetric(
        name.endsWith('_total') ? counterOf({ name, help, labelNames }, read) : gaugeOf({ name, help, labelNames }, read),
      );
    },
  };
  collectState(watcher, metrics);
  return metrics;
}

interface Described {
  readonly name: string;
  readonly help: string;
  readonly labelNames: string[];
}

/** What only grows is kept elsewhere: it is set back, and counted up to what it is. */
function counterOf(described: Described, read: () => readonly Sample[]): Counter {
  return new Counter({
    ...described,
    registers: [],
    collect() {
      this.reset();
      for (const { value, labels = {} } of read()) this.inc(labels, value);
    },
  });
}

function gaugeOf(described: Described, read: () => readonly Sample[]): Gauge {
  return new Gauge({
    ...described,
    registers: [],
    collect() {
      this.reset();
      for (const { value, labels = {} } of read()) this.set(labels, value);
    },
  });
}

function countRounds(watcher: PeerWatcher, registers: Registry[]): void {
  const rounds = new Counter({ name: 'peerset_rounds_total', help: 'Looks at DNS.', registers });
  const lookups = new Counter({
    name: 'peerset_lookups_total',
    help: 'Questions by what they came to: found and absent are answers, unknown is none.',
    labelNames: ['type', 'outcome', 'code'],
    registers,
  });
  const durations = new Histogram({
    name: 'peerset_lookup_duration_seconds',
    help: 'From the first query of a question to its outcome.',
    labelNames: ['outcome'],
    buckets: LOOKUP_BUCKETS_SECONDS,
    registers,
  });
  const refused = new Counter({ name: 'peerset_refused_records_total', help: 'Records that were refused as foreign.', registers });
  watcher.on('round', (report: RoundReport) => {
    rounds.inc();
    for (const { type, outcome, code, durationMs, refused: refusedRecords } of report.lookups) {
      lookups.inc({ type, outcome, code: code === undefined ? '' : CODES.has(code) ? code : 'other' });
      durations.observe({ outcome }, durationMs / 1_000);
      refused.inc(refusedRecords);
    }
  });
}

function countChanges(watcher: PeerWatcher, registers: Registry[]): void {
  const changes = new Counter({
    name: 'peerset_changes_total',
    help: 'Peers that joined, left, moved to other addresses, or got another port.',
    labelNames: ['kind'],
    registers,
  });
  // A rate needs a beginning.
  for (const kind of CHANGES) changes.inc({ kind }, 0);
  watcher.on('change', ({ joined, left, moved, updated }) => {
    changes.inc({ kind: 'join' }, joined.length);
    changes.inc({ kind: 'leave' }, left.length);
    changes.inc({ kind: 'move' }, moved.length);
    changes.inc({ kind: 'update' }, updated.length);
  });
}

function collectState(watcher: PeerWatcher, { collect }: Metrics): void {
  const startedAtMs = watcher.clock.nowMs();
  collect('peerset_peers', 'Peers that are there.', () => [{ value: watcher.snapshot.peers.length }]);
  collect('peerset_peers_missing', 'Declared peers that are not there.', () => [{ value: watcher.snapshot.missing.length }]);
  collect('peerset_peers_unconfirmed', 'Peers that the latest answers contradict.', () => [{ value: watcher.status.unconfirmed.length }]);
  collect('peerset_status', 'How fresh the list of peers is: 1 for the present phase.', () =>
    PHASES.map((phase) => ({ labels: { phase }, value: watcher.status.phase === phase ? 1 : 0 })),
  );
  collect('peerset_last_answer_age_seconds', 'Since the last answer of DNS that had authority, or since the start.', () => [
    { value: Math.max(0, watcher.clock.nowMs() - (watcher.status.lastAnswerAtMs ?? startedAtMs)) / 1_000 },
  ]);
  collect('peerset_lookup_failures_in_a_row', 'Looks in a row without such an answer.', () => [{ value: watcher.status.failuresInARow }]);
  collect('peerset_problems', 'Problems that a person should look at.', () => [{ value: watcher.status.problems.length }]);
}
