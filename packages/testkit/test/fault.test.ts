import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createWorld, type FaultOptions, type VirtualClock, virtualClock, type World } from '../src/index.ts';
import { ask, valueOf, valuesOf, ZONE } from './ask.ts';

const NAME = `db-svc.${ZONE}`;
const POD = `db-1.db-svc.${ZONE}`;

function setUp(replicas = 4): { clock: VirtualClock; world: World; addresses: readonly string[] } {
  const clock = virtualClock(500);
  const world = createWorld({ clock });
  const set = world.headlessService('db-svc', { ports: [{ port: 27_017 }] }).statefulSet('db', { replicas, families: ['ipv4', 'ipv6'] });
  return { clock, world, addresses: set.pods.map((pod) => pod.addresses[0] ?? '') };
}

const soa = expect.objectContaining({ type: 'SOA', name: 'cluster.local' });
const cname = (name: string, target: unknown) => expect.objectContaining({ type: 'CNAME', name, target });

describe('a fault', () => {
  test.each<{ name: string; fault: FaultOptions; want: object }>([
    { name: 'nxdomain denies the name', fault: { kind: 'nxdomain' }, want: { rcode: 'NXDOMAIN', answers: [], authority: [soa] } },
    { name: 'nodata denies the type', fault: { kind: 'nodata' }, want: { rcode: 'NOERROR', answers: [], authority: [soa] } },
    { name: 'servfail fails', fault: { kind: 'servfail' }, want: { rcode: 'SERVFAIL', answers: [], authority: [] } },
    { name: 'refused refuses', fault: { kind: 'refused' }, want: { rcode: 'REFUSED', answers: [], authority: [] } },
    { name: 'notimp knows nothing', fault: { kind: 'notimp' }, want: { rcode: 'NOTIMP', answers: [], authority: [] } },
    { name: 'formerr finds fault with the question', fault: { kind: 'formerr' }, want: { rcode: 'FORMERR', answers: [], authority: [] } },
    { name: 'silence says nothing', fault: { kind: 'silence' }, want: { kind: 'silence' } },
    { name: 'garbage cannot be read', fault: { kind: 'garbage' }, want: { kind: 'garbage', delayMs: 0 } },
    { name: 'delay is late', fault: { kind: 'delay', delayMs: 300 }, want: { rcode: 'NOERROR', delayMs: 300 } },
    {
      name: 'empty points to a name without address',
      fault: { kind: 'empty' },
      want: { rcode: 'NOERROR', answers: [cname(NAME, expect.stringMatching(/^nowhere\./))], authority: [] },
    },
    {
      name: 'cname-loop runs in circles',
      fault: { kind: 'cname-loop' },
      want: { rcode: 'NOERROR', answers: [cname(NAME, `loop.${NAME}`), cname(`loop.${NAME}`, NAME)] },
    },
    { name: 'wrong-id answers somebody else', fault: { kind: 'wrong-id' }, want: { rcode: 'NOERROR', packets: ['wrong-id'] } },
    {
      name: 'wrong-id can be followed by the right reply',
      fault: { kind: 'wrong-id', thenRight: true },
      want: { rcode: 'NOERROR', packets: ['wrong-id', 'right'] },
    },
    {
      name: 'wrong-question answers what nobody asked',
      fault: { kind: 'wrong-question' },
      want: { rcode: 'NOERROR', packets: ['wrong-question'] },
    },
    {
      name: 'wrong-question can be followed by the right reply',
      fault: { kind: 'wrong-question', thenRight: true },
      want: { rcode: 'NOERROR', packets: ['wrong-question', 'right'] },
    },
    { name: 'reply-twice repeats itself', fault: { kind: 'reply-twice' }, want: { rcode: 'NOERROR', packets: ['right', 'right'] } },
    { name: 'any fault can be late too', fault: { kind: 'nxdomain', delayMs: 20 }, want: { rcode: 'NXDOMAIN', delayMs: 20 } },
    { name: 'garbage can be late too', fault: { kind: 'garbage', delayMs: 20 }, want: { delayMs: 20 } },
  ])('$name', ({ fault, want }) => {
    const { world } = setUp();
    world.fault(fault);
    expect(world.answer({ name: NAME, type: 'A' })).toMatchObject(want);
  });

  test('duplicate gives every record twice', () => {
    const { world, addresses } = setUp();
    world.fault({ kind: 'duplicate' });
    expect(valuesOf(ask(world, NAME, 'A'))).toEqual([...addresses, ...addresses].toSorted());
  });

  test.each([
    { name: 'half, rounded up', replicas: 5, more: {}, want: 3 },
    { name: 'as many as told', replicas: 5, more: { keep: 1 }, want: 1 },
    { name: 'none when told so', replicas: 5, more: { keep: 0 }, want: 0 },
    { name: 'what there is when that is less', replicas: 2, more: { keep: 7 }, want: 2 },
  ])('partial keeps $name, and does not say so', ({ replicas, more, want }) => {
    const { world } = setUp(replicas);
    world.fault({ kind: 'partial', ...more });
    const reply = ask(world, NAME, 'A');
    expect(reply).toMatchObject({ rcode: 'NOERROR', isTruncated: false });
    expect(reply.answers).toHaveLength(want);
  });

  test.each([
    { name: 'an address', without: ([, second = '']: readonly string[]) => [second], type: 'A', want: 3 },
    { name: 'the first label of a target', without: () => ['db-1'], type: 'SRV', want: 3 },
    { name: 'a whole target', without: () => [POD, `db-2.db-svc.${ZONE}`], type: 'SRV', want: 2 },
    { name: 'nothing that is there', without: () => ['db-9'], type: 'SRV', want: 4 },
  ])('partial leaves out $name when told so', ({ without, type, want }) => {
    const { world, addresses } = setUp();
    const left = without(addresses);
    world.fault({ kind: 'partial', without: left });
    const { answers, additional } = ask(world, NAME, type);
    expect(answers).toHaveLength(want);
    expect(answers.map(valueOf).join()).not.toContain(left[0]);
    expect(new Set(additional.map((record) => record.name)).size).toBe(type === 'SRV' ? want : 0);
  });

  test.each([
    { name: 'over UDP and not over TCP', fault: {}, udp: { isTruncated: true }, tcp: { isTruncated: false } },
    { name: 'and refuses TCP', fault: { tcp: 'refused' }, udp: { isTruncated: true }, tcp: { kind: 'reset' } },
    { name: 'and is silent over TCP', fault: { tcp: 'silent' }, udp: { isTruncated: true }, tcp: { kind: 'silence' } },
    { name: 'over TCP as well', fault: { tcp: 'truncated' }, udp: { isTruncated: true }, tcp: { isTruncated: true } },
  ] as const)('truncate cuts $name', ({ fault, udp, tcp }) => {
    const { world } = setUp();
    world.fault({ kind: 'truncate', ...fault });
    expect(world.answer({ name: NAME, type: 'A', transport: 'udp' })).toMatchObject(udp);
    expect(world.answer({ name: NAME, type: 'A', transport: 'tcp' })).toMatchObject(tcp);
  });

  test.each([
    { name: 'half of the records, rounded down', replicas: 5, more: {}, want: 2 },
    { name: 'as many as told', replicas: 5, more: { keep: 4 }, want: 4 },
    { name: 'nothing of a single one', replicas: 1, more: {}, want: 0 },
  ])('truncate keeps $name, and no glue', ({ replicas, more, want }) => {
    const { world } = setUp(replicas);
    world.fault({ kind: 'truncate', ...more });
    const reply = ask(world, NAME, 'SRV', { transport: 'udp' });
    expect(reply.answers).toHaveLength(want);
    expect(reply.additional).toEqual([]);
  });

  test.each([
    { name: 'takes the place of an answer', asked: NAME, type: 'A', more: {}, want: ['203.0.113.7'] },
    { name: 'has an IPv6 form', asked: NAME, type: 'AAAA', more: {}, want: ['3fff::7'] },
    { name: 'takes the place of a denial', asked: `db-9.db-svc.${ZONE}`, type: 'A', more: {}, want: ['203.0.113.7'] },
    {
      name: 'may be several',
      asked: NAME,
      type: 'A',
      more: { addresses: ['192.0.2.1', '192.0.2.2', '3fff::1'] },
      want: ['192.0.2.1', '192.0.2.2'],
    },
  ])('foreign-address $name', ({ asked, type, more, want }) => {
    const { world } = setUp();
    world.fault({ kind: 'foreign-address', ...more });
    const reply = ask(world, asked, type);
    expect(reply).toMatchObject({ rcode: 'NOERROR', authority: [] });
    expect(valuesOf(reply)).toEqual(want);
  });

  test('foreign-address can come on top of the true answer, from another owner', () => {
    const { world, addresses } = setUp();
    world.fault({ kind: 'foreign-address', mode: 'add', owner: 'www.example.com' });
    const reply = ask(world, NAME, 'A');
    expect(valuesOf(reply)).toEqual([...addresses, '203.0.113.7'].toSorted());
    expect(reply.answers.at(-1)).toMatchObject({ name: 'www.example.com' });
  });

  test.each([
    { name: 'other types', type: 'SRV', more: {} },
    { name: 'a family it has no address of', type: 'AAAA', more: { addresses: ['192.0.2.1'] } },
  ])('foreign-address leaves $name alone', ({ type, more }) => {
    const { world } = setUp();
    const before = valuesOf(ask(world, NAME, type));
    world.fault({ kind: 'foreign-address', ...more });
    expect(valuesOf(ask(world, NAME, type))).toEqual(before);
  });
});

/** Which of 600 questions a fault of this seed hits. */
const luckOf = (seed: number): string => {
  const { world } = setUp(1);
  world.fault({ kind: 'nxdomain', probability: 1 / 6, seed });
  return Array.from({ length: 600 }, () => (ask(world, NAME, 'A').rcode === 'NXDOMAIN' ? 'x' : '.')).join('');
};

/** Which of 50 questions a fault hits, asked alone or among others that are out of its scope. */
const luckAmong = (isMixed: boolean): string => {
  const { world } = setUp(2);
  world.fault({ kind: 'nxdomain', probability: 0.5, names: POD });
  return Array.from({ length: 50 }, () => {
    if (isMixed) ask(world, NAME, 'A');
    return ask(world, POD, 'A').rcode;
  }).join();
};

describe('the scope of a fault', () => {
  test.each([
    { name: 'everything without a word', scope: {}, hit: [NAME, POD] },
    { name: 'a name', scope: { names: NAME }, hit: [NAME] },
    { name: 'a name in capitals with a final dot', scope: { names: `${NAME.toUpperCase()}.` }, hit: [NAME] },
    { name: 'a pattern', scope: { names: /^db-\d+\./ }, hit: [POD] },
    { name: 'a pattern with a memory', scope: { names: /^db-/g }, hit: [NAME, POD] },
    { name: 'a type', scope: { types: ['A'] }, hit: [NAME, POD] },
    { name: 'another type', scope: { types: ['AAAA', 'SRV'] }, hit: [] },
    { name: 'a transport', scope: { transports: ['tcp'] as const }, hit: [NAME, POD] },
    { name: 'the other transport', scope: { transports: ['udp'] as const }, hit: [] },
    { name: 'no chance', scope: { probability: 0 }, hit: [] },
    { name: 'a certain chance', scope: { probability: 1 }, hit: [NAME, POD] },
    { name: 'a count', scope: { count: 3 }, hit: [NAME] },
  ])('is $name', ({ scope, hit }) => {
    const { world } = setUp();
    const fault = world.fault({ kind: 'refused', ...scope });
    const hits = [NAME, POD].filter((asked) => {
      const rcodes = [1, 2, 3].map(() => ask(world, asked, 'A').rcode);
      return rcodes.every((rcode) => rcode === 'REFUSED');
    });
    expect(hits).toEqual(hit);
    expect(fault.hits).toBe(3 * hit.length);
  });

  test('is a time window that begins and ends', async () => {
    const { clock, world } = setUp();
    world.fault({ kind: 'servfail', afterMs: 100, forMs: 50 });
    const seen: string[] = [];
    for (const step of [99, 1, 49, 1]) {
      await clock.advance(step);
      seen.push(`${clock.nowMs()} ${ask(world, NAME, 'A').rcode}`);
    }
    expect(seen).toEqual(['599 NOERROR', '600 SERVFAIL', '649 SERVFAIL', '650 NOERROR']);
  });

  test('counts only the questions that are hit', () => {
    const { world } = setUp();
    const fault = world.fault({ kind: 'servfail', names: POD, count: 1 });
    ask(world, NAME, 'A');
    expect(fault.hits).toBe(0);
    expect(ask(world, POD, 'A').rcode).toBe('SERVFAIL');
    expect(ask(world, POD, 'A').rcode).toBe('NOERROR');
  });

  test('does not count a TCP question that a truncate fault leaves alone', () => {
    const { world } = setUp();
    const fault = world.fault({ kind: 'truncate', count: 2 });
    ask(world, NAME, 'A', { transport: 'udp' });
    ask(world, NAME, 'A', { transport: 'tcp' });
    expect(fault.hits).toBe(1);
  });

  test('is a chance with a seed: the same luck for the same seed, about as often as told', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const drawn = luckOf(seed);
        expect(luckOf(seed)).toBe(drawn);
        expect(drawn.replaceAll('.', '').length).toBeGreaterThan(50);
        expect(drawn.replaceAll('.', '').length).toBeLessThan(160);
      }),
      { numRuns: 20 },
    );
    expect(luckOf(1)).not.toBe(luckOf(2));
  });

  test('draws lots only for questions in scope', () => {
    expect(luckAmong(true)).toBe(luckAmong(false));
  });
});

describe('several faults', () => {
  test('meet a question in order of creation, and the first that hits is the only one', () => {
    const { world } = setUp();
    const first = world.fault({ kind: 'servfail', names: POD });
    const second = world.fault({ kind: 'refused' });
    expect([ask(world, POD, 'A').rcode, ask(world, NAME, 'A').rcode]).toEqual(['SERVFAIL', 'REFUSED']);
    first.clear();
    expect(ask(world, POD, 'A').rcode).toBe('REFUSED');
    second.clear();
    second.clear();
    expect(ask(world, POD, 'A').rcode).toBe('NOERROR');
    expect([first.hits, second.hits]).toEqual([1, 2]);
  });

  test('let the next one have a question that the first spares', () => {
    const { world } = setUp();
    world.fault({ kind: 'servfail', count: 1 });
    world.fault({ kind: 'refused', count: 1 });
    expect([1, 2, 3].map(() => ask(world, NAME, 'A').rcode)).toEqual(['SERVFAIL', 'REFUSED', 'NOERROR']);
  });

  test('say which kind they are', () => {
    expect(setUp().world.fault({ kind: 'cname-loop' }).kind).toBe('cname-loop');
  });
});
