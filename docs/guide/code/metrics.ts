import type { Phase, PeerWatcher } from '@peerset/core';

const PHASES: readonly Phase[] = ['starting', 'settling', 'settled', 'stale', 'closed'];

/** Counts what a watcher does. Returns what `/metrics` answers, in the text format of Prometheus. */
export function collectMetrics(watcher: PeerWatcher): () => string {
  const { name: service, namespace } = watcher.snapshot.service;
  const label = (labels: Readonly<Record<string, string>>): string =>
    Object.entries({ namespace, service, ...labels })
      .map(([key, value]) => `${key}="${value}"`)
      .join(',');
  const totals = new Map<string, number>();
  const add = (name: string, value: number, labels: Readonly<Record<string, string>> = {}): void => {
    const series = `${name}{${label(labels)}}`;
    totals.set(series, (totals.get(series) ?? 0) + value);
  };

  watcher.on('round', ({ durationMs, lookups }) => {
    add('peerset_rounds_total', 1);
    add('peerset_round_seconds_total', durationMs / 1_000);
    for (const { outcome, attempts, refused } of lookups) {
      add('peerset_lookups_total', 1, { outcome });
      add('peerset_queries_total', attempts);
      add('peerset_records_refused_total', refused);
    }
  });
  watcher.on('change', ({ joined, moved, left }) => {
    add('peerset_joins_total', joined.length);
    add('peerset_moves_total', moved.length);
    add('peerset_leaves_total', left.length);
  });

  return () => {
    const { snapshot, status } = watcher;
    const gauges = [
      `peerset_peers{${label({})}} ${snapshot.peers.length}`,
      `peerset_missing_peers{${label({})}} ${snapshot.missing.length}`,
      `peerset_unconfirmed_peers{${label({})}} ${status.unconfirmed.length}`,
      `peerset_failures_in_a_row{${label({})}} ${status.failuresInARow}`,
      ...PHASES.map((phase) => `peerset_phase{${label({ phase })}} ${phase === status.phase ? 1 : 0}`),
      ...status.problems.map(({ code }) => `peerset_problem{${label({ code })}} 1`),
    ];
    return [...gauges, ...[...totals].map(([series, value]) => `${series} ${value}`), ''].join('\n');
  };
}
