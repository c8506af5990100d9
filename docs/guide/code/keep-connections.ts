import { watchPeers } from '@peerset/core';
import type { Peer, PeerWatcher, WatchOptions } from '@peerset/core';

/** What the application has for each peer. */
interface Connection {
  close(): void;
}

/** Holds one connection a peer, by its name, until the watcher is closed. */
export function keepConnections(options: WatchOptions, connect: (peer: Peer) => Connection): PeerWatcher {
  const connections = new Map<string, Connection>();
  const replace = (peer: Peer): void => {
    connections.get(peer.name)?.close();
    connections.set(peer.name, connect(peer));
  };

  const watcher = watchPeers(options);
  watcher.on('join', replace);
  watcher.on('move', ({ peer }) => replace(peer));
  watcher.on('leave', ({ name }) => {
    connections.get(name)?.close();
    connections.delete(name);
  });
  watcher.closed.addEventListener('abort', () => {
    for (const connection of connections.values()) connection.close();
  });
  return watcher;
}
