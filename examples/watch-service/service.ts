import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { DiscoveryError, watchPeers } from '@peerset/core';
import type { PeerWatcher } from '@peerset/core';
import { ADDRESSEE } from './ask-peer.ts';
import { KeyRouter } from './key-router.ts';
import type { Answer } from './key-router.ts';
import { PeerLinks } from './peer-links.ts';
import type { Settings } from './settings.ts';

/** Whoever is still being answered at the end has so long. */
const LAST_ANSWERS_MS = 2_000;
const KEYS = '/keys/';
const LONGEST_KEY = 512;

/** A service that runs. */
export interface RunningService {
  /** Says that it is not ready, answers for a while, answers what it has been asked, and ends. Idempotent. */
  close(): Promise<void>;
}

/** Listens at once, and answers from what it knows: `/peers`, `/keys/<key>`, `/readyz`. Rejects when the port cannot be had. */
export async function startService(settings: Settings, say: (line: string) => void): Promise<RunningService> {
  const watcher = watchPeers(settings.watch);
  const links = new PeerLinks(watcher, settings.name, say);
  const router = new KeyRouter(watcher, links, settings);
  let isLeaving = false;
  watcher.on('status', ({ phase }, previous) => {
    if (phase !== previous.phase) say(`the list of peers is ${phase}`);
  });

  const answerTo = async ({ method, url = '', headers }: IncomingMessage): Promise<Answer> => {
    const path = url.split('?', 1)[0] ?? '';
    if (method !== 'GET') return { status: 405, body: { error: 'only GET' } };
    if (path === '/peers') return peersOf(watcher, { connections: links.names, requests: router.counts });
    if (path === '/readyz') return await readiness(watcher, isLeaving);
    const key = path.startsWith(KEYS) ? keyIn(path) : undefined;
    if (key === undefined) return { status: 404, body: { error: `there is /peers, /readyz and ${KEYS}<key>` } };
    return await router.answer(key, headers[ADDRESSEE]?.toString());
  };
  const server = createServer((request, response) => {
    answerTo(request).then(
      (answer) => send(response, answer, isLeaving),
      () => send(response, { status: 500, body: { error: 'internal error' } }, isLeaving),
    );
  });
  try {
    server.listen(settings.port, settings.host);
    await once(server, 'listening');
  } catch (error) {
    await watcher.close();
    throw error;
  }
  const leave = async (): Promise<void> => {
    isLeaving = true;
    say('is about to leave');
    await sleep(settings.drainMs);
    const closed = once(server, 'close');
    server.close();
    const late = setTimeout(() => server.closeAllConnections(), LAST_ANSWERS_MS);
    await closed;
    clearTimeout(late);
    await watcher.close();
  };
  let leaving: Promise<void> | undefined;
  return { close: () => (leaving ??= leave()) };
}

/** Ready is who sees itself in DNS. Not who sees all others: one pod that is away must not take the rest out of service. */
async function readiness(watcher: PeerWatcher, isLeaving: boolean): Promise<Answer> {
  if (isLeaving) return { status: 503, body: { error: 'about to leave' } };
  try {
    await watcher.ready({ self: true, timeoutMs: 0 });
    return { status: 200, body: { ready: true } };
  } catch (error) {
    if (!(error instanceof DiscoveryError)) throw error;
    return { status: 503, body: { error: error.message } };
  }
}

function peersOf({ snapshot, status }: PeerWatcher, own: Answer['body']): Answer {
  const peers = snapshot.peers.map(({ name, addresses }) => ({ name, addresses }));
  return { status: 200, body: { phase: status.phase, peers, unconfirmed: status.unconfirmed, ...own } };
}

/** Undefined where there is none. */
function keyIn(path: string): string | undefined {
  try {
    const key = decodeURIComponent(path.slice(KEYS.length));
    return key === '' || key.length > LONGEST_KEY ? undefined : key;
  } catch {
    return undefined;
  }
}

function send(response: ServerResponse, { status, body }: Answer, isLeaving: boolean): void {
  const { servedBy } = body;
  response.writeHead(status, {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    ...(typeof servedBy === 'string' && { 'x-served-by': servedBy }),
    // The next request comes by another connection, to another pod.
    ...(isLeaving && { connection: 'close' }),
  });
  response.end(`${JSON.stringify(body)}\n`);
}
