import { Resolver } from 'node:dns/promises';
import { watchPeers } from '@peerset/core';
import CacheableLookup from 'cacheable-lookup';
import { CLUSTER_DOMAIN, hostOf, NAMESPACE } from './services.ts';

/** What is compared: ways to follow who is behind a headless Service. */
export const WAYS = Object.freeze(['peerset', 'loop', 'keeping loop', 'cacheable-lookup'] as const);

/** Each way in a sentence, for the reader of the comparison. */
export const WAY_NOTES: Readonly<Record<Way, string>> = Object.freeze({
  peerset: '`watchPeers`; it also knows names, ordinals and ports, which the others do not',
  loop: 'a hand-written loop: resolve4 each interval, compare sorted lists; "no such name" means nobody, other errors keep the list',
  'keeping loop': 'the same loop, which keeps its list on every error; it never sees that the last one left',
  'cacheable-lookup': 'its `query` each interval, without fallback to the OS; it asks when its TTL is over, and promises no more than that',
});

export type Way = (typeof WAYS)[number];

/** Follows the addresses behind a Service until closed. */
export interface Follower {
  /** Who is there as far as it knows; in any order. */
  addresses(): readonly string[];
  close(): Promise<void>;
}

export interface Subject {
  readonly service: string;
  readonly servers: readonly string[];
  readonly pollIntervalMs: number;
}

export function follow(way: Way, subject: Subject): Follower {
  switch (way) {
    case 'peerset':
      return followWithPeerset(subject);
    case 'loop':
    case 'keeping loop':
      return everyInterval(subject, addressAsker(subject, way === 'keeping loop'));
    case 'cacheable-lookup':
      return everyInterval(subject, cachedAsker(subject));
    default:
      return way satisfies never;
  }
}

/** Asks once more: the addresses after it, given those before. */
export type Ask = (known: readonly string[]) => Promise<readonly string[]>;

/** What most people write. */
export function addressAsker({ service, servers }: Omit<Subject, 'pollIntervalMs'>, isKeeping: boolean): Ask {
  const resolver = new Resolver();
  resolver.setServers(servers);
  return async (known) => {
    try {
      const found = (await resolver.resolve4(hostOf(service))).toSorted();
      return found.join() === known.join() ? known : found;
    } catch (error) {
      const isDenied = error instanceof Error && 'code' in error && error.code === 'ENOTFOUND';
      return isDenied && !isKeeping ? [] : known;
    }
  };
}

/** Both families are asked: it has no option to leave one out. */
export function cachedAsker({ service, servers }: Omit<Subject, 'pollIntervalMs'>, isFresh = false): Ask {
  const cache = new CacheableLookup({ fallbackDuration: 0 });
  cache.servers = [...servers];
  return async (known) => {
    try {
      if (isFresh) cache.clear(hostOf(service));
      const found = (await cache.query(hostOf(service))).map(({ address }) => address).toSorted();
      return found.join() === known.join() ? known : found;
    } catch {
      return known;
    }
  };
}

function followWithPeerset({ service, servers, pollIntervalMs }: Subject): Follower {
  const watcher = watchPeers({ service, namespace: NAMESPACE, clusterDomain: CLUSTER_DOMAIN, servers, pollIntervalMs });
  return {
    addresses: () => watcher.snapshot.peers.flatMap(({ addresses }) => addresses),
    close: () => watcher.close(),
  };
}

function everyInterval({ pollIntervalMs }: Subject, ask: Ask): Follower {
  let known: readonly string[] = [];
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  const poll = async (): Promise<void> => {
    known = await ask(known);
    if (!isClosed) timer = setTimeout(() => void poll(), pollIntervalMs);
  };
  void poll();
  return {
    addresses: () => known,
    async close() {
      isClosed = true;
      clearTimeout(timer);
    },
  };
}
