import dns from 'node:dns';
import { randomInt } from 'node:crypto';
import cassandra, { type Client } from 'cassandra-driver';
import { staticSource, watchPeers, type PeerWatcher } from '@peerset/core';
import { cassandraClientOptions, contactPoints, ManagedClient, type ManagedClientOptions, type Replaced } from '@peerset/cassandra-adapter';
import { startCluster, type Cluster } from '@peerset/testkit';
import { FakeCassandra, type FakeCassandraOptions } from '../support/fake-cql/fake-cassandra.ts';
import { freePort } from '../../../testkit/test/support/free-port.ts';

/** A cluster whose pods are on the loopback, and whose DNS the driver asks too. Servers of the process are set: one stage at a time. */
export async function startStage(): Promise<Cluster> {
  const cluster = await startCluster({ addresses: 'loopback', seed: randomInt(2 ** 31), ttlSeconds: 0 });
  dns.setServers(cluster.servers);
  return cluster;
}

/** A fake cluster, a watcher of its Service, and clients of both kinds that are shut down at the end. */
export class Scene implements AsyncDisposable {
  readonly fake: FakeCassandra;
  readonly watcher: PeerWatcher;
  readonly #closers: (() => Promise<void>)[] = [];

  private constructor(fake: FakeCassandra, watcher: PeerWatcher) {
    this.fake = fake;
    this.watcher = watcher;
  }

  static async start(cluster: Cluster, name: string, options: FakeCassandraOptions = {}): Promise<Scene> {
    const fake = await FakeCassandra.start(cluster, name, await freePort(), options);
    const watcher = watchPeers({
      service: fake.service.host,
      statefulSet: 'cass',
      replicas: fake.hosts.length,
      servers: cluster.servers,
      family: 'ipv4',
      pollIntervalMs: 250,
      settlingIntervalMs: 100,
      allowedAddresses: ['127.0.0.0/8'],
    });
    await watcher.ready({ peers: fake.hosts.length });
    return new Scene(fake, watcher);
  }

  /** A watcher that shows for good what is there now. */
  frozenWatcher(): PeerWatcher {
    const peers = this.watcher.snapshot.peers.map(({ name, addresses }) => ({ name, addresses }));
    const watcher = watchPeers({ service: this.fake.service.host, source: staticSource(peers) });
    this.#closers.push(() => watcher.close());
    return watcher;
  }

  /** A client of the driver with its own defaults, or with our options and those given. Its contact points are names. */
  async plainClient(options?: object): Promise<Client> {
    const { port } = this.fake;
    const points = contactPoints(this.watcher.snapshot);
    const client = new cassandra.Client(
      options === undefined
        ? { contactPoints: points, localDataCenter: 'dc1', protocolOptions: { port } }
        : cassandraClientOptions(cassandra, { contactPoints: points, datacenter: 'dc1', port, options }),
    );
    this.#closers.push(() => client.shutdown());
    await client.connect();
    return client;
  }

  /** A managed client that decides fast, and what it has told. */
  async managedClient(
    options: Partial<ManagedClientOptions<Client>> = {},
  ): Promise<{ client: ManagedClient<Client>; replaced: Replaced[] }> {
    const client = new ManagedClient({
      driver: cassandra,
      watcher: this.watcher,
      datacenter: 'dc1',
      port: this.fake.port,
      checkIntervalMs: 50,
      minAgeMs: 200,
      settleMs: 400,
      unconnectedAfterMs: 600,
      noHostAfterMs: 200,
      ...options,
    });
    const replaced: Replaced[] = [];
    client.on('replaced', (told) => void replaced.push(told));
    this.#closers.push(() => client.shutdown());
    await client.connect();
    return { client, replaced };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#closers.map((close) => close()));
    await this.watcher.close();
    await this.fake[Symbol.asyncDispose]();
  }
}

/** Addresses of the hosts that have connections. */
export function connectedAddresses(client: Client | undefined): readonly string[] {
  const state = client?.getState();
  return (state?.getConnectedHosts() ?? []).map(({ address }) => address.replace(/:\d+$/, '')).toSorted();
}

/** Addresses that the token map sends requests to. */
export function mappedAddresses(client: Client | undefined): readonly string[] {
  const keys = Array.from({ length: 64 }, (_, i) => Buffer.from(`key-${i}`));
  const found = keys.flatMap((key) => client?.getReplicas('app', key) ?? []).map(({ address }) => address.replace(/:\d+$/, ''));
  return [...new Set(found)].toSorted();
}
