import { randomInt } from 'node:crypto';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { startCluster } from '@peerset/testkit';
import type { Cluster, StatefulSetPod } from '@peerset/testkit';
import { afterAll, beforeAll, describe, expect, onTestFailed, onTestFinished, test } from 'vitest';
import { parse, parseDocument } from 'yaml';
import { CassandraCluster } from '../../packages/cassandra-adapter/test/support/cassandra/cassandra-cluster.ts';
import type { CassandraNode } from '../../packages/cassandra-adapter/test/support/cassandra/cassandra-node.ts';
import { cassandraPaths } from '../../packages/cassandra-adapter/test/support/cassandra/java-command.ts';
import { pollUntil } from '../../packages/testkit/test/support/poll-until.ts';
import { initSeeds } from '../cassandra/init-seeds.ts';
import { startSidecar } from '../cassandra/sidecar.ts';
import type { SeedNodeOptions } from '../cassandra/seed-node.ts';
import { cassandraManifest } from './cassandra-manifest.ts';

const racks = ['a', 'b', 'c'] as const;
type Rack = (typeof racks)[number];
const { data } = cassandraManifest();
const domain = 'color-svc.default.svc.cluster.local';

describe.skipIf(cassandraPaths === undefined)('the programs of the cassandra example beside real Cassandra 5.0', () => {
  let dns: Cluster;
  let cassandra: CassandraCluster;
  let clusterFile: string;
  const pods = new Map<Rack, StatefulSetPod>();
  const lines: string[] = [];

  beforeAll(async () => {
    dns = await startCluster({ addresses: 'loopback', seed: randomInt(2 ** 31), ttlSeconds: 0 });
    const service = dns.headlessService('color-svc', { publishNotReadyAddresses: true, ports: [{ name: 'cql', port: 9_042 }] });
    cassandra = await CassandraCluster.prepare(racks.length);
    clusterFile = `${cassandra.node(0).dataDirectory}.cluster.yaml`;
    await writeFile(clusterFile, data['cluster.yaml'] ?? '');
    const apply = async (...applied: readonly Rack[]): Promise<void> => {
      for (const rack of applied) pods.set(rack, service.statefulSet(`color-rack-${rack}`, { replicas: 1 }).pod(0));
      await cassandra.resolve(Object.fromEntries([...pods.values()].map(({ host, addresses }) => [host, addresses[0] ?? ''])));
      await Promise.all(applied.map(boot));
    };
    try {
      await apply('a');
      await apply('b', 'c');
    } catch (error) {
      console.error(`${lines.join('\n')}\n${cassandra.logs}`);
      throw error;
    }
  });

  afterAll(async () => {
    await cassandra[Symbol.asyncDispose]();
    await dns.close();
  });

  test('three nodes that start with the seeds of their init step, two of them at once, are one ring', async () => {
    onTestFailed(() => console.error(cassandra.logs));
    const rings = await pollUntil('three whole rings', 60_000, async () => {
      const views = await Promise.all(racks.map((rack) => nodeOf(rack).ring()));
      return views.every((rows) => rows.filter(({ state }) => state === 'UN').length === 3) ? views : undefined;
    });
    const shown = (rings[0] ?? []).map(({ state, address, hostId }) => `  ${state} ${address} ${hostId}`);
    console.log([...lines, ...(await Promise.all(racks.map(writtenSeeds))), 'ring of color-rack-a-0:', ...shown].join('\n'));
    expect(rings[0]?.map(({ address }) => address).toSorted()).toEqual(racks.map(addressOf).toSorted());
    expect([rings[1], rings[2]]).toEqual([rings[0], rings[0]]);
    const modes = (rack: Rack): readonly (string | undefined)[] =>
      lines.filter((line) => line.startsWith(`color-rack-${rack}-0: `)).map((line) => line.split(': ')[1]);
    expect([modes('a'), modes('b'), modes('c')]).toEqual([['found'], ['join'], ['wait', 'join']]);
    for (const rack of ['b', 'c'] as const) expect(nodeOf(rack).log.join('\n')).toContain('Bootstrap completed');
  });

  test('the sidecar gives the founder the seeds of a restart, which it reloads', async () => {
    onTestFailed(() => console.error(cassandra.logs));
    const node = nodeOf('a');
    const told: string[] = [];
    const seedFile = {
      reload: async () => await node.nodetool('reloadseeds'),
      getSeeds: async () => await node.nodetool('getseeds'),
      debounceMs: 500,
    };
    const sidecar = startSidecar(environmentOf('a'), (line) => void told.push(line), { ...options(), seedFile });
    onTestFinished(async () => await sidecar[Symbol.asyncDispose]());
    await pollUntil('a reload', 60_000, async () => told.find((line) => line === 'reloaded: the node has these seeds'));
    console.log(told.join('\n'));
    expect(told[0]).toBe(`seeds ${racks.map((rack) => `color-rack-${rack}-0.${domain}`).join()}`);
    expect(await node.seeds()).toEqual([addressOf('b'), addressOf('c')].toSorted());
  });

  /** What happens in a pod: its init step, then Cassandra with the file that the step has written. */
  async function boot(rack: Rack): Promise<void> {
    const node = nodeOf(rack);
    await node.configure({ address: addressOf(rack), rack, seeds: '' });
    await writeTemplate(node);
    const environment = { ...environmentOf(rack), TEMPLATE_YAML: `${node.configurationFile}.template` };
    await initSeeds(environment, (line) => void lines.push(`color-rack-${rack}-0: ${line}`), options());
    await node.startConfigured(addressOf(rack));
  }

  function environmentOf(rack: Rack): Record<string, string> {
    const { configurationFile, dataDirectory } = nodeOf(rack);
    return {
      POD_NAME: `color-rack-${rack}-0`,
      POD_IP: addressOf(rack),
      SERVICE: domain,
      CLUSTER_FILE: clusterFile,
      CASSANDRA_YAML: configurationFile,
      DATA_DIRECTORY: dataDirectory,
    };
  }

  function options(): SeedNodeOptions {
    return { watch: { servers: dns.servers, allowedAddresses: ['127.0.0.0/8'], family: 'ipv4' }, lookMs: 200 };
  }

  function nodeOf(rack: Rack): CassandraNode {
    return cassandra.node(racks.indexOf(rack));
  }

  function addressOf(rack: Rack): string {
    return pods.get(rack)?.addresses[0] ?? '';
  }

  async function writtenSeeds(rack: Rack): Promise<string> {
    const seeds = /- seeds: .*/.exec(await readFile(nodeOf(rack).configurationFile, 'utf8'))?.[0];
    return `cassandra.yaml of color-rack-${rack}-0: ${seeds}`;
  }
});

/** The cassandra.yaml of the manifest, with what a small node on the loopback needs besides: a key that Cassandra does not know would end it. */
async function writeTemplate({ configurationFile }: CassandraNode): Promise<void> {
  const template = parseDocument(data['cassandra.yaml'] ?? '');
  for (const key of ['data_file_directories', 'commitlog_directory', 'saved_caches_directory', 'hints_directory']) template.delete(key);
  const small: Readonly<Record<string, unknown>> = parse(await readFile(configurationFile, 'utf8'));
  for (const [key, value] of Object.entries(small)) if (!template.has(key)) template.set(key, value);
  await writeFile(configurationFile, template.toString());
  await copyFile(configurationFile, `${configurationFile}.template`);
  await writeFile(configurationFile, '');
}
