import { describe, expect, test } from 'vitest';
import {
  createWorld,
  type DnsReplica,
  type StatefulSet,
  type VirtualClock,
  virtualClock,
  type World,
  type WorldOptions,
} from '../src/index.ts';
import { ask, valuesOf, ZONE } from './ask.ts';

const NAME = `db-svc.${ZONE}`;
const SECOND = 1_000;

interface Scene {
  readonly clock: VirtualClock;
  readonly world: World;
  readonly set: StatefulSet;
}

function setUp(options: WorldOptions, replicas = 3): Scene {
  const clock = virtualClock();
  const world = createWorld({ clock, ...options });
  const set = world.headlessService('db-svc', { ports: [{ port: 27_017 }] }).statefulSet('db', { replicas, families: ['ipv4', 'ipv6'] });
  return { clock, world, set };
}

const replicaOf = (world: World, index = 0): DnsReplica => {
  const replica = world.replicas[index];
  if (replica === undefined) throw new Error(`there is no replica ${index}`);
  return replica;
};

const seen = (world: World, replica: number, type = 'A', name = NAME): string[] => valuesOf(ask(world, name, type, { replica }));

const addressesOf = (set: StatefulSet): string[] => set.pods.map(({ addresses }) => addresses[0] ?? '').toSorted();

function asked30Times(seed: number): string {
  const { world } = setUp({ replicas: 2, seed });
  for (let count = 0; count < 30; count += 1) ask(world, NAME, 'A');
  return world.queries.map(({ replica }) => replica).join('');
}

describe('replicas', () => {
  test('answer one by one when named, and by chance when not', () => {
    const { world } = setUp({ replicas: 3 });
    for (const replica of [2, 0, 1]) ask(world, NAME, 'A', { replica });
    for (let count = 0; count < 300; count += 1) ask(world, NAME, 'A');
    const asked = world.queries.map(({ replica }) => replica);
    expect(asked.slice(0, 3)).toEqual([2, 0, 1]);
    const counts = [0, 1, 2].map((index) => asked.slice(3).filter((replica) => replica === index).length);
    expect(Math.min(...counts)).toBeGreaterThan(70);
  });

  test('answer by the same chance under the same seed', () => {
    expect(asked30Times(4)).toBe(asked30Times(4));
    expect(asked30Times(4)).not.toBe(asked30Times(5));
  });

  test('answer in turn when told so', () => {
    const { world } = setUp({ replicas: 3, balance: 'round-robin' });
    for (let count = 0; count < 6; count += 1) ask(world, NAME, 'A');
    expect(world.queries.map(({ replica }) => replica).join('')).toMatch(/^(012012|120120|201201)$/);
  });

  test('are picked anew for TCP after a cut reply, unless one is named', () => {
    const { world } = setUp({ replicas: 2, balance: 'round-robin' }, 40);
    world.resolve({ name: NAME, type: 'A' });
    world.resolve({ name: NAME, type: 'A', replica: 1 });
    const [udp, tcp, ...named] = world.queries.map(({ replica }) => replica);
    expect(new Set([udp, tcp])).toEqual(new Set([0, 1]));
    expect(named).toEqual([1, 1]);
  });

  test('have caches of their own', async () => {
    const { clock, world, set } = setUp({ replicas: 2, positiveCacheSeconds: 30, ttlSeconds: 30 });
    ask(world, NAME, 'A', { replica: 0 });
    await clock.advance(SECOND);
    set.scale(4);
    expect([seen(world, 0), seen(world, 1)].map(({ length }) => length)).toEqual([3, 4]);
    replicaOf(world, 1).clearCache();
    expect([seen(world, 0), seen(world, 1)].map(({ length }) => length)).toEqual([3, 4]);
  });

  test('may differ: options of one go before those of all', async () => {
    const { clock, world, set } = setUp({ replicas: [{}, { watchLagMs: 50 }], watchLagMs: 2_000 }, 1);
    await clock.advance(5 * SECOND);
    set.scale(2);
    const counts = () => [seen(world, 0), seen(world, 1)].map(({ length }) => length);
    await clock.advance(50);
    expect(counts()).toEqual([1, 2]);
    await clock.advance(1_949);
    expect(counts()).toEqual([1, 2]);
    await clock.advance(1);
    expect(counts()).toEqual([2, 2]);
  });

  test('meet a fault alone when it names them', () => {
    const { world } = setUp({ replicas: 2 });
    world.fault({ kind: 'silence', replicas: [0] });
    expect(world.answer({ name: NAME, type: 'A', replica: 0 })).toEqual({ kind: 'silence' });
    expect(world.answer({ name: NAME, type: 'A', replica: 1 })).toMatchObject({ rcode: 'NOERROR' });
  });
});

describe('a watch that lags', () => {
  test('shows each change so much later', async () => {
    const { clock, world, set } = setUp({ watchLagMs: 400 });
    expect(ask(world, NAME, 'A')).toMatchObject({ rcode: 'NXDOMAIN' });
    await clock.advance(400);
    const before = seen(world, 0);
    expect(before).toHaveLength(3);
    set.pod(1).restart({ downMs: 100 });
    await clock.advance(100);
    expect(seen(world, 0)).toEqual(before);
    await clock.advance(300);
    expect(seen(world, 0)).toHaveLength(2);
    await clock.advance(100);
    expect(seen(world, 0)).toEqual(addressesOf(set));
  });

  test('passes through every state, whether or not anyone asked in between', async () => {
    const { clock, world, set } = setUp({ watchLagMs: 1_000 }, 1);
    for (const replicas of [2, 3, 4, 5]) {
      await clock.advance(100);
      set.scale(replicas);
    }
    const counts: number[] = [];
    for (let step = 0; step < 5; step += 1) {
      await clock.advance(step === 0 ? 600 : 100);
      counts.push(seen(world, 0).length);
    }
    expect(counts).toEqual([1, 2, 3, 4, 5]);
  });

  test('shows what happened at one moment at one moment', async () => {
    const { clock, world, set } = setUp({ watchLagMs: [100, 900] }, 4);
    await clock.advance(2 * SECOND);
    const before = seen(world, 0);
    for (let swap = 0; swap < 20; swap += 1) {
      set.swapAddresses(0, 1);
      set.swapAddresses(2, 3);
      set.pod(0).setReady(swap % 2 === 0);
      for (let step = 0; step < 100; step += 1) {
        await clock.advance(10);
        expect(seen(world, 0).every((address) => before.includes(address))).toBe(true);
        const claims = [0, 1, 2, 3].flatMap((ordinal) => seen(world, 0, 'A', `db-${ordinal}.${NAME}`));
        expect(new Set(claims).size).toBe(claims.length);
      }
    }
  });

  test('keeps to its bounds, and to the order of changes', async () => {
    const { clock, world, set } = setUp({ watchLagMs: [200, 1_200], seed: 3 }, 0);
    const changedAt: number[] = [];
    const seenAt: number[] = [];
    for (let step = 0; step < 4_000; step += 1) {
      if (step % 20 === 0 && changedAt.length < 150) {
        changedAt.push(clock.nowMs());
        set.scale(changedAt.length);
      }
      const count = ask(world, NAME, 'A').answers.length;
      for (let known = seenAt.length; known < count; known += 1) seenAt.push(clock.nowMs());
      await clock.advance(10);
    }
    const lags = seenAt.map((atMs, index) => atMs - (changedAt[index] ?? 0));
    expect(lags).toHaveLength(150);
    expect(Math.min(...lags)).toBeGreaterThanOrEqual(200);
    expect(Math.max(...lags)).toBeLessThanOrEqual(1_210);
    expect(new Set(lags).size).toBeGreaterThan(10);
  });

  test('differs between replicas, so that old and new answers alternate', async () => {
    const { clock, world, set } = setUp({ replicas: 2, watchLagMs: [0, 2_000], seed: 2 });
    await clock.advance(5 * SECOND);
    set.pod(0).restart();
    const sizes = new Set<string>();
    for (let step = 0; step < 200; step += 1) {
      await clock.advance(10);
      sizes.add(JSON.stringify(seen(world, 0)) === JSON.stringify(seen(world, 1)) ? 'alike' : 'different');
    }
    expect(sizes).toEqual(new Set(['alike', 'different']));
    expect(seen(world, 0)).toEqual(seen(world, 1));
  });

  test('shows the families of a Service one by one', async () => {
    const { clock, world, set } = setUp({ watchLagMs: [0, 1_000] });
    await clock.advance(2 * SECOND);
    let apart = 0;
    for (let round = 0; round < 10; round += 1) {
      set.scale(3 + ((round + 1) % 2));
      for (let step = 0; step < 110; step += 1) {
        if (seen(world, 0, 'A').length !== seen(world, 0, 'AAAA').length) apart += 1;
        await clock.advance(10);
      }
      expect(seen(world, 0, 'A')).toHaveLength(seen(world, 0, 'AAAA').length);
    }
    expect(apart).toBeGreaterThan(10);
  });

  test('shows Services, namespaces and pointers as late as pods', async () => {
    const { clock, world } = setUp({ watchLagMs: 300 });
    const service = world.headlessService('late', { namespace: 'new' });
    const pod = service.statefulSet('pod').pod(0);
    const pointer = `${pod.addresses[0]?.split('.').toReversed().join('.')}.in-addr.arpa`;
    const rcodes = () =>
      [
        { name: 'new.svc.cluster.local', type: 'A' },
        { name: service.host, type: 'A' },
        { name: pointer, type: 'PTR' },
      ].map(({ name, type }) => ask(world, name, type).rcode);
    expect(rcodes()).toEqual(['NXDOMAIN', 'NXDOMAIN', 'NXDOMAIN']);
    await clock.advance(300);
    expect(rcodes()).toEqual(['NOERROR', 'NOERROR', 'NOERROR']);
    service.delete();
    expect(rcodes()).toEqual(['NOERROR', 'NOERROR', 'NOERROR']);
    await clock.advance(300);
    expect(rcodes()).toEqual(['NOERROR', 'NXDOMAIN', 'NXDOMAIN']);
  });

  test('shows a Service that takes the name of another, and one that selects what there is', async () => {
    const { clock, world, set } = setUp({ watchLagMs: 300 });
    await clock.advance(300);
    const twin = world.headlessService('twin', { selects: set });
    await clock.advance(300);
    expect(seen(world, 0, 'A', twin.host)).toEqual(seen(world, 0));
    twin.delete();
    const next = world.headlessService('twin');
    next.statefulSet('other', { replicas: 1 });
    await clock.advance(300);
    expect(seen(world, 0, 'A', next.host)).toHaveLength(1);
  });

  test('that is paused shows nothing new, and then all of it', async () => {
    const { clock, world, set } = setUp({});
    const replica = replicaOf(world);
    const before = seen(world, 0);
    replica.pauseWatch();
    expect(replica.isWatching).toBe(false);
    set.pod(0).restart();
    set.scale(5);
    await clock.advance(3_600 * SECOND);
    expect(seen(world, 0)).toEqual(before);
    replica.resumeWatch();
    expect(replica.isWatching).toBe(true);
    expect(seen(world, 0)).toHaveLength(5);
    expect(seen(world, 0)).toContain(set.pod(0).addresses[0]);
  });
});

describe('a replica whose watch was paused before anything changed', () => {
  test('sees afterwards that everyone is gone', () => {
    const { world, set } = setUp({});
    const replica = replicaOf(world);
    replica.pauseWatch();
    set.scale(0);
    expect(seen(world, 0)).toHaveLength(3);
    replica.resumeWatch();
    expect(seen(world, 0)).toEqual([]);
  });
});

describe('a restart of a replica', () => {
  test('empties the cache and shows the truth, at once unless told otherwise', async () => {
    const { clock, world, set } = setUp({ watchLagMs: 5_000, positiveCacheSeconds: 30, negativeCacheSeconds: 30, ttlSeconds: 30 });
    await clock.advance(5 * SECOND);
    ask(world, NAME, 'A');
    set.scale(4);
    expect(seen(world, 0)).toHaveLength(3);
    replicaOf(world).restart();
    expect(replicaOf(world).phase).toBe('serving');
    expect(seen(world, 0)).toHaveLength(4);
    await clock.advance(10 * SECOND);
    expect(seen(world, 0)).toHaveLength(4);
  });

  test('first answers without watching, then not at all, then of a part, then of all', async () => {
    const { clock, world, set } = setUp({}, 6);
    const replica = replicaOf(world);
    const phases: string[] = [];
    replica.restart({ lameduckMs: 5_000, downMs: 300, syncMs: 2_000 });
    set.scale(8);
    await clock.advance(4_999);
    expect({ phase: replica.phase, isWatching: replica.isWatching, count: seen(world, 0).length }).toEqual({
      phase: 'serving',
      isWatching: false,
      count: 6,
    });
    await clock.advance(1);
    expect({ phase: replica.phase, isWatching: replica.isWatching }).toEqual({ phase: 'down', isWatching: false });
    expect(world.answer({ name: NAME, type: 'A' })).toEqual({ kind: 'silence' });
    expect(world.queries.at(-1)).toMatchObject({ replica: 0, rcode: undefined });
    await clock.advance(300);
    const counts: number[] = [];
    while (replica.phase === 'syncing') {
      const reply = ask(world, NAME, 'A');
      phases.push(reply.rcode);
      counts.push(reply.answers.length);
      expect(ask(world, `gone.${NAME}`, 'A')).toMatchObject({ rcode: 'SERVFAIL', answers: [] });
      expect(ask(world, NAME, 'TXT').rcode).not.toBe('NXDOMAIN');
      await clock.advance(20);
    }
    expect(phases[0]).toBe('SERVFAIL');
    expect(counts).toEqual(counts.toSorted((one, other) => one - other));
    expect(new Set(counts).size).toBeGreaterThan(4);
    expect(replica.phase).toBe('serving');
    expect(seen(world, 0)).toHaveLength(8);
    expect(ask(world, `gone.${NAME}`, 'A')).toMatchObject({ rcode: 'NXDOMAIN' });
  });

  test('comes to know both families side by side', async () => {
    const { clock, world } = setUp({}, 6);
    replicaOf(world).restart({ syncMs: 1_000 });
    let sideBySide = 0;
    for (let step = 0; step < 100; step += 1) {
      const counts = [seen(world, 0, 'A').length, seen(world, 0, 'AAAA').length];
      if (counts.every((count) => count > 0 && count < 6)) sideBySide += 1;
      await clock.advance(10);
    }
    expect(sideBySide).toBeGreaterThan(20);
  });

  test.each([
    { name: 'a pod that is no longer ready', change: (set: StatefulSet) => set.pod(0).setReady(false), want: 2 },
    { name: 'a set that is no more', change: (set: StatefulSet) => set.scale(0), want: 0 },
  ])('misses no change from then on: $name', async ({ change, want }) => {
    const { clock, world, set } = setUp({});
    replicaOf(world).restart({ syncMs: 10 });
    await clock.advance(10);
    change(set);
    expect(seen(world, 0)).toHaveLength(want);
  });

  test('shows what changes while it syncs when that is done', async () => {
    const { clock, world, set } = setUp({}, 2);
    replicaOf(world).restart({ syncMs: 1_000 });
    await clock.advance(500);
    set.scale(5);
    set.pod(0).restart();
    await clock.advance(500);
    expect(seen(world, 0)).toEqual(addressesOf(set));
  });

  test('keeps the SERVFAIL of an unsynced replica for 5 s where denials are cached', async () => {
    const { clock, world } = setUp({ negativeCacheSeconds: 30, ttlSeconds: 30 });
    replicaOf(world).restart({ syncMs: 100 });
    ask(world, `gone.${NAME}`, 'A');
    await clock.advance(4_999);
    expect(ask(world, `gone.${NAME}`, 'A')).toMatchObject({ rcode: 'SERVFAIL' });
    await clock.advance(1);
    expect(ask(world, `gone.${NAME}`, 'A')).toMatchObject({ rcode: 'NXDOMAIN' });
  });

  test('starts over when it comes again, without another farewell while nobody is there', async () => {
    const { clock, world } = setUp({});
    const replica = replicaOf(world);
    replica.restart({ downMs: 1_000 });
    await clock.advance(900);
    replica.restart({ lameduckMs: 5_000, downMs: 1_000 });
    await clock.advance(999);
    expect(replica.phase).toBe('down');
    await clock.advance(1);
    expect(replica.phase).toBe('serving');
  });

  test('leaves no timer behind when the world closes, and cannot begin then', () => {
    const { clock, world } = setUp({});
    replicaOf(world).restart({ downMs: 1_000 });
    world.close();
    expect(clock.pendingTimers).toBe(0);
    expect(() => replicaOf(world).restart()).toThrow(expect.objectContaining({ code: 'CLOSED' }));
  });
});
