import { describe, expect, test } from 'vitest';
import { type AddressFamily, createWorld, type World } from '../src/index.ts';
import { ask, valueOf, valuesOf, ZONE } from './ask.ts';

const NAME = `color-svc.${ZONE}`;

/** Names as long as those for which it is known how many records CoreDNS puts into a message. */
function colorWorld(replicas: number, family: AddressFamily = 'ipv4'): World {
  const world = createWorld();
  const service = world.headlessService('color-svc', { ports: [{ name: 'db', port: 27_017 }] });
  service.statefulSet('color-ss', { replicas, families: [family], podManagementPolicy: 'Parallel' });
  return world;
}

describe('a reply over UDP', () => {
  test.each([
    { name: '28 A records fit into 512 bytes', replicas: 28, type: 'A', count: 28, isTruncated: false },
    { name: '29 A records do not', replicas: 29, type: 'A', count: 28, isTruncated: true },
    { name: '16 AAAA records fit into 512 bytes', replicas: 16, type: 'AAAA', count: 16, isTruncated: false },
    { name: '17 AAAA records do not', replicas: 17, type: 'AAAA', count: 16, isTruncated: true },
    { name: '5 SRV records with glue fit', replicas: 5, type: 'SRV', count: 5, isTruncated: false },
    { name: '6 SRV records fit without all their glue, which sets TC too', replicas: 6, type: 'SRV', count: 6, isTruncated: true },
    { name: '7 SRV records do not fit', replicas: 7, type: 'SRV', count: 6, isTruncated: true },
    { name: '73 A records fit into 1232 bytes', replicas: 73, type: 'A', edns: 1_232, count: 73, isTruncated: false },
    { name: '74 A records do not', replicas: 74, type: 'A', edns: 1_232, count: 73, isTruncated: true },
    { name: '41 AAAA records fit into 1232 bytes', replicas: 41, type: 'AAAA', edns: 1_232, count: 41, isTruncated: false },
    { name: '42 AAAA records do not', replicas: 42, type: 'AAAA', edns: 1_232, count: 41, isTruncated: true },
    { name: 'who says that less than 512 bytes fit gets 512', replicas: 28, type: 'A', edns: 100, count: 28, isTruncated: false },
  ])('holds what its size allows: $name', ({ replicas, type, edns, count, isTruncated }) => {
    const world = colorWorld(replicas, type === 'AAAA' ? 'ipv6' : 'ipv4');
    const reply = ask(world, NAME, type, { transport: 'udp', ...(edns === undefined ? {} : { ednsPayloadBytes: edns }) });
    expect(reply).toMatchObject({ rcode: 'NOERROR', isTruncated });
    expect(reply.answers).toHaveLength(count);
  });

  test('keeps other addresses each time it is cut, for they are dealt anew first', () => {
    const world = colorWorld(60);
    const kept = new Set(Array.from({ length: 40 }, () => ask(world, NAME, 'A', { transport: 'udp' }).answers.map(valueOf)).flat());
    expect(kept.size).toBe(60);
  });
});

describe('a reply over TCP', () => {
  test.each([
    { name: '4092 A records fit', replicas: 4_092, type: 'A', count: 4_092, isTruncated: false },
    { name: '4093 A records do not', replicas: 4_093, type: 'A', count: 4_092, isTruncated: true },
    { name: '2338 AAAA records fit', replicas: 2_338, type: 'AAAA', count: 2_338, isTruncated: false },
    { name: '2339 AAAA records do not', replicas: 2_339, type: 'AAAA', count: 2_338, isTruncated: true },
    { name: '650 SRV records with glue fit', replicas: 650, type: 'SRV', count: 650, isTruncated: false },
    { name: '800 SRV records fit without all their glue', replicas: 800, type: 'SRV', count: 800, isTruncated: true },
    { name: '1000 SRV records do not fit', replicas: 1_000, type: 'SRV', count: 964, isTruncated: true },
  ])('holds 65,535 bytes: $name', ({ replicas, type, count, isTruncated }) => {
    const reply = ask(colorWorld(replicas, type === 'AAAA' ? 'ipv6' : 'ipv4'), NAME, type);
    expect(reply.isTruncated).toBe(isTruncated);
    expect(reply.answers).toHaveLength(count);
  });
});

describe('resolve', () => {
  test('asks over UDP, and over TCP when the reply is cut', () => {
    const world = colorWorld(29);
    const reply = world.resolve({ name: NAME, type: 'A' });
    expect(reply).toMatchObject({ kind: 'reply', isTruncated: false });
    expect(reply.kind === 'reply' && valuesOf(reply)).toHaveLength(29);
    expect(world.queries.map(({ transport }) => transport)).toEqual(['udp', 'tcp']);
  });

  test('asks once when the reply is whole', () => {
    const world = colorWorld(28);
    world.resolve({ name: NAME, type: 'A' });
    expect(world.queries.map(({ transport }) => transport)).toEqual(['udp']);
  });

  test.each([
    { name: 'takes a reply with the wrong id for silence', fault: { kind: 'wrong-id' }, want: { kind: 'silence' } },
    { name: 'takes a reply to another question for silence', fault: { kind: 'wrong-question' }, want: { kind: 'silence' } },
    { name: 'takes the right reply after a wrong one', fault: { kind: 'wrong-id', thenRight: true }, want: { kind: 'reply' } },
    { name: 'passes garbage on', fault: { kind: 'garbage', delayMs: 5 }, want: { kind: 'garbage', delayMs: 5 } },
    { name: 'ends in silence when TCP is silent', fault: { kind: 'truncate', tcp: 'silent' }, want: { kind: 'silence' } },
    { name: 'ends in a reset when TCP is refused', fault: { kind: 'truncate', tcp: 'refused' }, want: { kind: 'reset' } },
    { name: 'adds up delays', fault: { kind: 'truncate', tcp: 'truncated', delayMs: 10 }, want: { isTruncated: true, delayMs: 20 } },
  ] as const)('$name', ({ fault, want }) => {
    const world = colorWorld(3);
    world.fault(fault);
    expect(world.resolve({ name: NAME, type: 'A' })).toMatchObject(want);
  });
});
