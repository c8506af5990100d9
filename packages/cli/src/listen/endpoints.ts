import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { DiscoveryError } from '@peerset/core';
import type { PeerWatcher, ReadyCriteria } from '@peerset/core';
import type { Log } from '../log.ts';
import { openHealth } from './health.ts';
import type { ListenAddress } from './listen-address.ts';
import type { Metrics } from './metrics.ts';
import { peersText } from './peers-text.ts';

/** What is served, and where. */
export interface EndpointOptions {
  readonly address: ListenAddress;
  readonly watcher: PeerWatcher;
  /** When `/readyz` says 200. */
  readonly ready: ReadyCriteria;
  readonly metrics: Metrics;
  readonly log: Log;
}

/** A server of `/healthz`, `/readyz`, `/peers` and `/metrics`. */
export interface Endpoints {
  /** Without a slash at its end. */
  readonly url: string;
  /** Ends at once, whoever is connected. Idempotent. */
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

const TEXT = 'text/plain; charset=utf-8';
/** Scrapes are small and quick; whoever takes longer holds up somebody else. */
const HEADERS_TIMEOUT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 10_000;
const KEEP_ALIVE_MS = 5_000;
const MOST_HEADER_BYTES = 8_192;
const MOST_CONNECTIONS = 2_048;

/** Starts serving. Rejects with an error that names the address where it cannot be had. */
export async function openEndpoints(options: EndpointOptions): Promise<Endpoints> {
  const routes = routesOf(options);
  const server = createServer({ maxHeaderSize: MOST_HEADER_BYTES, keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    void serve(request, response, { routes, log: options.log });
  });
  server.headersTimeout = HEADERS_TIMEOUT_MS;
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.maxConnections = MOST_CONNECTIONS;
  await listen(server, options.address);
  // A server that loses its socket later must not take the process with it.
  server.on('error', (error) => options.log.error({ error }, 'the endpoints have failed'));
  return {
    url: urlOf(server),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

type Routes = ReadonlyMap<string, () => Answer | Promise<Answer>>;

function routesOf({ watcher, ready, metrics }: EndpointOptions): Routes {
  const health = openHealth(watcher);
  const peers = peersText(watcher);
  return new Map<string, () => Answer | Promise<Answer>>([
    [
      '/healthz',
      () => {
        const fault = health.fault();
        return { status: fault === undefined ? 200 : 503, type: TEXT, body: `${fault ?? 'ok'}\n` };
      },
    ],
    ['/readyz', () => readiness(watcher, ready)],
    ['/peers', () => ({ status: 200, type: 'application/json', body: peers() })],
    ['/metrics', async () => ({ status: 200, type: metrics.contentType, body: await metrics.text() })],
  ]);
}

async function readiness(watcher: PeerWatcher, criteria: ReadyCriteria): Promise<Answer> {
  try {
    await watcher.ready({ ...criteria, timeoutMs: 0 });
    return { status: 200, type: TEXT, body: 'ok\n' };
  } catch (error) {
    if (!(error instanceof DiscoveryError)) throw error;
    return { status: 503, type: TEXT, body: `${error.message}\n` };
  }
}

async function serve(request: IncomingMessage, response: ServerResponse, { routes, log }: { routes: Routes; log: Log }): Promise<void> {
  try {
    send(response, request, await answerTo(request, routes));
  } catch (error) {
    log.error({ error, path: request.url }, 'a request could not be answered');
    if (!response.headersSent) send(response, request, { status: 500, type: TEXT, body: 'internal error\n' });
  }
}

async function answerTo({ method, url = '', headers }: IncomingMessage, routes: Routes): Promise<Answer> {
  const route = routes.get(url.split('?', 1)[0] ?? '');
  if (route === undefined) return { status: 404, type: TEXT, body: `there is ${[...routes.keys()].join(', ')}\n` };
  if (method !== 'GET' && method !== 'HEAD') return { status: 405, type: TEXT, body: 'only GET and HEAD\n' };
  if (headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0) {
    return { status: 413, type: TEXT, body: 'without a body\n' };
  }
  return await route();
}

function send(response: ServerResponse, { method, headers }: IncomingMessage, { status, type, body }: Answer): void {
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(status === 405 && { allow: 'GET, HEAD' }),
    // What a client still sends after a refusal is not read.
    ...((headers['transfer-encoding'] !== undefined || headers['content-length'] !== undefined) && { connection: 'close' }),
  });
  response.end(method === 'HEAD' ? undefined : body);
}

async function listen(server: Server, { host, port }: ListenAddress): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = { EADDRINUSE: 'is in use', EACCES: 'needs more rights', EADDRNOTAVAIL: 'is no address of this machine' }[
        error.code ?? ''
      ];
      reject(new Error(`--listen: ${host ?? ''}:${port} ${why ?? `cannot be had (${error.code ?? error.message})`}`, { cause: error }));
    });
    server.listen({ port, ...(host !== undefined && { host }) }, () => {
      server.removeAllListeners('error');
      resolve();
    });
  });
}

function urlOf(server: Server): string {
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the server has no address');
  return `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`;
}
