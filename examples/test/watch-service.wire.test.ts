import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WatchOptions } from '@peerset/core';
import { startCluster } from '@peerset/testkit';
import type { Cluster, StatefulSet } from '@peerset/testkit';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { rankOwners } from '../watch-service/rank-owners.ts';
import { startService } from '../watch-service/service.ts';
import type { RunningService } from '../watch-service/service.ts';
import { readSettings } from '../watch-service/settings.ts';

const SEEN = { timeout: 10_000 };
const PODS = ['color-ss-0', 'color-ss-1', 'color-ss-2'];
/** Keys of which the first owner and the one who stands in are known. */
const keyOf = (owner: string, next: string): string => {
  const key = Array.from({ length: 1_000 }, (_, i) => `key ${i}`).find((each) => {
    const ranked = rankOwners(each, PODS);
    return ranked[0] === owner && ranked[1] === next;
  });
  if (key === undefined) throw new Error('no such key');
  return key;
};

let cluster: Cluster;
let set: StatefulSet;
let port = 0;
let said: string[] = [];

beforeEach(async () => {
  port = await freePort();
  said = [];
  cluster = await startCluster({ addresses: 'loopback', seed: port });
  const service = cluster.headlessService('color-svc', { publishNotReadyAddresses: true, ports: [{ name: 'http', port }] });
  set = service.statefulSet('color-ss', { replicas: 3, podManagementPolicy: 'Parallel' });
});
afterEach(() => cluster.close());

async function start(ordinal: number, more: { drainMs?: number; watch?: Partial<WatchOptions> } = {}): Promise<RunningService> {
  const name = `color-ss-${ordinal}`;
  const { drainMs = 0, watch } = more;
  const service = await startService(
    {
      name,
      host: set.pod(ordinal).addresses[0],
      port,
      drainMs,
      watch: {
        service: 'color-svc.default.svc.cluster.local',
        statefulSet: 'color-ss',
        self: name,
        servers: cluster.servers,
        allowedAddresses: ['127.0.0.0/8'],
        pollIntervalMs: 250,
        settlingIntervalMs: 100,
        lookupTimeoutMs: 300,
        ...watch,
      },
    },
    (line) => said.push(`${name}: ${line}`),
  );
  onTestFinished(() => service.close());
  await expect.poll(async () => (await get(ordinal, '/readyz')).status, SEEN).toBe(200);
  return service;
}

async function get(ordinal: number, path: string, headers: Record<string, string> = {}) {
  const response = await fetch(`http://${set.pod(ordinal).addresses[0]}:${port}${path}`, { headers });
  return {
    status: response.status,
    servedBy: response.headers.get('x-served-by'),
    connection: response.headers.get('connection'),
    body: Object(await response.json()),
  };
}

const ask = (ordinal: number, key: string) => get(ordinal, `/keys/${encodeURIComponent(key)}`);

describe('a key', () => {
  test('is answered by its owner, whichever pod is asked, and is forwarded once', async () => {
    for (const ordinal of [0, 1, 2]) await start(ordinal);
    const key = keyOf('color-ss-1', 'color-ss-2');
    for (const ordinal of [0, 1, 2]) expect(await ask(ordinal, key)).toMatchObject({ status: 200, servedBy: 'color-ss-1', body: { key } });
    const counts = await Promise.all([0, 1, 2].map(async (ordinal) => (await get(ordinal, '/peers')).body.requests));
    expect(counts).toEqual([
      { own: 0, forwarded: 1, failed: 0 },
      { own: 3, forwarded: 0, failed: 0 },
      { own: 0, forwarded: 1, failed: 0 },
    ]);
  });

  test('is answered by who comes next while its owner does not listen, and by the pod that was asked when nobody does', async () => {
    await start(0);
    const next = await start(2);
    expect(await ask(0, keyOf('color-ss-1', 'color-ss-2'))).toMatchObject({ status: 200, servedBy: 'color-ss-2' });
    await next.close();
    expect(await ask(0, keyOf('color-ss-1', 'color-ss-2'))).toMatchObject({ status: 200, servedBy: 'color-ss-0' });
  });

  test('is not answered by a pod that has the address of its owner now', async () => {
    await start(0);
    await start(2);
    const key = keyOf('color-ss-1', 'color-ss-0');
    const [impostor] = set.pod(1).addresses;
    const other = createServer((_request, response) => response.writeHead(421).end('{}')).listen(port, impostor);
    onTestFinished(() => void other.close());
    await once(other, 'listening');
    expect(await ask(2, key)).toMatchObject({ status: 200, servedBy: 'color-ss-0' });
    expect(await get(0, `/keys/${key}`, { 'x-addressee': 'color-ss-1' })).toMatchObject({ status: 421 });
  });

  test('goes back to its owner when that one has moved, over new connections', async () => {
    for (const ordinal of [0, 2]) await start(ordinal);
    const before = await start(1);
    const key = keyOf('color-ss-1', 'color-ss-0');
    expect(await ask(0, key)).toMatchObject({ servedBy: 'color-ss-1' });
    const old = set.pod(1).addresses.join();
    await before.close();
    set.pod(1).restart();
    await start(1);
    await expect.poll(async () => (await ask(2, key)).servedBy, SEEN).toBe('color-ss-1');
    await expect.poll(() => said, SEEN).toContain(`color-ss-2: color-ss-1 moves from ${old} to ${set.pod(1).addresses.join()}`);
    expect((await get(2, '/peers')).body.connections).toEqual(['color-ss-0', 'color-ss-1']);
    expect(said.filter((line) => line.endsWith('leaves'))).toEqual([]);
  });

  test.each([
    { name: 'no key', path: '/keys/', status: 404 },
    { name: 'half an escape', path: '/keys/%', status: 404 },
    { name: 'a key of 513 characters', path: `/keys/${'k'.repeat(513)}`, status: 404 },
    { name: 'another path', path: '/', status: 404 },
    { name: 'a query', path: '/peers?x=1', status: 200 },
    { name: 'a key with a slash, a NUL and an emoji', path: '/keys/a%2Fb%00%F0%9F%8E%A8', status: 200 },
  ])('$name: $status', async ({ path, status }) => {
    await start(0);
    expect((await get(0, path)).status).toBe(status);
  });

  test("is nobody's while DNS has not answered yet", async () => {
    cluster.fault({ kind: 'silence' });
    const address = set.pod(0).addresses[0];
    const settings = readSettings({
      POD_NAME: 'color-ss-0',
      SERVICE: 'color-svc.default',
      HOST: address,
      PORT: String(port),
      DRAIN_MS: '0',
    });
    const service = await startService({ ...settings, watch: { ...settings.watch, servers: cluster.servers } }, () => {});
    onTestFinished(() => service.close());
    expect(await ask(0, 'a')).toMatchObject({ status: 503, servedBy: null });
    expect(await get(0, '/readyz')).toMatchObject({ status: 503 });
  });
});

test('an outage of DNS changes neither peers nor readiness, and shows', async () => {
  await start(0, { watch: { staleAfterMs: 1_000 } });
  const { peers } = (await get(0, '/peers')).body;
  const outage = cluster.fault({ kind: 'silence' });
  await expect.poll(async () => (await get(0, '/peers')).body.phase, SEEN).toBe('stale');
  expect((await get(0, '/peers')).body.peers).toEqual(peers);
  expect((await get(0, '/readyz')).status).toBe(200);
  outage.clear();
  await expect.poll(async () => (await get(0, '/peers')).body.phase, SEEN).toBe('settling');
});

test('a pod that is told to end is not ready at once, answers on meanwhile, and closes', async () => {
  const service = await start(0, { drainMs: 500 });
  const key = keyOf('color-ss-0', 'color-ss-1');
  const closing = service.close();
  expect(await get(0, '/readyz')).toMatchObject({ status: 503, connection: 'close' });
  expect(await ask(0, key)).toMatchObject({ status: 200, servedBy: 'color-ss-0' });
  await closing;
  await expect(ask(0, key)).rejects.toThrow('fetch failed');
});

test('a port that cannot be had is an error, and leaves nothing running', async () => {
  const taken = createTcpServer().listen(port, set.pod(0).addresses[0]);
  await once(taken, 'listening');
  onTestFinished(() => void taken.close());
  await expect(start(0)).rejects.toThrow('EADDRINUSE');
  // What was asked before is still on its way.
  await sleep(200);
  const { length } = cluster.queries;
  await sleep(600);
  expect(cluster.queries).toHaveLength(length);
});

describe('readSettings', () => {
  const environment = { POD_NAME: 'color-ss-0', SERVICE: 'color-svc', STATEFUL_SET: 'color-ss' };

  test('has defaults, and takes what else watchPeers takes', () => {
    expect(readSettings({ ...environment, WATCH_OPTIONS: '{"pollIntervalMs":500}' })).toEqual({
      name: 'color-ss-0',
      host: undefined,
      port: 8_080,
      drainMs: 5_000,
      watch: { service: 'color-svc', statefulSet: 'color-ss', self: 'color-ss-0', pollIntervalMs: 500 },
    });
  });

  test.each([
    { name: 'POD_NAME', value: '', message: 'POD_NAME is not set' },
    { name: 'SERVICE', value: undefined, message: 'SERVICE is not set' },
    { name: 'PORT', value: 'tcp://10.0.0.1:80', message: 'PORT is "tcp://10.0.0.1:80", must be a whole number' },
    { name: 'DRAIN_MS', value: '5s', message: 'DRAIN_MS is "5s", must be a whole number' },
  ])('refuses $name $value', ({ name, value, message }) => {
    expect(() => readSettings({ ...environment, [name]: value })).toThrow(message);
  });
});

async function freePort(): Promise<number> {
  const server = createTcpServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port: free } = server.address() as AddressInfo;
  server.close();
  return free;
}
