import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { decode, encode } from 'dns-packet';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Cluster, type FaultOptions, type StatefulSet, startCluster, type VirtualClock, virtualClock } from '../src/index.ts';
import { ZONE } from './ask.ts';

const NAME = `db-svc.${ZONE}`;

let clock: VirtualClock;
let cluster: Cluster;
let set: StatefulSet;
let resolver: Resolver;

beforeEach(async () => {
  clock = virtualClock();
  cluster = await startCluster({ clock });
  set = cluster.headlessService('db-svc', { ports: [{ port: 27_017 }] }).statefulSet('db', { replicas: 4 });
  resolver = new Resolver({ timeout: 250, tries: 1 });
  resolver.setServers(cluster.servers);
});

afterEach(async () => {
  resolver.cancel();
  await cluster.close();
});

const askUntilAsked = async (count: number): Promise<void> => {
  while (cluster.queries.length < count) await new Promise((resolve) => setImmediate(resolve));
};

/** Sends one question over UDP and collects the replies that come before a second one is answered. */
async function rawReplies(): Promise<Buffer[]> {
  const socket = createSocket('udp4');
  const replies: Buffer[] = [];
  socket.on('message', (message) => replies.push(message));
  const port = Number(cluster.servers[0]?.split(':')[1]);
  const send = (id: number, name: string) =>
    socket.send(encode({ type: 'query', id, questions: [{ type: 'A', name }] }), port, '127.0.0.1');
  send(1, NAME);
  send(2, 'last.example');
  while (!replies.some((reply) => reply.readUInt16BE(0) === 2)) await once(socket, 'message');
  socket.close();
  await once(socket, 'close');
  return replies.filter((reply) => reply.readUInt16BE(0) !== 2);
}

describe('Node’s Resolver', () => {
  test.each<{ fault: FaultOptions; code: string }>([
    { fault: { kind: 'nxdomain' }, code: 'ENOTFOUND' },
    { fault: { kind: 'nodata' }, code: 'ENODATA' },
    { fault: { kind: 'servfail' }, code: 'ESERVFAIL' },
    { fault: { kind: 'refused' }, code: 'EREFUSED' },
    { fault: { kind: 'notimp' }, code: 'ENOTIMP' },
    { fault: { kind: 'formerr' }, code: 'EFORMERR' },
    { fault: { kind: 'silence' }, code: 'ETIMEOUT' },
    { fault: { kind: 'garbage' }, code: 'EBADRESP' },
    { fault: { kind: 'wrong-id' }, code: 'ETIMEOUT' },
    { fault: { kind: 'wrong-question' }, code: 'ETIMEOUT' },
    { fault: { kind: 'delay', delayMs: 60_000 }, code: 'ETIMEOUT' },
    { fault: { kind: 'truncate', tcp: 'refused' }, code: 'ECONNREFUSED' },
    { fault: { kind: 'truncate', tcp: 'silent' }, code: 'ETIMEOUT' },
  ])('meets $fault and says $code', async ({ fault, code }) => {
    cluster.fault(fault);
    await expect(resolver.resolve4(NAME)).rejects.toMatchObject({ code });
  });

  test.each<{ name: string; fault: FaultOptions; want: () => readonly string[] }>([
    { name: 'empty and finds an empty list', fault: { kind: 'empty' }, want: () => [] },
    { name: 'cname-loop and finds an empty list', fault: { kind: 'cname-loop' }, want: () => [] },
    { name: 'truncate and finds all over TCP', fault: { kind: 'truncate' }, want: () => set.pods.flatMap(({ addresses }) => addresses) },
    {
      name: 'wrong-id with the right reply after it and finds all',
      fault: { kind: 'wrong-id', thenRight: true },
      want: () => set.pods.flatMap(({ addresses }) => addresses),
    },
    { name: 'reply-twice and finds all', fault: { kind: 'reply-twice' }, want: () => set.pods.flatMap(({ addresses }) => addresses) },
    {
      name: 'duplicate and finds all twice',
      fault: { kind: 'duplicate' },
      want: () => set.pods.flatMap(({ addresses }) => [...addresses, ...addresses]),
    },
    { name: 'foreign-address and takes it', fault: { kind: 'foreign-address', owner: 'elsewhere.example' }, want: () => ['203.0.113.7'] },
  ])('meets $name', async ({ fault, want }) => {
    cluster.fault(fault);
    expect((await resolver.resolve4(NAME)).toSorted()).toEqual(want().toSorted());
  });

  test('meets partial and sees fewer SRV records', async () => {
    cluster.fault({ kind: 'partial', without: ['db-3'] });
    expect((await resolver.resolveSrv(NAME)).map(({ name }) => name)).toEqual([0, 1, 2].map((ordinal) => set.pod(ordinal).host));
  });

  test('meets a cut reply over TCP too, and takes it for whole', async () => {
    cluster.fault({ kind: 'truncate', tcp: 'truncated', keep: 3 });
    expect(await resolver.resolve4(NAME)).toHaveLength(3);
    expect(cluster.queries.map(({ transport }) => transport)).toEqual(['udp', 'tcp']);
  });

  test('gets a late reply when the clock has come that far', async () => {
    cluster.fault({ kind: 'delay', delayMs: 1_000 });
    const settled = vi.fn<() => void>();
    const lookup = resolver.resolve4(NAME).finally(settled);
    await askUntilAsked(1);
    await clock.advance(999);
    expect(settled).not.toHaveBeenCalled();
    await clock.advance(1);
    expect(await lookup).toHaveLength(4);
  });

  test('gets the first reply after a fault is cleared', async () => {
    const fault = cluster.fault({ kind: 'servfail' });
    await expect(resolver.resolve4(NAME)).rejects.toMatchObject({ code: 'ESERVFAIL' });
    fault.clear();
    expect(await resolver.resolve4(NAME)).toHaveLength(4);
  });
});

describe('the wire', () => {
  test('carries nothing in silence', async () => {
    cluster.fault({ kind: 'silence', names: NAME });
    expect(await rawReplies()).toEqual([]);
  });

  test('carries a reply twice, byte for byte', async () => {
    cluster.fault({ kind: 'reply-twice', names: NAME });
    const [first, second, ...others] = await rawReplies();
    expect(first).toBeDefined();
    expect(second).toEqual(first);
    expect(others).toEqual([]);
  });

  test('carries another id, then the right one', async () => {
    cluster.fault({ kind: 'wrong-id', thenRight: true, names: NAME });
    expect((await rawReplies()).map((reply) => reply.readUInt16BE(0))).toEqual([1 ^ 0xffff, 1]);
  });

  test('carries garbage under the right id, with the right question', async () => {
    cluster.fault({ kind: 'garbage', names: NAME });
    const [reply = Buffer.alloc(0)] = await rawReplies();
    expect(reply.readUInt16BE(0)).toBe(1);
    expect(reply.subarray(12).toString('latin1')).toContain('db-svc');
    expect(() => decode(reply)).toThrow(/./);
  });

  test('carries the TC bit and what is left', async () => {
    cluster.fault({ kind: 'truncate', names: NAME });
    const [reply = Buffer.alloc(0)] = await rawReplies();
    expect(decode(reply)).toMatchObject({ flag_tc: true, rcode: 'NOERROR' });
    expect(decode(reply).answers).toHaveLength(2);
  });
});
