import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { Log } from '../log.ts';
import { answerRequests } from './answer-requests.ts';
import { listenAddressText } from './listen-address.ts';
import type { ListenAddress } from './listen-address.ts';
import { ListenError } from './listen-error.ts';
import { openRoutes } from './routes.ts';
import type { RouteOptions } from './routes.ts';

/** What is served, and where. */
export interface EndpointOptions extends RouteOptions {
  readonly address: ListenAddress;
  readonly log: Log;
}

/** A server of `/healthz`, `/readyz`, `/peers` and `/metrics`. */
export interface Endpoints {
  /** Without a slash at its end. */
  readonly url: string;
  /** Ends at once, whoever is connected. Idempotent. */
  close(): Promise<void>;
}

/** Scrapes are small and quick; whoever takes longer holds up somebody else. */
const LIMITS = {
  /** From the connection to the end of the headers. */
  headersTimeout: 5_000,
  /** To the end of the request. */
  requestTimeout: 10_000,
  /** How often the two are looked after: half a minute, unless said. */
  connectionsCheckingInterval: 1_000,
  /** For the next request on the same connection. */
  keepAliveTimeout: 5_000,
  maxHeaderSize: 8_192,
} as const;
/** For a connection on which nothing moves: of a client that takes nothing of its answer. */
const STUCK_MS = 5_000;
/** Requests on one connection: what is sent ahead without reading the answers piles up here. */
const MOST_REQUESTS = 100;
const MOST_CONNECTIONS = 2_048;

/**
 * Starts serving, to GET and HEAD without a body.
 *
 * @throws {ListenError} where the address cannot be had.
 * @throws {UsageError} for criteria of readiness that can never hold.
 */
export async function openEndpoints(options: EndpointOptions): Promise<Endpoints> {
  const listener = answerRequests(await openRoutes(options), options.log);
  const server = createServer(LIMITS, listener);
  // Without this a client that asks first whether it may send a body is told to.
  server.on('checkContinue', listener);
  server.timeout = STUCK_MS;
  server.maxRequestsPerSocket = MOST_REQUESTS;
  server.maxConnections = MOST_CONNECTIONS;
  await listen(server, options.address);
  // A server that loses its socket later must not take the process with it.
  server.on('error', (error) => options.log.error({ error }, 'the endpoints have failed'));
  return { url: urlOf(server), close: () => close(server) };
}

async function listen(server: Server, address: ListenAddress): Promise<void> {
  const { host, port } = address;
  await new Promise<void>((resolve, reject) => {
    const refuse = (error: Error): void => reject(new ListenError(address, error));
    server.once('error', refuse);
    // With a shorter queue a burst of connections waits a second for its second try.
    server.listen({ port, backlog: MOST_CONNECTIONS, ...(host !== undefined && { host }) }, () => {
      server.off('error', refuse);
      resolve();
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function urlOf(server: Server): string {
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the server has no address');
  return `http://${listenAddressText({ host: address.address, port: address.port })}`;
}
