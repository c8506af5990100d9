import type { PeerWatcher } from '@peerset/core';
import { MongoNetworkError, MongoServerError } from 'mongodb';
import type { Collection, MongoClient, TopologyDescription } from 'mongodb';
import type { MongoUriOptions } from '../../src/index.ts';
import type { ReplicaSetMember } from '../../src/replica-set/replica-set-document.ts';
import { openClient } from '../readme-driver-example.ts';
import { askMember } from './ask-member.ts';
import { type FakeReplicaSet, type FakeReplicaSetOptions, startFakeReplicaSet } from './fake-set/fake-replica-set.ts';

const DUPLICATE_KEY = 11_000;

/** An application on the fake set: a watcher, a client by our string and our lookup, and a collection. */
export interface ColorsClient extends AsyncDisposable {
  readonly fake: FakeReplicaSet;
  readonly watcher: PeerWatcher;
  readonly uri: string;
  readonly colors: Collection<{ _id: number }>;
  /**
   * Writes a document, once, whatever happens to connections: as an application must. The driver sends a write once more only while it still takes
   * the server for one that can tell two sendings apart; where its monitor notices first that the server has gone, it does not.
   */
  insert(_id: number): Promise<void>;
  /** Hosts that the driver knows, in order. */
  readonly hosts: () => readonly string[];
  /** Resolves when the driver knows exactly these hosts and has heard of each. */
  knows(hosts: readonly string[]): Promise<void>;
}

/** Starts all of it, with times as short as watcher and driver allow. */
export async function startColorsClient(options: FakeReplicaSetOptions = {}, uriOptions: MongoUriOptions = {}): Promise<ColorsClient> {
  const fake = await startFakeReplicaSet(options);
  const service = {
    service: fake.service.host,
    servers: fake.cluster.servers,
    statefulSet: fake.statefulSet.name,
    replicas: fake.statefulSet.replicas,
    allowedAddresses: ['127.0.0.0/8'],
    pollIntervalMs: 250,
    settlingIntervalMs: 100,
  };
  const { watcher, uri, client } = await openClient(service, {
    replicaSet: 'rs0',
    port: fake.port,
    heartbeatFrequencyMS: 500,
    serverSelectionTimeoutMS: 20_000,
    ...(options.credentials && { credentials: options.credentials }),
    ...uriOptions,
  });
  const topology = followTopology(client);
  const colors = client.db('db').collection<{ _id: number }>('colors');
  return {
    fake,
    watcher,
    uri,
    colors,
    async insert(_id) {
      for (;;) {
        try {
          await colors.insertOne({ _id });
          return;
        } catch (error) {
          if (error instanceof MongoServerError && error.code === DUPLICATE_KEY) return;
          if (!(error instanceof MongoNetworkError)) throw error;
        }
      }
    },
    ...topology,
    async [Symbol.asyncDispose]() {
      await client.close();
      await watcher.close();
      await fake.close();
    },
  };
}

function followTopology(client: MongoClient): Pick<ColorsClient, 'hosts' | 'knows'> {
  let latest: TopologyDescription | undefined;
  client.on('topologyDescriptionChanged', ({ newDescription }) => {
    latest = newDescription;
  });
  const hosts = (): readonly string[] => [...(latest?.servers.keys() ?? [])].toSorted();
  const isHeardOf = (): boolean => [...(latest?.servers.values() ?? [])].every(({ type }) => type.startsWith('RS'));
  return {
    hosts,
    knows(wanted) {
      const isMet = (): boolean => hosts().join() === wanted.toSorted().join() && isHeardOf();
      return new Promise((resolve, reject) => {
        const look = (): void => {
          if (!isMet()) return;
          clearTimeout(timer);
          client.off('topologyDescriptionChanged', look);
          resolve();
        };
        const giveUp = (): void => reject(new Error(`the driver knows ${hosts().join()}, not ${wanted.join()}`));
        const timer = setTimeout(giveUp, 20_000);
        client.on('topologyDescriptionChanged', look);
        look();
      });
    },
  };
}

/** Changes the members of the set by one `replSetReconfig` on the primary, as an operator would. */
export async function changeMembers(
  fake: FakeReplicaSet,
  change: (members: readonly ReplicaSetMember[]) => readonly ReplicaSetMember[],
): Promise<void> {
  const { primary } = fake;
  const config = primary?.config;
  if (primary === undefined || config === undefined) throw new Error('there is no primary to ask');
  await using asker = await askMember(primary.localAddress);
  const command = { replSetReconfig: { ...config, version: config.version + 1, members: change(config.members) }, maxTimeMS: 10_000 };
  const { code, errmsg } = await asker.ask(command);
  if (code !== undefined) throw new Error(`the members cannot change: ${code} ${String(errmsg)}`);
}
