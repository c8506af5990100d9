import { setTimeout as sleep } from 'node:timers/promises';
import { derive, watchPeers } from '@peerset/core';
import type { WatchOptions } from '@peerset/core';
import { driverLookup, mongoConnectionString, redactConnectionString } from '@peerset/mongo-adapter';
import type { MongoUriOptions } from '@peerset/mongo-adapter';
import { MongoClient, MongoServerError } from 'mongodb';

/** The document is there already: the write that seemed to fail was done. */
const DUPLICATE_KEY = 11_000;
const RETRY_MS = 100;

/** Writes a line, of the app or of a sidecar. */
export type Say = (line: string) => void;

/** An application that writes colours into a replica set. */
export interface App extends AsyncDisposable {
  /**
   * Adds a colour under a number of its own, once, whatever happens to the members meanwhile: the driver sends a write again that met a fail-over,
   * and what fails twice is sent again here.
   */
  paint(id: number, color: string): Promise<void>;
  /** The members that the driver knows, by pod name. */
  readonly knows: readonly string[];
}

/** Waits for its peers, builds the string and connects. */
export async function startApp(service: WatchOptions, options: MongoUriOptions, say: Say): Promise<App> {
  const watcher = watchPeers(service);
  const snapshot = await watcher.ready();
  const uri = mongoConnectionString(snapshot, options);
  say(`found ${snapshot.peers.map(({ name }) => name).join(', ')}`);
  say(`connects to ${redactConnectionString(uri)}`);
  // What other programs start with has to be published anew. The client here is not made anew: the driver follows by itself.
  const uris = derive(watcher, (latest) => mongoConnectionString(latest, options));
  uris.on('change', (latest) => say(`publishes ${redactConnectionString(latest)}`));
  watcher.on('move', ({ peer, from }) => say(`sees ${peer.name} move from ${from.join()} to ${peer.addresses.join()}`));

  const client = new MongoClient(uri, { lookup: driverLookup(watcher) });
  let knows: readonly string[] = [];
  client.on('topologyDescriptionChanged', ({ newDescription }) => {
    const hosts = [...newDescription.servers].flatMap(([host, { type }]) => (type === 'RSPrimary' || type === 'RSSecondary' ? [host] : []));
    knows = hosts.map((host) => host.split('.')[0] ?? host).toSorted();
  });
  await client.connect();
  const colors = client.db('colors').collection<{ _id: number; color: string }>('painted', { writeConcern: { w: 'majority' } });

  return {
    get knows() {
      return knows;
    },
    async paint(_id, color) {
      for (;;) {
        try {
          await colors.insertOne({ _id, color });
          return;
        } catch (error) {
          if (error instanceof MongoServerError && error.code === DUPLICATE_KEY) return;
          say(`sends color ${_id} again: ${error instanceof Error ? error.message : String(error)}`);
          await sleep(RETRY_MS);
        }
      }
    },
    async [Symbol.asyncDispose]() {
      await client.close();
      await watcher.close();
    },
  };
}
