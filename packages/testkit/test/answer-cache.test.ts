import { describe, expect, test } from 'vitest';
import { createWorld, type Reply, type StatefulSet, type VirtualClock, virtualClock, type World, type WorldOptions } from '../src/index.ts';
import { ask, valuesOf, ZONE } from './ask.ts';

const NAME = `db-svc.${ZONE}`;
const SECOND = 1_000;

interface Scene {
  readonly clock: VirtualClock;
  readonly world: World;
  readonly set: StatefulSet;
}

/** Two pods behind a DNS server that works as `cache 30` with a TTL of 30 s, unless told otherwise. */
function setUp(options: WorldOptions = {}, replicas = 2): Scene {
  const clock = virtualClock(700);
  const world = createWorld({ clock, ttlSeconds: 30, positiveCacheSeconds: 30, negativeCacheSeconds: 30, ...options });
  const set = world.headlessService('db-svc', { ports: [{ port: 27_017 }] }).statefulSet('db', { replicas });
  return { clock, world, set };
}

const ttlsOf = ({ answers, authority, additional }: Reply): number[] => {
  const ttls = [...answers, ...authority, ...additional].map(({ ttlSeconds }) => ttlSeconds);
  return [...new Set(ttls)];
};

describe('a caching replica', () => {
  test('gives the same answer for as long as its TTL says, whatever happens', async () => {
    const { clock, world, set } = setUp();
    const first = valuesOf(ask(world, NAME, 'A'));
    set.scale(3);
    await clock.advance(29_999);
    expect(valuesOf(ask(world, NAME, 'A'))).toEqual(first);
    await clock.advance(1);
    expect(valuesOf(ask(world, NAME, 'A'))).toHaveLength(3);
  });

  test('counts the TTL of every record down by whole seconds, to 1 and never to 0', async () => {
    const { clock, world } = setUp();
    const seen: number[][] = [];
    for (let halves = 0; halves < 60; halves += 1) {
      seen.push(ttlsOf(ask(world, NAME, 'SRV')));
      await clock.advance(SECOND / 2);
    }
    expect(seen).toEqual(Array.from({ length: 60 }, (_, halves) => [30 - Math.floor(halves / 2)]));
    expect(ttlsOf(ask(world, NAME, 'SRV'))).toEqual([30]);
  });

  test('keeps a denial of a name, by its type', async () => {
    const { clock, world, set } = setUp({}, 0);
    expect(ask(world, NAME, 'A')).toMatchObject({ rcode: 'NXDOMAIN' });
    set.scale(1);
    await clock.advance(29_999);
    expect(ask(world, NAME, 'A')).toMatchObject({ rcode: 'NXDOMAIN', authority: [{ type: 'SOA', ttlSeconds: 1, minimumSeconds: 30 }] });
    expect(ask(world, NAME, 'AAAA')).toMatchObject({ rcode: 'NOERROR', answers: [] });
    expect(ask(world, NAME, 'SRV').answers).toHaveLength(1);
    await clock.advance(1);
    expect(ask(world, NAME, 'A').answers).toHaveLength(1);
    // That there is no AAAA record is kept by itself.
    expect(ttlsOf(ask(world, NAME, 'AAAA'))).toEqual([30]);
  });

  test('denies a name whose answers of another type it still gives', async () => {
    const { clock, world, set } = setUp();
    expect(ask(world, NAME, 'A').answers).toHaveLength(2);
    set.scale(0);
    await clock.advance(SECOND);
    expect(ask(world, NAME, 'TXT')).toMatchObject({ rcode: 'NXDOMAIN' });
    expect(ask(world, NAME, 'A').answers).toHaveLength(2);
  });

  test('has one entry for UDP and TCP, whole, whatever either can carry', async () => {
    const { clock, world, set } = setUp({}, 40);
    expect(ask(world, NAME, 'A', { transport: 'udp' })).toMatchObject({ isTruncated: true });
    set.scale(41);
    await clock.advance(SECOND);
    const reply = ask(world, NAME, 'A', { transport: 'tcp' });
    expect(reply).toMatchObject({ isTruncated: false });
    expect(reply.answers).toHaveLength(40);
    expect(ttlsOf(reply)).toEqual([29]);
  });

  test('deals the addresses of a cached answer anew for each asker', () => {
    const { world } = setUp({}, 4);
    const orders = Array.from({ length: 50 }, () => JSON.stringify(ask(world, NAME, 'A').answers));
    expect(new Set(orders).size).toBeGreaterThan(10);
    const srv = Array.from({ length: 50 }, () => JSON.stringify(ask(world, NAME, 'SRV').answers));
    expect(new Set(srv).size).toBe(1);
  });

  test.each([
    { name: 'a TTL above the limit becomes the limit', options: { ttlSeconds: 60 }, type: 'A', want: 30 },
    { name: 'a TTL below 5 s becomes 5', options: { ttlSeconds: 0 }, type: 'A', want: 5 },
    { name: 'unless the limit is lower', options: { ttlSeconds: 0, positiveCacheSeconds: 3 }, type: 'A', want: 3 },
    { name: 'a denial has a limit of its own', options: { negativeCacheSeconds: 7 }, type: 'TXT', want: 7 },
    { name: 'a denial is kept for 5 s at least too', options: { ttlSeconds: 1 }, type: 'TXT', want: 5 },
    { name: 'answers alone are not kept', options: { positiveCacheSeconds: 0, ttlSeconds: 60 }, type: 'A', want: 60 },
    { name: 'denials alone are not kept', options: { negativeCacheSeconds: 0, ttlSeconds: 60 }, type: 'TXT', want: 60 },
  ])('changes TTLs from the first reply on: $name', async ({ options, type, want }) => {
    const { clock, world } = setUp(options);
    expect(ttlsOf(ask(world, NAME, type))).toEqual([want]);
    await clock.advance(SECOND);
    expect(ttlsOf(ask(world, NAME, type))).toEqual([want === 60 ? 60 : want - 1]);
  });

  test('keeps the version and pointers as it keeps all else', async () => {
    const { clock, world, set } = setUp();
    const {
      host,
      addresses: [address = ''],
    } = set.pod(0);
    const pointer = `${address.split('.').toReversed().join('.')}.in-addr.arpa`;
    expect(ttlsOf(ask(world, 'dns-version.cluster.local', 'TXT'))).toEqual([30]);
    expect(valuesOf(ask(world, pointer, 'PTR'))).toEqual([host]);
    set.scale(0);
    await clock.advance(SECOND);
    expect(valuesOf(ask(world, pointer, 'PTR'))).toEqual([host]);
  });

  test('does not keep what is not its own: a refusal', () => {
    const { world } = setUp();
    ask(world, 'example.com', 'A');
    ask(world, 'example.com', 'A');
    expect(world.queries.map(({ isFromCache }) => isFromCache)).toEqual([false, false]);
  });

  test('forgets what it has when its cache is cleared', () => {
    const { world, set } = setUp();
    ask(world, NAME, 'A');
    ask(world, 'gone.default.svc.cluster.local', 'A');
    set.scale(3);
    world.replicas[0]?.clearCache();
    expect(ask(world, NAME, 'A').answers).toHaveLength(3);
    ask(world, 'gone.default.svc.cluster.local', 'A');
    expect(world.queries.map(({ isFromCache }) => isFromCache)).toEqual([false, false, false, false]);
  });

  test('drops the oldest entry beyond 9,984 of a kind', () => {
    const { world } = setUp({ queryLogLimit: 3 });
    for (let index = 0; index < 9_985; index += 1) ask(world, `${index}.${ZONE}`, 'A');
    ask(world, `9984.${ZONE}`, 'A');
    ask(world, `1.${ZONE}`, 'A');
    ask(world, `0.${ZONE}`, 'A');
    expect(world.queries.map(({ isFromCache }) => isFromCache)).toEqual([true, true, false]);
  });
});

const setUpStale = () => setUp({ serveStaleSeconds: 3_600 });

describe('serve stale', () => {
  test('gives an old answer once more, with TTL 0, and has the new one for the next asker', async () => {
    const { clock, world, set } = setUpStale();
    const old = valuesOf(ask(world, NAME, 'A'));
    set.scale(3);
    await clock.advance(40 * SECOND);
    const stale = ask(world, NAME, 'A');
    expect({ ttls: ttlsOf(stale), values: valuesOf(stale) }).toEqual({ ttls: [0], values: old });
    await clock.advance(SECOND);
    const fresh = ask(world, NAME, 'A');
    expect({ ttls: ttlsOf(fresh), count: fresh.answers.length }).toEqual({ ttls: [29], count: 3 });
    expect(world.queries.map(({ isFromCache }) => isFromCache)).toEqual([false, true, true]);
  });

  test('gives an old denial once more, and then the answer', async () => {
    const { clock, world, set } = setUpStale();
    set.scale(0);
    ask(world, NAME, 'A');
    set.scale(2);
    await clock.advance(31 * SECOND);
    expect(ask(world, NAME, 'A')).toMatchObject({ rcode: 'NXDOMAIN', authority: [{ ttlSeconds: 0 }] });
    expect(ask(world, NAME, 'A')).toMatchObject({ rcode: 'NOERROR' });
  });

  test('lets a new denial go before an old answer', async () => {
    const { clock, world, set } = setUpStale();
    ask(world, NAME, 'A');
    set.scale(0);
    await clock.advance(31 * SECOND);
    expect(ask(world, NAME, 'A')).toMatchObject({ rcode: 'NOERROR' });
    expect(ask(world, NAME, 'A')).toMatchObject({ rcode: 'NXDOMAIN', authority: [{ ttlSeconds: 30 }] });
  });

  test('goes on denying where answers are not kept, for nothing takes the place', async () => {
    const { clock, world, set } = setUp({ serveStaleSeconds: 3_600, positiveCacheSeconds: 0 }, 0);
    ask(world, NAME, 'A');
    set.scale(2);
    await clock.advance(31 * SECOND);
    const rcodes = [1, 2, 3].map(() => ask(world, NAME, 'A').rcode);
    expect(rcodes).toEqual(['NXDOMAIN', 'NXDOMAIN', 'NXDOMAIN']);
  });

  test('makes an entry young again, at no cost to others', async () => {
    const { clock, world } = setUp({ serveStaleSeconds: 3_600, queryLogLimit: 5 });
    for (let index = 0; index < 9_984; index += 1) ask(world, `${index}.${ZONE}`, 'A');
    await clock.advance(31 * SECOND);
    for (const index of [5, 0, 9_984, 5, 1]) ask(world, `${index}.${ZONE}`, 'A');
    expect(world.queries.map(({ isFromCache }) => isFromCache)).toEqual([true, true, false, true, false]);
  });

  test('ends when its time is over', async () => {
    const { clock, world, set } = setUpStale();
    ask(world, NAME, 'A');
    set.scale(3);
    await clock.advance(3_630 * SECOND);
    expect(ask(world, NAME, 'A').answers).toHaveLength(3);
  });

  test('goes on while only failures could take the place', async () => {
    const { clock, world } = setUpStale();
    const values = valuesOf(ask(world, NAME, 'A'));
    world.fault({ kind: 'servfail', behindCache: true });
    await clock.advance(60 * SECOND);
    for (let count = 0; count < 3; count += 1) {
      const reply = ask(world, NAME, 'A');
      expect({ ttls: ttlsOf(reply), values: valuesOf(reply) }).toEqual({ ttls: [0], values });
    }
  });
});

describe('a fault behind the cache', () => {
  test('denies once, and the cache denies on', async () => {
    const { clock, world } = setUp();
    const fault = world.fault({ kind: 'nxdomain', count: 1, behindCache: true });
    expect(ask(world, NAME, 'A')).toMatchObject({ rcode: 'NXDOMAIN' });
    await clock.advance(29 * SECOND);
    expect(ask(world, NAME, 'A')).toMatchObject({ rcode: 'NXDOMAIN', authority: [{ ttlSeconds: 1 }] });
    await clock.advance(SECOND);
    expect(ask(world, NAME, 'A')).toMatchObject({ rcode: 'NOERROR' });
    expect(fault.hits).toBe(1);
  });

  test('does not meet what the cache answers; one in front does, and leaves the cache alone', () => {
    const { world } = setUp();
    ask(world, NAME, 'A');
    const behind = world.fault({ kind: 'nxdomain', behindCache: true });
    expect(ask(world, NAME, 'A')).toMatchObject({ rcode: 'NOERROR' });
    expect(behind.hits).toBe(0);
    world.fault({ kind: 'nodata', count: 1 });
    expect(ask(world, NAME, 'A')).toMatchObject({ answers: [] });
    expect(ask(world, NAME, 'A').answers).toHaveLength(2);
    expect(world.queries.map(({ isFromCache }) => isFromCache)).toEqual([false, true, false, true]);
  });

  test.each(['servfail', 'notimp'] as const)('%s is kept for 5 s', async (kind) => {
    const { clock, world } = setUp();
    world.fault({ kind, count: 1, behindCache: true });
    const rcode = kind.toUpperCase();
    expect(ask(world, NAME, 'A')).toMatchObject({ rcode });
    await clock.advance(4_999);
    expect(ask(world, NAME, 'A')).toMatchObject({ rcode });
    await clock.advance(1);
    expect(ask(world, NAME, 'A')).toMatchObject({ rcode: 'NOERROR' });
  });

  test.each([
    { kind: 'refused', kept: false },
    { kind: 'formerr', kept: false },
    { kind: 'empty', kept: false },
    { kind: 'cname-loop', kept: false },
    { kind: 'nodata', kept: true },
    { kind: 'duplicate', kept: true },
    { kind: 'foreign-address', kept: true },
  ] as const)('$kind is kept: $kept', ({ kind, kept }) => {
    const { world } = setUp();
    world.fault({ kind, count: 1, behindCache: true });
    const [first, second] = [valuesOf(ask(world, NAME, 'A')), valuesOf(ask(world, NAME, 'A'))];
    expect(JSON.stringify(first) === JSON.stringify(second)).toBe(kept);
  });

  test('an answer without records is kept for 5 s', async () => {
    const { clock, world } = setUp();
    world.fault({ kind: 'partial', keep: 0, count: 1, behindCache: true });
    expect(ask(world, NAME, 'A').answers).toEqual([]);
    await clock.advance(4_999);
    expect(ask(world, NAME, 'A').answers).toEqual([]);
    await clock.advance(1);
    expect(ask(world, NAME, 'A').answers).toHaveLength(2);
  });

  test('delays only what the cache cannot answer', () => {
    const { world } = setUp();
    world.fault({ kind: 'delay', delayMs: 80, behindCache: true });
    expect([ask(world, NAME, 'A').delayMs, ask(world, NAME, 'A').delayMs]).toEqual([80, 0]);
  });

  test('is a fault like others where nothing is cached', () => {
    const world = createWorld();
    world.fault({ kind: 'servfail', count: 2, behindCache: true });
    expect([1, 2, 3].map(() => ask(world, NAME, 'A').rcode)).toEqual(['SERVFAIL', 'SERVFAIL', 'NXDOMAIN']);
  });
});
