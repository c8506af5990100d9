import { derive, follow } from '@peerset/core';
import type { Derived, Follower, PeerWatcher } from '@peerset/core';
import { mongoConnectionString } from '@peerset/mongo-adapter';

/** A connection string that is always up to date, for whoever connects next. */
export function currentUri(watcher: PeerWatcher): Derived<string> {
  return derive(watcher, (snapshot) => mongoConnectionString(snapshot, { replicaSet: 'rs0' }));
}

/** Tells a load balancer who is there: one call at a time, again after a second when it fails. */
export function keepBackends(
  watcher: PeerWatcher,
  setBackends: (addresses: readonly string[], signal: AbortSignal) => Promise<void>,
): Follower {
  return follow(
    watcher,
    ({ snapshot }, { signal }) =>
      setBackends(
        snapshot.peers.flatMap(({ addresses }) => addresses),
        signal,
      ),
    {
      timeoutMs: 10_000,
      onError: (error) => console.warn('the load balancer was not told', error),
    },
  );
}
