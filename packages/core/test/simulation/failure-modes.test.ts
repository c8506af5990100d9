import { describe, expect, test } from 'vitest';
import { simulate } from './simulate.ts';
import { ALL, settled } from './settled.ts';

const SECOND = 1_000;

describe('failure modes in virtual time', () => {
  test('one NXDOMAIN: nothing is told', () =>
    settled({}, async ({ clock, world, changes, watcher }) => {
      world.fault({ kind: 'nxdomain', count: 1 });
      await clock.advance(60 * SECOND);
      expect(changes).toEqual([]);
      expect(watcher.status).toMatchObject({ phase: 'settled', unconfirmed: [], problems: [] });
    }));

  test.each([1, 2, 3])('each query NXDOMAIN with probability 1/6 for ever: no leave in 10,000 rounds (seed %i)', (seed) =>
    settled({ seed }, async ({ clock, world, rounds, watcher, story }) => {
      world.fault({ kind: 'nxdomain', probability: 1 / 6, seed });
      let contradicted = 0;
      watcher.on('status', ({ unconfirmed }) => {
        if (unconfirmed.length > 0) contradicted += 1;
      });
      while (rounds.length < 10_000) await clock.advance(600 * SECOND);
      expect(story()).toEqual([]);
      // The fault was really there: it contradicted members many times, and never for long.
      expect(contradicted).toBeGreaterThan(500);
    }),
  );

  test.each(['servfail', 'refused', 'silence'] as const)('%s for hours: nothing changes, stale after 30 s, then settled again', (kind) =>
    settled({}, async ({ clock, world, set, changes, statuses, watcher, story }) => {
      const fault = world.fault({ kind });
      await clock.advance(36 * SECOND);
      expect(watcher.status.phase).toBe('stale');
      set.pod(1).restart();
      await clock.advance(2 * 3_600 * SECOND);
      expect(changes).toEqual([]);
      expect(watcher.status).toMatchObject({ phase: 'stale', problems: [{ code: 'LOOKUPS_FAILING' }] });
      fault.clear();
      // Within 2 polls and one lookup time.
      await clock.advance(2 * 1.2 * 5 * SECOND + 2 * SECOND);
      expect(story()).toEqual(['move color-ss-1']);
      await clock.advance(20 * SECOND);
      expect(watcher.status).toMatchObject({ phase: 'settled', problems: [] });
      expect(statuses.map(({ phase }) => phase).filter((phase, i, all) => phase !== all[i - 1])).toEqual([
        'settled',
        'stale',
        'settling',
        'settled',
      ]);
    }),
  );

  test('zero ready endpoints for less than the window: held, listed as unconfirmed', () =>
    settled({}, async ({ clock, set, changes, watcher }) => {
      for (const { ordinal } of set.pods) set.pod(ordinal).setReady(false);
      await clock.advance(14 * SECOND);
      expect(watcher.status).toMatchObject({ phase: 'settling', unconfirmed: ALL, problems: [] });
      for (const { ordinal } of set.pods) set.pod(ordinal).setReady(true);
      await clock.advance(3 * SECOND);
      expect(changes).toEqual([]);
      expect(watcher.status.unconfirmed).toEqual([]);
    }));

  test('the last remaining peers leave only after twice the window', () =>
    settled({}, async ({ clock, set, story }) => {
      for (const { ordinal } of set.pods) set.pod(ordinal).setReady(false);
      // The window is 15 s and the TTL of 5 s; twice that.
      await clock.advance(39 * SECOND);
      expect(story()).toEqual([]);
      await clock.advance(15 * SECOND);
      expect(story()).toEqual(ALL.map((name) => `leave ${name}`));
    }));

  test('pod restarts with a new address, seen within the window: a move', () =>
    settled({}, async ({ clock, set, story, changes }) => {
      const [before] = set.pod(1).addresses;
      set.pod(1).restart({ downMs: 10 * SECOND });
      await clock.advance(20 * SECOND);
      expect(story()).toEqual(['move color-ss-1']);
      expect(changes[0]?.moved[0]).toMatchObject({ from: [before], peer: { addresses: set.pod(1).addresses } });
    }));

  test('pod restarts after the window: leave, then join returned', () =>
    settled({}, async ({ clock, set, story }) => {
      set.pod(1).restart({ downMs: 60 * SECOND });
      await clock.advance(90 * SECOND);
      expect(story()).toEqual(['leave color-ss-1', 'return color-ss-1']);
    }));

  test('scale-down: the highest ordinals leave after the window, and nobody else', () =>
    settled({}, async ({ clock, set, story }) => {
      set.scale(1);
      await clock.advance(19 * SECOND);
      expect(story()).toEqual([]);
      await clock.advance(12 * SECOND);
      expect(story()).toEqual(['leave color-ss-1', 'leave color-ss-2']);
    }));

  test('a rolling restart is moves only', () =>
    settled({}, async ({ clock, set, story }) => {
      const rolled = set.rollingRestart({ downMs: 2 * SECOND, readyAfterMs: 3 * SECOND });
      await clock.advance(60 * SECOND);
      await rolled;
      expect(story()).toEqual(['move color-ss-2', 'move color-ss-1', 'move color-ss-0']);
    }));

  test('foreign address: refused, counted, told as a problem, and nobody joins or leaves', () =>
    settled({}, async ({ clock, world, changes, rounds, watcher }) => {
      const fault = world.fault({ kind: 'foreign-address', addresses: ['127.0.0.1'], mode: 'add' });
      await clock.advance(20 * SECOND);
      expect(watcher.status.problems).toMatchObject([{ code: 'FOREIGN_ANSWER' }]);
      expect(rounds.flatMap(({ lookups }) => lookups).every(({ refused }) => refused === 1)).toBe(true);
      fault.clear();
      await clock.advance(20 * SECOND);
      expect(watcher.status.problems).toEqual([]);
      expect(changes).toEqual([]);
    }));

  test('only foreign addresses: unknown, and nobody leaves', () =>
    settled({}, async ({ clock, world, changes, watcher }) => {
      world.fault({ kind: 'foreign-address', addresses: ['0.0.0.0'], mode: 'replace' });
      await clock.advance(120 * SECOND);
      expect(changes).toEqual([]);
      expect(watcher.status.phase).toBe('stale');
    }));

  test.each(['empty', 'cname-loop', 'nodata'] as const)('%s: as absent, held within the window', (kind) =>
    settled({}, async ({ clock, world, changes, watcher }) => {
      const fault = world.fault({ kind });
      await clock.advance(12 * SECOND);
      expect(watcher.status.unconfirmed).toEqual(ALL);
      fault.clear();
      await clock.advance(20 * SECOND);
      expect(changes).toEqual([]);
      expect(watcher.status.unconfirmed).toEqual([]);
    }),
  );

  test('a settled poll asks one question, whatever the number of members; every half minute one member is verified', () =>
    settled({}, async ({ clock, world, rounds }) => {
      await clock.advance(100 * SECOND);
      expect(rounds.length).toBeGreaterThan(15);
      const set = world.queries.filter(({ name }) => name === 'color-svc.default.svc.cluster.local');
      expect(set).toHaveLength(rounds.length);
      expect(new Set(set.map(({ type }) => type))).toEqual(new Set(['A']));
      // Least recently asked first: each in its turn.
      const own = world.queries.filter(({ name }) => name.startsWith('color-ss-'));
      expect(own.map(({ name }) => name.split('.')[0]).slice(0, 3)).toEqual(ALL);
      expect(own.length).toBeLessThanOrEqual(4);
    }));

  test('two pods swap addresses between polls: two moves in one change', () =>
    settled({}, async ({ clock, set, changes, world }) => {
      set.swapAddresses(0, 2);
      await clock.advance(3 * 36 * SECOND);
      expect(changes).toHaveLength(1);
      expect(changes[0]?.moved.map(({ peer }) => [peer.name, peer.addresses])).toEqual(
        [0, 2].map((ordinal) => [`color-ss-${ordinal}`, set.pod(ordinal).addresses]),
      );
      // It was found by their own names alone.
      expect(world.queries.some(({ type }) => type === 'SRV')).toBe(false);
    }));
});

test('Service created after the watcher, no DNS cache: joins within one poll of ready', async () => {
  const simulation = simulate({ set: { replicas: 0 }, watch: { statefulSet: 'color-ss', replicas: 3 } });
  try {
    await simulation.clock.advance(20 * SECOND);
    expect(simulation.watcher.status).toMatchObject({ phase: 'settling', problems: [{ code: 'NO_SUCH_SERVICE_OR_NONE_READY' }] });
    // Names that nothing shows to exist are not asked for what they hold: that would only feed negative caches. Probes carry nothing.
    const holding = simulation.world.queries.filter(({ type }) => ['A', 'AAAA', 'SRV'].includes(type));
    // The namespace is asked for to explain the wait.
    expect(new Set(holding.map(({ name }) => name))).toEqual(new Set(['color-svc.default.svc.cluster.local', 'default.svc.cluster.local']));
    simulation.set.scale(3);
    await simulation.clock.advance(1.2 * SECOND);
    expect(simulation.story()).toEqual(ALL.map((name) => `join ${name}`));
    expect(simulation.watcher.snapshot.missing).toEqual([]);
  } finally {
    await simulation.close();
  }
});

test('a list near 64 KiB, its SRV answer cut without a sign: ordinals fill in, all in one round', async () => {
  const set = { replicas: 1_000, podManagementPolicy: 'Parallel' } as const;
  const simulation = simulate({ set });
  try {
    await simulation.clock.advance(0);
    expect(simulation.names()).toHaveLength(1_000);
    const srv = simulation.rounds[0]?.lookups.find(({ type }) => type === 'SRV');
    expect(srv?.records).toBeLessThan(1_000);
  } finally {
    await simulation.close();
  }
});

describe('behind a cache that denies the set for half a minute', () => {
  test.each([
    { name: 'with declared peers', watch: { statefulSet: 'color-ss', replicas: 3 }, withinMs: 3_000 },
    { name: 'with a single name to probe', watch: {}, withinMs: 5_500 },
  ])(
    'Service created after the watcher, or pods ready long after the first question: existence probes, $name',
    async ({ watch, withinMs }) => {
      const simulation = simulate({ set: { replicas: 0, podManagementPolicy: 'Parallel' }, watch });
      const { clock, world, set } = simulation;
      try {
        await clock.advance(100 * SECOND);
        // As a cache keeps it: the A denial of the set, whatever is true by now; other types and names are not in it.
        const denial = world.fault({ kind: 'nxdomain', names: 'color-svc.default.svc.cluster.local', types: ['A'] });
        set.scale(3);
        await clock.advance(withinMs);
        expect(simulation.names()).toEqual(ALL);
        await clock.advance(26 * SECOND);
        denial.clear();
        await clock.advance(60 * SECOND);
        expect(simulation.story()).toEqual(ALL.map((name) => `join ${name}`));
        expect(simulation.watcher.status).toMatchObject({ phase: 'settled', unconfirmed: [] });
      } finally {
        await simulation.close();
      }
    },
  );

  test('a scale-up is seen within 3 s where the new ordinals are declared', () =>
    settled({ watch: { statefulSet: 'color-ss', replicas: 3 } }, async ({ clock, world, set, watcher, story }) => {
      watcher.declare(5);
      await clock.advance(30 * SECOND);
      // A cached set lacks the new ones.
      const cached = set.pods.flatMap(({ addresses }) => addresses);
      set.scale(5);
      const without = set.pods.flatMap(({ addresses }) => addresses).filter((address) => !cached.includes(address));
      world.fault({ kind: 'partial', without, names: 'color-svc.default.svc.cluster.local', types: ['A'] });
      await clock.advance(3 * SECOND);
      expect(story()).toEqual(['join color-ss-3', 'join color-ss-4']);
    }));

  test('a probe asks each name in each type no more often than every 30 s, evenly', async () => {
    const simulation = simulate({ set: { replicas: 0 }, watch: { statefulSet: 'color-ss', replicas: 3 } });
    try {
      await simulation.clock.advance(300 * SECOND);
      const probes = simulation.world.queries.filter(
        ({ name, type }) => !['A', 'AAAA', 'SRV'].includes(type) && !name.startsWith('dns-version.'),
      );
      const byKey = groups(probes);
      expect(byKey.size).toBe(4 * 7);
      const pauses = [...byKey.values()].flatMap((times) => times.slice(1).map((atMs, i) => atMs - (times[i] ?? 0)));
      expect(Math.min(...pauses)).toBeGreaterThanOrEqual(30 * SECOND - 1);
      // 28 keys in half a minute: one every 1.07 s.
      const gaps = probes.slice(1).map(({ atMs }, i) => atMs - (probes[i]?.atMs ?? 0));
      expect(Math.max(...gaps)).toBeLessThan(2 * SECOND);
      expect(probes.length).toBeGreaterThan(250);
    } finally {
      await simulation.close();
    }
  });
});

/** When each name was asked in each type. */
function groups(queries: readonly { name: string; type: string; atMs: number }[]): ReadonlyMap<string, readonly number[]> {
  const times = new Map<string, number[]>();
  for (const { name, type, atMs } of queries) times.set(`${type} ${name}`, [...(times.get(`${type} ${name}`) ?? []), atMs]);
  return times;
}
