import { setImmediate as turn } from 'node:timers/promises';
import { watchPeers } from '@peerset/core';
import type { WatchOptions } from '@peerset/core';
import { startCluster, virtualClock } from '@peerset/testkit';
import { expect, test } from 'vitest';
import { readText } from './markdown.ts';

const page = readText('docs/guide/tuning.md');

const rows: readonly { name: string; isCached?: boolean; options: Partial<WatchOptions> }[] = [
  { name: 'settled, one family, poll 5 s', options: { family: 'ipv4' } },
  { name: 'the same, where the zone is cached', isCached: true, options: { family: 'ipv4' } },
  { name: 'settled, dual stack, poll 5 s', options: { family: 'dual' } },
  { name: 'settled, one family, poll 30 s', options: { family: 'ipv4', pollIntervalMs: 30_000 } },
  { name: 'settled, one family, poll 5 s, one declared peer missing', options: { family: 'ipv4', replicas: 4 } },
  { name: 'the same, three declared peers missing', options: { family: 'ipv4', replicas: 6 } },
];

/** What the table of questions says of it. */
function said(row: string): number {
  return Number(new RegExp(`^\\| ${row} \\| (\\d+) \\|$`, 'm').exec(page)?.[1]);
}

/** Numbers from 0 to 1, spread evenly however many are taken: the pauses of ten minutes come to what those of a day would. */
function evenNumbers(): () => number {
  const step = (Math.sqrt(5) - 1) / 2;
  let last = 0;
  return () => (last = (last + step) % 1);
}

// Side by side on one virtual clock.
test('a watcher asks as often as tuning.md says', async () => {
  const clock = virtualClock();
  const plain = await startCluster({ clock });
  const cached = await startCluster({ clock, ttlSeconds: 30, positiveCacheSeconds: 30, negativeCacheSeconds: 30 });
  const watched = rows.map(({ name, isCached = false, options }, i) => {
    const cluster = isCached ? cached : plain;
    const service = cluster.headlessService(`svc-${i}`, { ports: [{ name: 'db', port: 27_017 }] });
    service.statefulSet(`set-${i}`, { replicas: 3, families: ['ipv4', 'ipv6'] });
    const watcher = watchPeers({
      service: service.host,
      statefulSet: `set-${i}`,
      servers: cluster.servers,
      clock,
      random: evenNumbers(),
      ...options,
    });
    return { name, host: service.host, cluster, watcher };
  });
  // Whoever misses a declared peer settles after two minutes.
  await pass(3);
  expect(watched.map(({ watcher }) => watcher.status.phase)).toEqual(rows.map(() => 'settled'));
  for (const cluster of [plain, cached]) cluster.clearQueries();
  const minutes = 10;
  await pass(minutes);
  const asked = watched.map(({ name, host, cluster }) => ({
    name,
    toSaid: cluster.queries.filter((query) => query.name.endsWith(host)).length / minutes / said(name),
  }));
  expect(asked.filter(({ toSaid }) => !(toSaid > 0.8 && toSaid < 1.2))).toEqual([]);
  await Promise.all(watched.map(({ watcher }) => watcher.close()));
  await Promise.all([plain.close(), cached.close()]);

  /** Questions and answers are real: they get turns of the event loop in between. */
  async function pass(mins: number): Promise<void> {
    const endMs = clock.nowMs() + mins * 60_000;
    while (clock.nowMs() < endMs) {
      await clock.advance(100);
      for (let i = 0; i < 3; i += 1) await turn();
    }
  }
});
