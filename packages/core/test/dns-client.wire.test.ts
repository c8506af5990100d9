import { createSocket } from 'node:dgram';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startCluster } from '@peerset/testkit';
import type { Cluster, FaultOptions } from '@peerset/testkit';
import { openDnsClient } from '../src/lookup/dns-client.ts';
import type { DnsClient } from '../src/lookup/dns-client.ts';
import type { Lookup, Question } from '../src/lookup/outcome.ts';

const HOST = 'color-svc.default.svc.cluster.local';
const SET: Question = { name: HOST, type: 'A' };

let cluster: Cluster;
beforeEach(async () => {
  cluster = await startCluster();
  cluster
    .headlessService('color-svc', { ports: [{ name: 'db', port: 27017 }] })
    .statefulSet('color-ss', { replicas: 3, families: ['ipv4', 'ipv6'] });
});
afterEach(() => cluster.close());

async function askOne(client: DnsClient, question: Question): Promise<Lookup> {
  const [lookup] = await client.ask([question]);
  if (lookup === undefined) throw new Error('a question has an outcome');
  return lookup;
}

/** Asks with a client of its own, as a round does. */
async function ask(
  question: Question,
  { servers = cluster.servers, lookupTimeoutMs = 600, firstServer = undefined as string | undefined } = {},
): Promise<Lookup> {
  const client = openDnsClient({ servers, lookupTimeoutMs, firstServer });
  try {
    return await askOne(client, question);
  } finally {
    client.close();
  }
}

describe('outcomes of one question', () => {
  test.each<{ name: string; question: Question; fault?: FaultOptions; outcome: object; attempts?: number; queries?: number }>([
    { name: 'addresses are found, with the TTL', question: SET, outcome: { kind: 'found', ttlSeconds: 5 } },
    { name: 'IPv6 addresses are found in canonical text', question: { name: HOST, type: 'AAAA' }, outcome: { kind: 'found' } },
    {
      name: 'SRV targets are found, without TTL',
      question: { name: HOST, type: 'SRV' },
      outcome: { kind: 'found', ttlSeconds: undefined },
    },
    { name: 'an own name is found', question: { name: `color-ss-0.${HOST}`, type: 'A' }, outcome: { kind: 'found' } },
    {
      name: 'TXT of a name that exists is absent: no such record',
      question: { name: HOST, type: 'TXT' },
      outcome: { kind: 'absent', reason: 'no-such-record', code: 'ENODATA' },
    },
    {
      name: 'TXT of a name that does not exist is absent: no such name',
      question: { name: `color-ss-9.${HOST}`, type: 'TXT' },
      outcome: { kind: 'absent', reason: 'no-such-name', code: 'ENOTFOUND' },
    },
    {
      name: 'TXT with content is found',
      question: { name: 'dns-version.cluster.local', type: 'TXT' },
      outcome: { kind: 'found', addresses: [], targets: [] },
    },
    {
      name: 'NXDOMAIN is absent: no such name',
      question: SET,
      fault: { kind: 'nxdomain' },
      outcome: { kind: 'absent', reason: 'no-such-name' },
    },
    {
      name: 'NODATA is absent: no such record',
      question: SET,
      fault: { kind: 'nodata' },
      outcome: { kind: 'absent', reason: 'no-such-record' },
    },
    {
      name: '[] on success is absent',
      question: SET,
      fault: { kind: 'empty' },
      outcome: { kind: 'absent', reason: 'no-such-record', code: 'EMPTY' },
    },
    {
      name: 'a CNAME loop is absent',
      question: SET,
      fault: { kind: 'cname-loop' },
      outcome: { kind: 'absent', reason: 'no-such-record', code: 'EMPTY' },
    },
    {
      name: 'SERVFAIL is unknown, after two more tries',
      question: SET,
      fault: { kind: 'servfail' },
      outcome: { kind: 'unknown', code: 'ESERVFAIL' },
      attempts: 3,
      queries: 3,
    },
    {
      name: 'REFUSED is unknown, after two more tries',
      question: SET,
      fault: { kind: 'refused' },
      outcome: { kind: 'unknown', code: 'EREFUSED' },
      attempts: 3,
      queries: 3,
    },
    { name: 'NOTIMP is unknown', question: SET, fault: { kind: 'notimp' }, outcome: { kind: 'unknown', code: 'ENOTIMP' }, attempts: 3 },
    {
      name: 'SERVFAIL once, then an answer, is found',
      question: SET,
      fault: { kind: 'servfail', count: 1 },
      outcome: { kind: 'found' },
      attempts: 2,
      queries: 2,
    },
    { name: 'garbage is unknown', question: SET, fault: { kind: 'garbage' }, outcome: { kind: 'unknown', code: 'EBADRESP' } },
    { name: 'silence is unknown', question: SET, fault: { kind: 'silence' }, outcome: { kind: 'unknown', code: 'ETIMEOUT' } },
    { name: 'a wrong id is unknown', question: SET, fault: { kind: 'wrong-id' }, outcome: { kind: 'unknown', code: 'ETIMEOUT' } },
    {
      name: 'a wrong id, then the right answer, is found',
      question: SET,
      fault: { kind: 'wrong-id', thenRight: true },
      outcome: { kind: 'found' },
      attempts: 1,
    },
    {
      name: 'a late answer within the deadline is found',
      question: SET,
      fault: { kind: 'delay', delayMs: 300 },
      outcome: { kind: 'found' },
      attempts: 1,
    },
    { name: 'a duplicate answer is found once', question: SET, fault: { kind: 'duplicate' }, outcome: { kind: 'found' }, attempts: 1 },
    {
      name: 'a truncated answer is found by TCP',
      question: SET,
      fault: { kind: 'truncate' },
      outcome: { kind: 'found' },
      attempts: 1,
      queries: 2,
    },
    {
      name: 'a truncated answer with TCP reset is unknown',
      question: SET,
      fault: { kind: 'truncate', tcp: 'refused' },
      outcome: { kind: 'unknown' },
    },
    {
      name: 'a truncated answer with silent TCP is unknown',
      question: SET,
      fault: { kind: 'truncate', tcp: 'silent' },
      outcome: { kind: 'unknown', code: 'ETIMEOUT' },
    },
  ])('$name', async ({ question, fault, outcome, attempts, queries }) => {
    if (fault !== undefined) cluster.fault(fault);
    // Where the tries are counted, their pauses, half a second together at most, must fit in before the deadline on a busy machine too.
    const lookup = await ask(question, attempts === 3 ? { lookupTimeoutMs: 5_000 } : {});
    // An unknown outcome may have taken more tries, as the time allowed: those that matter are told.
    expect(lookup).toMatchObject({ question, outcome, attempts: attempts ?? (lookup.outcome.kind === 'unknown' ? lookup.attempts : 1) });
    expect(lookup.server).toBe(lookup.outcome.kind === 'unknown' ? undefined : cluster.servers[0]);
    const addresses = lookup.outcome.kind === 'found' ? lookup.outcome.addresses : [];
    expect(new Set(addresses).size).toBe(addresses.length);
    expect(cluster.queries).toHaveLength(queries ?? cluster.queries.length);
  });

  test('a list too long for UDP is found whole by TCP', async () => {
    const big = cluster.headlessService('big-svc', { ports: [{ port: 1 }] });
    const pods = big.statefulSet('big-ss', { replicas: 150, podManagementPolicy: 'Parallel' }).pods;
    const { outcome } = await ask({ name: big.host, type: 'A' });
    expect(outcome.kind === 'found' && outcome.addresses.toSorted()).toEqual(pods.flatMap(({ addresses }) => addresses).toSorted());
    const srv = await ask({ name: big.host, type: 'SRV' });
    expect(srv.outcome.kind === 'found' && srv.outcome.targets).toHaveLength(150);
    expect(cluster.queries.map(({ transport }) => transport)).toEqual(['udp', 'tcp', 'udp', 'tcp']);
  });
});

describe('deadlines and servers', () => {
  test('no lookup hangs: a silent server is unknown at the deadline, whatever Node’s own timers do', async () => {
    cluster.fault({ kind: 'silence' });
    const startedAtMs = performance.now();
    const lookup = await ask(SET, { lookupTimeoutMs: 500 });
    const tookMs = performance.now() - startedAtMs;
    expect(lookup.outcome).toEqual({ kind: 'unknown', code: 'ETIMEOUT' });
    // Generous upwards: the machine may be busy. Node alone takes 20 s and more.
    expect(tookMs).toBeGreaterThan(450);
    expect(tookMs).toBeLessThan(3_000);
  });

  test.each<{ name: string; first: FaultOptions | undefined }>([
    { name: 'SERVFAIL', first: { kind: 'servfail' } },
    { name: 'REFUSED', first: { kind: 'refused' } },
    { name: 'a closed port', first: undefined },
  ])('the second server is asked when the first answers with $name', async ({ first }) => {
    const broken = await startCluster();
    try {
      if (first === undefined) await broken.close();
      else broken.fault(first);
      const lookup = await ask(SET, { servers: [...broken.servers, ...cluster.servers], lookupTimeoutMs: 2_000 });
      expect(lookup).toMatchObject({ outcome: { kind: 'found' }, attempts: 2, server: cluster.servers[0] });
    } finally {
      await broken.close();
    }
  });

  test('first server silent, second well: the second is used within half a second, and asked first next time', async () => {
    const silent = await startCluster();
    silent.fault({ kind: 'silence' });
    try {
      const servers = [...silent.servers, ...cluster.servers];
      const lookup = await ask(SET, { servers, lookupTimeoutMs: 5_000 });
      expect(lookup).toMatchObject({ outcome: { kind: 'found' }, attempts: 2, server: cluster.servers[0] });
      expect(lookup.durationMs).toBeGreaterThan(350);
      // Generous upwards for a busy machine; without the second server it would be 5 s.
      expect(lookup.durationMs).toBeLessThan(2_000);
      silent.clearQueries();
      expect(await ask(SET, { servers, firstServer: lookup.server })).toMatchObject({ outcome: { kind: 'found' }, attempts: 1 });
      expect(silent.queries).toHaveLength(0);
    } finally {
      await silent.close();
    }
  });

  test('an attempt that was answered is not joined later: failures come to three attempts, at every length of the pauses', async () => {
    // The second retry goes out 250 to 500 ms after the first attempt, and the answers take 30 ms: often one is in flight at 400 ms.
    cluster.fault({ kind: 'servfail', delayMs: 30 });
    const client = openDnsClient({ servers: cluster.servers, lookupTimeoutMs: 5_000, firstServer: undefined });
    const lookups = await client.ask(Array.from({ length: 60 }, () => SET));
    client.close();
    expect(lookups.filter(({ attempts }) => attempts !== 3)).toEqual([]);
  });

  test('a lone silent server is asked again from another port, and its late answer still counts', async () => {
    cluster.fault({ kind: 'delay', delayMs: 700, count: 1 });
    cluster.fault({ kind: 'silence' });
    const lookup = await ask(SET, { lookupTimeoutMs: 3_000 });
    expect(lookup.outcome.kind).toBe('found');
    expect(lookup.attempts).toBeGreaterThan(1);
    expect(lookup.durationMs).toBeGreaterThan(600);
  });

  test('64 queries are in flight on a Resolver and no more; close ends every open question at once, also those not sent yet', async () => {
    cluster.fault({ kind: 'silence' });
    const client = openDnsClient({ servers: cluster.servers, lookupTimeoutMs: 10_000, firstServer: undefined });
    const lookups = client.ask(Array.from({ length: 200 }, (_, i) => ({ name: `color-ss-${i}.${HOST}`, type: 'A' })));
    await untilQueries(64);
    client.close();
    const outcomes = await lookups;
    expect(new Set(outcomes.map(({ outcome }) => outcome.kind === 'unknown' && outcome.code))).toEqual(new Set(['ECANCELLED']));
    expect(outcomes.filter(({ attempts }) => attempts === 0)).toHaveLength(200 - 64);
  });

  test('1,000 names asked at once all get their answers at the first attempt', async () => {
    const service = cluster.headlessService('many-svc');
    const { pods } = service.statefulSet('many-ss', { replicas: 1_000, podManagementPolicy: 'Parallel' });
    const client = openDnsClient({ servers: cluster.servers, lookupTimeoutMs: 5_000, firstServer: undefined });
    const lookups = await client.ask(pods.map(({ name }) => ({ name: `${name}.${service.host}`, type: 'A' })));
    client.close();
    expect(lookups.every(({ outcome, attempts }) => outcome.kind === 'found' && attempts === 1)).toBe(true);
  });

  test('the process-wide limit is 256 attempts', async () => {
    cluster.fault({ kind: 'silence' });
    const clients: DnsClient[] = Array.from({ length: 6 }, () =>
      openDnsClient({ servers: cluster.servers, lookupTimeoutMs: 10_000, firstServer: undefined }),
    );
    const lookups = clients.map((client) => client.ask(Array.from({ length: 64 }, () => SET)));
    await untilQueries(256);
    const settled = await Promise.race([Promise.all(lookups), new Promise((resolve) => setTimeout(resolve, 100, 'still open'))]);
    expect(settled).toBe('still open');
    expect(cluster.queries).toHaveLength(256);
    for (const client of clients) client.close();
    await Promise.all(lookups);
  });

  test('answers to another question are ignored', async () => {
    // Hand-made: a server that answers every question with the id right and the question section of another name.
    const socket = createSocket('udp4');
    socket.on('message', (query, { port, address }) => {
      const reply = Buffer.from(query);
      reply.writeUInt16BE(0x8400, 2);
      reply.write('xxxxx', 13, 'latin1');
      socket.send(reply, port, address);
    });
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
    try {
      const lookup = await ask(SET, { servers: [`127.0.0.1:${socket.address().port}`], lookupTimeoutMs: 300 });
      expect(lookup.outcome).toEqual({ kind: 'unknown', code: 'ETIMEOUT' });
    } finally {
      socket.close();
    }
  });
});

async function untilQueries(count: number): Promise<void> {
  await expect.poll(() => cluster.queries.length, { timeout: 10_000, interval: 5 }).toBeGreaterThanOrEqual(count);
}
