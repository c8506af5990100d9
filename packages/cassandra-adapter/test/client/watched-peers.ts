import { watchPeers, type Clock, type Peer, type PeerSource, type PeerWatcher } from '@peerset/core';
import { peer } from './host-views.ts';

/** A watcher of peers that a test sets, and its way to set them. */
export interface WatchedPeers {
  readonly watcher: PeerWatcher;
  /** How often the source was asked. */
  readonly looks: () => number;
  /** `cass-0`, `cass-1` and so on are at these addresses; seen at the next question. */
  readonly show: (addresses: readonly string[]) => void;
}

export function watchedPeers(clock: Clock, addresses: readonly string[]): WatchedPeers {
  let peers: readonly Peer[] = [];
  const show = (now: readonly string[]): void => {
    peers = now.map((address, ordinal) => peer(ordinal, address));
  };
  show(addresses);
  let looks = 0;
  const source: PeerSource = {
    look() {
      looks += 1;
      return Promise.resolve({ kind: 'complete', peers });
    },
    close() {},
  };
  const watcher = watchPeers({ service: 'cass.db.svc.cluster.local', source, clock, pollIntervalMs: 1_000 });
  return { watcher, show, looks: () => looks };
}
