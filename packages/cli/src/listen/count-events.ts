import type { PeerWatcher } from '@peerset/core';
import { Counter, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';
import { lookupCode } from './lookup-code.ts';

/** Half a millisecond to ten seconds: from a cache on the node to the longest `lookupTimeoutMs`. */
const LOOKUP_BUCKETS_SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** A round of several steps takes three times that at most. */
const ROUND_BUCKETS_SECONDS = [...LOOKUP_BUCKETS_SECONDS, 30];
const CHANGES = ['join', 'leave', 'move', 'update'] as const;

/** Counts rounds and their questions. */
export function countRounds(watcher: PeerWatcher, registry: Registry): void {
  const registers = [registry];
  const rounds = new Counter({ name: 'peerset_rounds_total', help: 'Looks at DNS.', registers });
  const roundDurations = new Histogram({
    name: 'peerset_round_duration_seconds',
    help: 'From the first question of a look to the decision.',
    buckets: ROUND_BUCKETS_SECONDS,
    registers,
  });
  const lookups = new Counter({
    name: 'peerset_lookups_total',
    help: 'Questions by what they came to: found and absent are answers, unknown is none.',
    labelNames: ['type', 'outcome', 'code'],
    registers,
  });
  const lookupDurations = new Histogram({
    name: 'peerset_lookup_duration_seconds',
    help: 'From the first query of a question to its outcome.',
    labelNames: ['outcome'],
    buckets: LOOKUP_BUCKETS_SECONDS,
    registers,
  });
  const refusals = new Counter({ name: 'peerset_refused_records_total', help: 'Records that were refused as foreign.', registers });
  watcher.on('round', (report) => {
    rounds.inc();
    roundDurations.observe(report.durationMs / 1_000);
    for (const { type, outcome, code, durationMs, refused } of report.lookups) {
      lookups.inc(code === undefined ? { type, outcome } : { type, outcome, code: lookupCode(code) });
      lookupDurations.observe({ outcome }, durationMs / 1_000);
      refusals.inc(refused);
    }
  });
}

/** Counts peers that come, go and move. */
export function countChanges(watcher: PeerWatcher, registry: Registry): void {
  const changes = new Counter({
    name: 'peerset_changes_total',
    help: 'Peers that joined, left, moved to other addresses, or got another port.',
    labelNames: ['kind'],
    registers: [registry],
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
