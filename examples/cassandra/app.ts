import { contactPoints, ManagedClient } from '@peerset/cassandra-adapter';
import type { ManagedClientOptions } from '@peerset/cassandra-adapter';
import { derive, watchPeers } from '@peerset/core';
import type { PeerWatcher, WatchOptions } from '@peerset/core';
import cassandra, { type Client } from 'cassandra-driver';

/** Says a line, of a container or of the app. */
export type Say = (line: string) => void;

/** An application that reads from Cassandra. */
export interface App extends AsyncDisposable {
  readonly watcher: PeerWatcher;
  readonly client: ManagedClient<Client>;
  /** Reads once. Gives the name of the node that answered. */
  read(): Promise<string>;
}

/** Waits for a peer and connects; from then on its client goes where the nodes go. */
export async function startApp(
  service: WatchOptions,
  options: Omit<ManagedClientOptions<Client>, 'driver' | 'watcher'>,
  say: Say,
): Promise<App> {
  const watcher = watchPeers(service);
  const { peers } = await watcher.ready();
  say(`found ${peers.map(({ name }) => name).join(', ')}`);
  // Other programs may want to know where to begin. The client here is kept by itself.
  const points = derive(watcher, (snapshot) => contactPoints(snapshot, { max: 3 }).join());
  points.on('change', (latest) => say(`contact points ${latest}`));
  watcher.on('move', ({ peer, from }) => say(`sees ${peer.name} move from ${from.join()} to ${peer.addresses.join()}`));

  const client = new ManagedClient({ driver: cassandra, watcher, ...options });
  client.on('replaced', ({ generation, reason }) => say(`client ${generation}: ${reason}`));
  await client.connect();

  return {
    watcher,
    client,
    async read() {
      // Only what may be sent twice is sent again when a node goes away with it.
      const { info } = await client.execute('SELECT color FROM app.colors WHERE id = 1', [], { isIdempotent: true });
      const address = info.queriedHost.replace(/:\d+$/, '');
      return watcher.snapshot.peers.find(({ addresses }) => addresses.includes(address))?.name ?? address;
    },
    async [Symbol.asyncDispose]() {
      await client.shutdown();
      await watcher.close();
    },
  };
}
