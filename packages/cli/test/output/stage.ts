import { watchPeers } from '@peerset/core';
import type { Peer, PeerSource, PeerWatcher } from '@peerset/core';
import { virtualClock } from '@peerset/testkit';
import type { VirtualClock } from '@peerset/testkit';
import { peer, SERVICE } from './builders.ts';

/** A watcher on a virtual clock, and who it finds. */
export interface Stage extends AsyncDisposable {
  readonly clock: VirtualClock;
  readonly watcher: PeerWatcher;
  /** Who the next look finds. */
  peers: readonly Peer[];
}

/** Three replicas are declared; the first two are there. */
export function openStage(): Stage {
  const clock = virtualClock();
  const source: PeerSource = { look: () => Promise.resolve({ kind: 'complete', peers: stage.peers }), close() {} };
  const watcher = watchPeers({
    service: SERVICE.host,
    statefulSet: 'color-ss',
    replicas: 3,
    source,
    random: () => 0.5,
    persistent: false,
    clock,
  });
  const stage: Stage = { clock, watcher, peers: [peer(0), peer(1)], [Symbol.asyncDispose]: () => watcher.close() };
  return stage;
}
