import { describe, expect, test } from 'vitest';
import { ALL, settled } from './settled.ts';

const SECOND = 1_000;
/** One replica is up to date, the other sees each change so much later: half of the answers are old for as long. */
const LAG_MS = 12 * SECOND;
const LAGGING = { forMs: 60 * SECOND, world: { replicas: [{}, { watchLagMs: LAG_MS }] }, watch: { pollIntervalMs: SECOND } } as const;
const DUAL = { family: 'dual' } as const;

const seeds = [1, 2, 3, 4, 5, 6, 7, 8];

describe('two DNS replicas, one of them late', () => {
  test.each(seeds)('replicas alternate old and new sets: one join, and nobody leaves (seed %i)', (seed) =>
    settled({ seed, ...LAGGING }, async ({ clock, set, story, world }) => {
      world.clearQueries();
      set.scale(4);
      await clock.advance(60 * SECOND);
      expect(story()).toEqual(['join color-ss-3']);
      // Both were asked, while they disagreed.
      expect(new Set(world.queries.filter(({ atMs }) => atMs < 72 * SECOND).map(({ replica }) => replica))).toEqual(new Set([0, 1]));
    }),
  );

  test.each(seeds)('replicas alternate old and new addresses of a name: one move, and no move back (seed %i)', (seed) =>
    settled({ seed, ...LAGGING }, async ({ clock, set, story, watcher }) => {
      set.pod(1).restart();
      await clock.advance(60 * SECOND);
      expect(story()).toEqual(['move color-ss-1']);
      expect(watcher.snapshot.peers[1]?.addresses).toEqual(set.pod(1).addresses);
      expect(watcher.status).toMatchObject({ phase: 'settled', unconfirmed: [] });
    }),
  );

  test.each(seeds)('replicas alternate while a pod is scaled in: it leaves once, and does not come back (seed %i)', (seed) =>
    settled({ seed, ...LAGGING }, async ({ clock, set, story }) => {
      set.scale(2);
      await clock.advance(90 * SECOND);
      expect(story()).toEqual(['leave color-ss-2']);
    }),
  );
});

describe('both families', () => {
  const dual = { set: { families: ['ipv4', 'ipv6'] }, watch: DUAL } as const;

  test.each(['nodata', 'nxdomain'] as const)('the families disagree, AAAA is gone for a second (%s): nothing is told', (kind) =>
    settled(dual, async ({ clock, world, story, watcher }) => {
      world.fault({ kind, types: ['AAAA'], forMs: SECOND });
      await clock.advance(60 * SECOND);
      expect(story()).toEqual([]);
      expect(watcher.status).toMatchObject({ phase: 'settled', unconfirmed: [] });
    }),
  );

  test('the families disagree, AAAA comes a second after A: a join, and one move', () =>
    settled(dual, async ({ clock, world, set, story, watcher }) => {
      const known = set.pods.flatMap(({ addresses }) => addresses);
      set.scale(4);
      const late = set.pod(3).addresses.filter((address) => !known.includes(address) && address.includes(':'));
      world.fault({ kind: 'partial', without: late, types: ['AAAA'], forMs: SECOND });
      world.fault({ kind: 'nodata', names: 'color-ss-3.color-svc.default.svc.cluster.local', types: ['AAAA'], forMs: SECOND });
      await watcher.refresh();
      await clock.advance(30 * SECOND);
      expect(story()).toEqual(['join color-ss-3', 'move color-ss-3']);
      expect(watcher.snapshot.peers[3]?.addresses).toEqual(set.pod(3).addresses);
    }));

  test('the families disagree for good: the lost one is given up after three denials, in one move', () =>
    settled(dual, async ({ clock, world, story, watcher }) => {
      world.fault({ kind: 'nodata', types: ['AAAA'] });
      await clock.advance(60 * SECOND);
      expect(story()).toEqual(ALL.map((name) => `move ${name}`));
      expect(watcher.snapshot.peers.flatMap(({ addresses }) => addresses).some((address) => address.includes(':'))).toBe(false);
    }));

  test.each(seeds)('a restart that each family shows at its own time is told without flicker (seed %i)', (seed) =>
    settled({ seed, ...dual, world: { watchLagMs: [0, SECOND] } }, async ({ clock, set, changes, watcher }) => {
      set.pod(1).restart();
      await clock.advance(60 * SECOND);
      expect(changes.flatMap(({ left, joined }) => [...left, ...joined])).toEqual([]);
      expect(changes.length).toBeLessThanOrEqual(2);
      expect(watcher.snapshot.peers[1]?.addresses).toEqual(set.pod(1).addresses);
    }),
  );
});

describe('CoreDNS restarts', () => {
  test.each(seeds)(
    'CoreDNS restarting or not yet synced: partial sets contradict, then it is over, and nothing is told (seed %i)',
    (seed) =>
      settled({ seed }, async ({ clock, world, story, watcher }) => {
        const partial: number[] = [];
        watcher.on('round', ({ lookups }) => {
          for (const { outcome, records } of lookups) if (outcome === 'found' && records < 3) partial.push(records);
        });
        world.replicas[0]?.restart({ downMs: 3 * SECOND, syncMs: 8 * SECOND });
        await clock.advance(60 * SECOND);
        expect(story()).toEqual([]);
        expect(watcher.status).toMatchObject({ phase: 'settled', unconfirmed: [], problems: [] });
      }),
  );

  test.each(seeds)('the first of two servers restarts: what the other says is enough (seed %i)', (seed) =>
    settled({ seed, world: { replicas: 2 } }, async ({ clock, world, set, story }) => {
      world.replicas[0]?.restart({ downMs: 20 * SECOND, syncMs: 5 * SECOND });
      set.pod(0).restart();
      await clock.advance(60 * SECOND);
      expect(story()).toEqual(['move color-ss-0']);
    }),
  );
});

describe('caches', () => {
  const cached = { world: { positiveCacheSeconds: 30, negativeCacheSeconds: 30, ttlSeconds: 5 } } as const;

  test.each(seeds)('a cached set that lacks new ordinals, which nobody declared: seen within two polls (seed %i)', (seed) =>
    settled({ seed, world: { ...cached.world, ttlSeconds: 30 } }, async ({ clock, set, story }) => {
      set.scale(5);
      // The next pods come one after the other, each when the one before is ready: at once, here.
      await clock.advance(13 * SECOND);
      expect(story()).toEqual(['join color-ss-3', 'join color-ss-4']);
    }),
  );

  test.each(seeds)('answers served stale: the second answer is the one that is believed (seed %i)', (seed) =>
    settled({ seed, world: { ...cached.world, serveStaleSeconds: 3_600 } }, async ({ clock, set, story }) => {
      set.pod(2).restart();
      await clock.advance(40 * SECOND);
      expect(story()).toEqual(['move color-ss-2']);
    }),
  );
});
