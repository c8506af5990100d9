import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { assert as assertAll, asyncProperty, constantFrom, oneof, tuple, uint8Array } from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { openMetrics } from '../../src/listen/metrics.ts';
import { openScene, raw } from './endpoint-scene.ts';
import type { Place } from './endpoint-scene.ts';

const open: Socket[] = [];
afterEach(() => {
  for (const socket of open.splice(0)) socket.destroy();
});

/** A connection that is closed when the test has ended, if nobody closes it before. */
async function connected(place: Place): Promise<Socket> {
  const socket = connect(place).on('error', () => {});
  open.push(socket);
  await once(socket, 'connect');
  return socket;
}

/** All that comes until the connection is closed, by whom and however. */
async function textUntilClosed(socket: Socket): Promise<string> {
  let text = '';
  socket.setEncoding('latin1').on('data', (data: string) => {
    text += data;
  });
  await closed(socket);
  return text;
}

function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.closed) resolve();
    else socket.once('close', () => resolve());
  });
}

describe('what is refused', () => {
  const rows: readonly { name: string; request: string; status: number; has?: string }[] = [
    {
      name: 'another path',
      request: 'GET /secrets HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
      status: 404,
      has: 'there is /healthz, /readyz, /peers, /metrics\n',
    },
    { name: 'no path', request: 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', status: 404 },
    { name: 'a path up the tree', request: 'GET /peers/../metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', status: 404 },
    { name: 'a key of every object', request: 'GET /__proto__ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', status: 404 },
    {
      name: 'another method',
      request: 'DELETE /peers HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
      status: 405,
      has: 'Allow: GET, HEAD\r\n',
    },
    { name: 'a POST with a body', request: 'POST /peers HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000\r\n\r\nx', status: 405 },
    { name: 'a GET with a body', request: 'GET /peers HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000\r\n\r\nx', status: 413 },
    {
      name: 'a body without a length',
      request: 'GET /peers HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello',
      status: 413,
    },
    {
      name: 'a question whether a body may follow',
      request: 'GET /peers HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n',
      status: 413,
    },
    {
      name: 'a body of two lengths',
      request: 'GET /peers HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx',
      status: 400,
    },
    { name: 'long headers', request: `GET /peers HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, status: 431 },
    { name: 'a long path', request: `GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: a\r\n\r\n`, status: 431 },
    { name: 'no host', request: 'GET /peers HTTP/1.1\r\nConnection: close\r\n\r\n', status: 400 },
    { name: 'TLS', request: '\u0016\u0003\u0001 hello\r\n\r\n', status: 400 },
  ];
  test.each(rows)('$name: $status', async ({ request: text, status, has = '' }) => {
    const { place, get } = await openScene();
    const answer = await raw(place, text);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toContain(has);
    expect((await get('/healthz')).status).toBe(200);
  });

  test('a body of a gigabyte is not read', async () => {
    const { place, get } = await openScene();
    const socket = await connected(place);
    socket.resume().write('POST /peers HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000\r\n\r\n');
    const chunk = Buffer.alloc(65_536, 'x');
    const more = (): void => {
      while (!socket.destroyed && socket.writable && socket.bytesWritten < 1e9 && socket.write(chunk));
    };
    socket.on('drain', more);
    more();
    await closed(socket);
    // What the machine holds in its buffers.
    expect(socket.bytesWritten).toBeLessThan(32 * 2 ** 20);
    expect((await get('/healthz')).status).toBe(200);
  });

  test('any bytes at all get an answer or the end of the connection', async () => {
    const { place, get } = await openScene();
    const bytes = uint8Array({ minLength: 1, maxLength: 300 });
    const nearly = tuple(
      constantFrom('GET /peers ', 'GET /peers HTTP/1.1\r\n', 'HEAD /metrics HTTP/1.1\r\nHost: a\r\n', 'PRI * HTTP/2.0\r\n\r\n'),
      bytes,
    );
    await assertAll(
      asyncProperty(
        oneof(
          bytes,
          nearly.map(([head, tail]) => Buffer.concat([Buffer.from(head), tail])),
        ),
        async (sent) => {
          // An empty line and then nothing: whatever it was, it is over.
          const socket = connect(place).on('error', () => {});
          socket.resume().end(Buffer.concat([sent, Buffer.from('\r\n\r\n')]));
          await closed(socket);
        },
      ),
      { numRuns: 300, interruptAfterTimeLimit: 20_000, markInterruptAsFailure: true },
    );
    expect((await get('/healthz')).status).toBe(200);
  });
});

test('HEAD gets the headers of GET, without a body', async () => {
  const { place, get } = await openScene();
  for (const path of ['/healthz', '/peers', '/metrics', '/nowhere']) {
    const answer = await raw(place, `HEAD ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
    const { status, headers } = await get(path);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toContain(`\r\nContent-Type: ${headers.get('content-type')}\r\n`);
    expect(answer).toMatch(/\r\nContent-Length: [1-9]\d*\r\n/);
    expect(answer.indexOf('\r\n\r\n')).toBe(answer.length - 4);
  }
});

test('clients that take their time are given up', async () => {
  const body = 'x'.repeat(64 * 2 ** 20);
  const { place, get } = await openScene({
    metrics: () => ({ contentType: 'text/plain', text: async () => body, collect: () => {} }),
  });
  const [dripping, silent, kept, stuck] = await Promise.all([connected(place), connected(place), connected(place), connected(place)]);
  const beganMs = performance.now();
  const heard = Promise.all([dripping, silent, kept].map(textUntilClosed));
  dripping.write('GET /peers HTTP/1.1\r\nX: ');
  const drip = setInterval(() => dripping.write('x'), 100);
  kept.write('GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n');
  // It does not read its answer.
  stuck.write('GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n');
  const [toDripping, , toKept] = await heard;
  clearInterval(drip);
  expect(toDripping).toMatch(/^HTTP\/1.1 408 /);
  expect(toKept).toMatch(/^HTTP\/1.1 200 /);
  expect(performance.now() - beganMs).toBeLessThan(10_000);
  await sleep(beganMs + 13_000 - performance.now());
  // What lay in the machine's buffers.
  expect((await textUntilClosed(stuck)).length).toBeLessThan(32 * 2 ** 20);
  expect((await get('/healthz')).status).toBe(200);
});

test('a client that leaves before its answer harms nobody', async () => {
  let answer: (() => void) | undefined;
  const { place, get, log } = await openScene({
    metrics: () => ({
      contentType: 'text/plain',
      text: () => new Promise((resolve) => (answer = () => resolve('late'))),
      collect: () => {},
    }),
  });
  const socket = await connected(place);
  socket.write('GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n');
  await sleep(100);
  socket.destroy();
  await sleep(100);
  expect(answer).toBeDefined();
  answer?.();
  await sleep(50);
  expect((await get('/healthz')).status).toBe(200);
  expect(log.lines).toEqual([]);
});

describe('many requests on one connection', () => {
  test('those that are sent ahead are answered in their order', async () => {
    const { place, watcher } = await openScene();
    await watcher.ready();
    const paths = ['/metrics', '/healthz', '/nowhere', '/peers'];
    const answer = await raw(
      place,
      paths.map((path, i) => `GET ${path} HTTP/1.1\r\nHost: a\r\n${i === 3 ? 'Connection: close\r\n' : ''}\r\n`).join(''),
    );
    const types = [...answer.matchAll(/HTTP\/1\.1 (\d+) [^\r]*\r\nContent-Type: ([^;\r]*)/g)].map(
      ([, status, type]) => `${status} ${type}`,
    );
    expect(types).toEqual(['200 text/plain', '200 text/plain', '404 text/plain', '200 application/json']);
  });

  test('a hundred are answered, and those that are sent ahead beyond that are not', async () => {
    let texts = 0;
    const { place, get } = await openScene({
      metrics: (watcher) => {
        const metrics = openMetrics(watcher);
        return {
          ...metrics,
          text: () => {
            texts += 1;
            return metrics.text();
          },
        };
      },
    });
    const answer = await raw(place, 'GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(5_000));
    expect(texts).toBe(100);
    expect(answer.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(100);
    expect((await get('/healthz')).status).toBe(200);
  });
});

test('closes at once, whoever is connected', async () => {
  const { endpoints, place, watcher } = await openScene();
  await watcher.ready();
  const sockets = await Promise.all(Array.from({ length: 60 }, () => connected(place)));
  for (const [i, socket] of sockets.entries()) {
    // Some say nothing, some are within their headers, some keep their connection, some do not read.
    if (i % 4 === 1) socket.write('GET /peers HTTP/1.1\r\nHo');
    if (i % 4 === 2) socket.resume().write('GET /peers HTTP/1.1\r\nHost: a\r\n\r\n');
    if (i % 4 === 3) socket.pause().write('GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(100));
  }
  await sleep(200);
  for (const socket of sockets) socket.resume();
  const beganMs = performance.now();
  await endpoints.close();
  const tookMs = performance.now() - beganMs;
  // A few milliseconds, on a machine that does nothing else; five seconds where connections are waited for.
  expect(tookMs).toBeLessThan(1_000);
  await Promise.all(sockets.map(closed));
  await endpoints.close();
  const refused = request({ ...place, path: '/healthz' });
  refused.end();
  const [error] = await once(refused, 'error');
  expect(error).toMatchObject({ code: 'ECONNREFUSED' });
});
