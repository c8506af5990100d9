import { discoverPeers, watchPeers } from '@peerset/core';
import type { WatchOptions } from '@peerset/core';

/** Waits for all replicas, tells who they are, then tells every change until the caller aborts. */
export async function followPeers(options: WatchOptions, tell: (line: string) => void): Promise<void> {
  const { peers } = await discoverPeers({ ...options, until: { peers: 'declared' }, timeoutMs: 30_000 });
  for (const { name, addresses, port } of peers) tell(`${name} at ${addresses.join(' and ')} port ${port}`);

  const watcher = watchPeers(options);
  watcher.on('status', ({ phase, problems }) => tell([phase, ...problems.map(({ message }) => message)].join(': ')));
  for await (const { joined, left, moved } of watcher) {
    for (const peer of joined) tell(`${peer.name} ${peer.returned ? 'is back' : 'joined'}`);
    for (const { peer, from } of moved) tell(`${peer.name} moved from ${from.join()} to ${peer.addresses.join()}`);
    for (const { name } of left) tell(`${name} left`);
  }
}
