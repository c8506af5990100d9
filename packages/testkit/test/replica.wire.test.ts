import { Resolver } from 'node:dns/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Cluster, type ClusterOptions, type StatefulSet, startCluster } from '../src/index.ts';
import { ZONE } from './ask.ts';

const NAME = `db-svc.${ZONE}`;

async function setUp(options: ClusterOptions, replicas = 2): Promise<{ cluster: Cluster; set: StatefulSet }> {
  const cluster = await startCluster(options);
  onTestFinished(() => cluster.close());
  return { cluster, set: cluster.headlessService('db-svc').statefulSet('db', { replicas }) };
}

function resolverOf(...servers: string[]): Resolver {
  const resolver = new Resolver({ timeout: 250, tries: 2 });
  resolver.setServers(servers);
  return resolver;
}

const lookUp = async (server: string | undefined): Promise<string[]> => (await resolverOf(server ?? '').resolve4(NAME)).toSorted();

const askedOf = ({ queries }: Cluster): string[] => queries.map(({ replica }) => `replica ${replica}`);

describe('the servers of a cluster', () => {
  test('are one for each replica, and each answers from what that replica knows', async () => {
    const { cluster, set } = await setUp({ replicas: 3 });
    expect(new Set([...cluster.servers, cluster.virtualServer]).size).toBe(4);
    const before = set.pods.flatMap(({ addresses }) => addresses).toSorted();
    cluster.replicas[1]?.pauseWatch();
    set.pod(0).restart();
    const after = set.pods.flatMap(({ addresses }) => addresses).toSorted();
    expect(await Promise.all(cluster.servers.map(lookUp))).toEqual([after, before, after]);
    expect(askedOf(cluster).toSorted()).toEqual(['replica 0', 'replica 1', 'replica 2']);
  });

  test('fail one by one: the first silent, the second well', async () => {
    const { cluster } = await setUp({ replicas: 2 });
    cluster.fault({ kind: 'silence', replicas: [0] });
    const [first, second] = cluster.servers;
    await expect(lookUp(first)).rejects.toMatchObject({ code: 'ETIMEOUT' });
    expect(await lookUp(second)).toHaveLength(2);
    expect(await resolverOf(...cluster.servers).resolve4(NAME)).toHaveLength(2);
  });

  test('do not answer while their replica is down', async () => {
    const { cluster } = await setUp({ replicas: 2 });
    cluster.replicas[0]?.restart({ downMs: 60_000 });
    await expect(lookUp(cluster.servers[0])).rejects.toMatchObject({ code: 'ETIMEOUT' });
    expect(await lookUp(cluster.servers[1])).toHaveLength(2);
  });
});

describe('the virtual server', () => {
  test('is the server itself where there is but one', async () => {
    const { cluster } = await setUp({});
    expect(cluster.servers).toEqual([cluster.virtualServer]);
  });

  test('asks each replica in turn when told so, for TCP too', async () => {
    const { cluster } = await setUp({ replicas: 3, balance: 'round-robin' }, 40);
    const resolver = resolverOf(cluster.virtualServer);
    for (let count = 0; count < 3; count += 1) expect(await resolver.resolve4(NAME)).toHaveLength(40);
    expect(cluster.queries.map(({ transport }) => transport)).toEqual(['udp', 'tcp', 'udp', 'tcp', 'udp', 'tcp']);
    const asked = askedOf(cluster);
    expect(asked.slice(0, 3).toSorted()).toEqual(['replica 0', 'replica 1', 'replica 2']);
    expect(asked.slice(3)).toEqual(asked.slice(0, 3));
  });

  test('asks by chance otherwise, so that old and new answers alternate', async () => {
    const { cluster, set } = await setUp({ replicas: 2 });
    cluster.replicas[0]?.pauseWatch();
    set.pod(0).restart();
    const resolver = resolverOf(cluster.virtualServer);
    const seen = new Set<string>();
    for (let count = 0; count < 40; count += 1) seen.add((await resolver.resolve4(NAME)).toSorted().join(' '));
    expect(seen.size).toBe(2);
  });

  test('has the port that was asked for', async () => {
    const probe = createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const address = probe.address();
    probe.close();
    await once(probe, 'close');
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    const { cluster } = await setUp({ replicas: 2, port });
    expect(cluster.virtualServer).toBe(`127.0.0.1:${port}`);
    expect(await lookUp(cluster.virtualServer)).toHaveLength(2);
  });

  test('closes with all the others', async () => {
    const { cluster } = await setUp({ replicas: 2 });
    await cluster.close();
    for (const server of [...cluster.servers, cluster.virtualServer]) {
      await expect(lookUp(server)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    }
  });
});
