import { watchPeers } from '@peerset/core';
import type { PeerWatcher, WatchOptions } from '@peerset/core';
import { driverLookup, mongoConnectionString } from '@peerset/mongo-adapter';
import type { MongoUriOptions } from '@peerset/mongo-adapter';
import { MongoClient } from 'mongodb';

// One watcher for the life of the client; close the client first.
export async function openClient(
  service: WatchOptions,
  options: MongoUriOptions,
): Promise<{ readonly watcher: PeerWatcher; readonly uri: string; readonly client: MongoClient }> {
  const watcher = watchPeers(service);
  const uri = mongoConnectionString(await watcher.ready(), options);
  return { watcher, uri, client: new MongoClient(uri, { lookup: driverLookup(watcher) }) };
}
