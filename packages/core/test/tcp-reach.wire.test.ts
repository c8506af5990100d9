import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import { tcpReach } from '../src/lookup/tcp-reach.ts';

const CALM = { timeoutMs: 5_000, signal: new AbortController().signal };

/** A server on loopback; the port it had, when it is closed again. */
async function withServer<T>(use: (port: number) => Promise<T>): Promise<{ port: number; result: T }> {
  const server = createServer((socket) => socket.destroy());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  try {
    return { port, result: await use(port) };
  } finally {
    server.close();
    await once(server, 'close');
  }
}

describe('tcpReach', () => {
  test('a server that listens is open; one that does not is closed', async () => {
    const { port, result } = await withServer((taken) => tcpReach(`127.0.0.1:${taken}`, CALM));
    expect(result).toEqual({ kind: 'open' });
    expect(await tcpReach(`127.0.0.1:${port}`, CALM)).toEqual({ kind: 'closed', code: 'ECONNREFUSED' });
  });

  test('IPv6 in brackets is read as an address with a port', async () => {
    // Nothing listens on port 1. Where there is no IPv6, the system says so; a name would be said not to be found.
    const reach = await tcpReach('[::1]:1', CALM);
    expect(['ECONNREFUSED', 'EADDRNOTAVAIL', 'EAFNOSUPPORT', 'ENETUNREACH']).toContain(reach.kind === 'open' ? reach.kind : reach.code);
  });

  test('without a port it is that of DNS', async () => {
    // Whether anything listens on this machine's port 53 is not for a test to say; that loopback is never silent is.
    const reach = await tcpReach('127.0.0.1', CALM);
    expect(['open', 'ECONNREFUSED']).toContain(reach.kind === 'open' ? reach.kind : reach.code);
  });

  test('a server that is silent is closed when the time is up', async () => {
    // A worker that listens and then never accepts: once its short queue is full, the system drops what comes, as a firewall does.
    const worker = new Worker(
      `const { createServer } = require('node:net'); const { parentPort } = require('node:worker_threads');
       const server = createServer(); server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
         parentPort.postMessage(server.address().port); setTimeout(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0), 50); });`,
      { eval: true },
    );
    const [port] = (await once(worker, 'message')) as [number];
    await new Promise((resolve) => setTimeout(resolve, 200));
    const waiting: Socket[] = Array.from({ length: 8 }, () => connect({ host: '127.0.0.1', port }).on('error', () => {}));
    try {
      await new Promise((resolve) => setTimeout(resolve, 100));
      const startedAtMs = performance.now();
      expect(await tcpReach(`127.0.0.1:${port}`, { ...CALM, timeoutMs: 300 })).toEqual({ kind: 'closed', code: 'ETIMEOUT' });
      expect(performance.now() - startedAtMs).toBeLessThan(2_000);
      const abort = new AbortController();
      const running = tcpReach(`127.0.0.1:${port}`, { ...CALM, signal: abort.signal });
      setTimeout(() => abort.abort(), 50);
      expect(await running).toEqual({ kind: 'closed', code: 'ECANCELLED' });
    } finally {
      for (const socket of waiting) socket.destroy();
      await worker.terminate();
    }
  });

  test('nothing is opened once it is called off', async () => {
    const { result } = await withServer((port) => tcpReach(`127.0.0.1:${port}`, { ...CALM, signal: AbortSignal.abort() }));
    expect(result).toEqual({ kind: 'closed', code: 'ECANCELLED' });
  });
});
