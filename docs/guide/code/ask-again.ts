import type { Peer, PeerWatcher } from '@peerset/core';

/** Sends to a peer; when that fails, looks whether the peer has moved, and tries once more. */
export async function sendTo(watcher: PeerWatcher, name: string, send: (peer: Peer) => Promise<void>): Promise<void> {
  const peer = watcher.snapshot.peers.find((each) => each.name === name);
  if (peer === undefined) throw new Error(`${name} is not a peer`);
  try {
    await send(peer);
  } catch (error) {
    const { peers } = await watcher.refresh();
    const now = peers.find((each) => each.name === name);
    // The same object: DNS knows nothing new, and another try would fail as well.
    if (now === undefined || now === peer) throw error;
    await send(now);
  }
}
