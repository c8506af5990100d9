import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { watchPeers } from '@peerset/core';
import { startCluster } from '@peerset/testkit';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openEndpoints } from '../../src/listen/endpoints.ts';
import { openMetrics } from '../../src/listen/metrics.ts';
import { recordedLog } from '../support/recorded-log.ts';

/** Endpoints of a watcher of three declared peers. */
async function openScene(port = 0) {
  const cluster = await startCluster();
  const service = cluster.headlessService('color-svc', { ports: [{ name: 'db', port: 27_017 }] });
  const set = service.statefulSet('color-ss', { replicas: 3 });
  const options = { service: service.host, statefulSet: 'color-ss', replicas: 3, servers: cluster.servers };
  const watcher = watchPeers({ ...options, pollIntervalMs: 250, settlingIntervalMs: 100, lookupTimeoutMs: 300, leaveAfterMs: 1_000 });
  const rounds: number[] = [];
  let lookups = 0;
  watcher.on('round', (report) => {
    rounds.push(report.number);
    lookups += report.lookups.length;
  });
  const metrics = openMetrics(watcher);
  onTestFinished(async () => {
    await watcher.close();
    await cluster.close();
  });
  const endpoints = await openEndpoints({ address: { host: '127.0.0.1', port }, watcher, ready: {}, metrics, log: recordedLog() });
  onTestFinished(() => endpoints.close());
  const { hostname, port: ownPort } = new URL(endpoints.url);
  return {
    cluster,
    set,
    watcher,
    endpoints,
    url: endpoints.url,
    place: { host: hostname, port: Number(ownPort) },
    counts: () => ({ rounds: rounds.length, lookups }),
  };
}

/** Resolves when a socket is closed, be it by an error. */
function closing(socket: Socket): Promise<void> {
  socket.on('error', () => {});
  return new Promise((resolve) => {
    socket.once('close', () => resolve());
  });
}

/** What a server sends until it closes. */
async function raw(place: { host: string; port: number }, text: string): Promise<string> {
  const socket = connect(place);
  let answer = '';
  socket.setEncoding('latin1').on('data', (data: string) => {
    answer += data;
  });
  const closed = closing(socket);
  socket.write(text);
  await closed;
  return answer;
}

describe('what is served', () => {
  test('/peers is the snapshot and how fresh it is', async () => {
    const { url, watcher } = await openScene();
    await watcher.ready();
    const response = await fetch(`${url}/peers`);
    const body = JSON.parse(await response.text());
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(body).toMatchObject({
      service: 'color-svc.default.svc.cluster.local',
      missing: [],
      status: { failuresInARow: 0, unconfirmed: [] },
    });
    expect(body.peers.map(({ name }: { name: string }) => name)).toEqual(['color-ss-0', 'color-ss-1', 'color-ss-2']);
    expect(Math.abs(Date.parse(body.status.lastAnswerAt) - Date.now())).toBeLessThan(30_000);
  });

  test('/readyz says 200 while its criteria hold, and why not while they do not', async () => {
    const { url, watcher, set } = await openScene();
    await watcher.ready();
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    set.scale(2);
    await expect.poll(async () => (await fetch(`${url}/readyz`)).status, { timeout: 20_000 }).toBe(503);
    expect(await (await fetch(`${url}/readyz`)).text()).toContain('color-ss-2');
  });

  test('/healthz stays 200 while DNS fails, and ends with the watch', async () => {
    const { url, watcher, cluster } = await openScene();
    cluster.fault({ kind: 'servfail' });
    await expect.poll(() => watcher.status.failuresInARow, { timeout: 20_000 }).toBeGreaterThan(2);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    await watcher.close();
    expect((await fetch(`${url}/healthz`)).status).toBe(503);
  });

  test('/metrics counts what the watcher reported, from its first round on', async () => {
    const { url, watcher, set, counts } = await openScene();
    await watcher.ready();
    set.pod(1).restart();
    await expect
      .poll(async () => await (await fetch(`${url}/metrics`)).text(), { timeout: 20_000 })
      .toMatch(/^peerset_changes_total\{kind="move"\} 1$/m);
    await watcher.close();
    const text = await (await fetch(`${url}/metrics`)).text();
    const lookups = [...text.matchAll(/^peerset_lookups_total\{.*\} (\d+)$/gm)].reduce((sum, [, count]) => sum + Number(count), 0);
    expect({ rounds: Number(/^peerset_rounds_total (\d+)$/m.exec(text)?.[1]), lookups }).toEqual(counts());
    expect(text).toMatch(/^peerset_changes_total\{kind="join"\} 3$/m);
    expect(text).toMatch(/^peerset_status\{phase="closed"\} 1$/m);
  });
});

test('every metric has help and type, and says its unit', async () => {
  const { url, watcher } = await openScene();
  await watcher.ready();
  const text = await (await fetch(`${url}/metrics`)).text();
  const types = new Map([...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type = '']) => [name, type]));
  const helped = [...text.matchAll(/^# HELP (\S+) \S/gm)].map(([, name]) => name);
  expect(types.size).toBeGreaterThan(10);
  expect(helped).toEqual([...types.keys()]);
  for (const [name, type] of types) {
    expect(name).toMatch(/^peerset_/);
    expect([name, name.endsWith('_total')]).toEqual([name, type === 'counter']);
    expect([name, /_(age|duration)_/.test(name)]).toEqual([name, name.endsWith('_seconds')]);
  }
});

describe('what is refused', () => {
  const rows: readonly { name: string; request: string; status: number }[] = [
    { name: 'another path', request: 'GET /secrets HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', status: 404 },
    { name: 'a path up the tree', request: 'GET /peers/../metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', status: 404 },
    { name: 'another method', request: 'DELETE /peers HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', status: 405 },
    { name: 'a body', request: 'GET /peers HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000\r\n\r\nx', status: 413 },
    {
      name: 'a body without a length',
      request: 'GET /peers HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello',
      status: 413,
    },
    { name: 'long headers', request: `GET /peers HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, status: 431 },
    { name: 'no HTTP', request: '\u0016\u0003\u0001 hello\r\n\r\n', status: 400 },
  ];
  test.each(rows)('$name: $status', async ({ request, status }) => {
    const { place, url } = await openScene();
    expect(await raw(place, request)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  test('HEAD gets the headers of GET, without a body', async () => {
    const { place } = await openScene();
    const answer = await raw(place, 'HEAD /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1.1 200 /);
    expect(answer).toMatch(/content-length: 3/i);
    expect(answer.endsWith('\r\n\r\n')).toBe(true);
  });
});

test('a port in use is told with its address', async () => {
  const first = await openScene();
  await expect(openScene(first.place.port)).rejects.toThrow(`--listen: 127.0.0.1:${first.place.port} is in use`);
});

test('a thousand scrapes at the same time are all answered, and the watcher goes on', async () => {
  const { url, watcher } = await openScene();
  await watcher.ready();
  const paths = ['/healthz', '/readyz', '/peers', '/metrics'];
  const statuses = await Promise.all(
    Array.from({ length: 1_000 }, async (_, i) => {
      const response = await fetch(`${url}${paths[i % 4]}`);
      await response.text();
      return response.status;
    }),
  );
  expect(statuses.filter((status) => status !== 200)).toEqual([]);
  const before = watcher.status.lastAnswerAtMs;
  await expect.poll(() => watcher.status.lastAnswerAtMs).not.toBe(before);
});

test('closes at once, whoever is connected', async () => {
  const { endpoints, place } = await openScene();
  const slow = connect(place);
  const closed = closing(slow);
  slow.write('GET /peers HTTP/1.1\r\nHo');
  await once(slow, 'connect');
  await sleep(50);
  await endpoints.close();
  await closed;
  await endpoints.close();
  expect(slow.destroyed).toBe(true);
});
