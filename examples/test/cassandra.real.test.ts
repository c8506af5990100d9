import { randomInt } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { startCluster } from '@peerset/testkit';
import type { Cluster, StatefulSetPod } from '@peerset/testkit';
import { afterAll, beforeAll, describe, expect, onTestFailed, onTestFinished, test } from 'vitest';
import { parse, parseDocument } from 'yaml';
import { CassandraCluster } from '../../packages/cassandra-adapter/test/support/cassandra/cassandra-cluster.ts';
import type { CassandraNode } from '../../packages/cassandra-adapter/test/support/cassandra/cassandra-node.ts';
import { cassandraPaths } from '../../packages/cassandra-adapter/test/support/cassandra/java-command.ts';
import { pollUntil } from '../../packages/testkit/test/support/poll-until.ts';
import buildPrograms from '../../packages/cli/test/e2e/build-command.ts';
import { containerOf, environmentOf, manifestObjects } from '../stage/manifest.ts';
import { startPeerset, STOPPED } from '../stage/peerset-command.ts';
import type { LogLine } from '../stage/peerset-command.ts';
import type { StartedProgram } from '../stage/start-program.ts';

const racks = ['a', 'b', 'c'] as const;
type Rack = (typeof racks)[number];
const objects = manifestObjects('cassandra');
const data = objects.find(({ kind }) => kind === 'ConfigMap')?.data ?? {};
/**
 * A node that joins gossips with one of its seeds a second, at random, and gives up when none has answered after twice the ring delay:
 * "Unable to contact any seeds". One of the two of rack b waits in its init container, so that 3 s would end one start in 64.
 */
const ringDelaysMs: Readonly<Partial<Record<Rack, number>>> = { b: 10_000 };
const domain = 'color-svc.default.svc.cluster.local';

describe.skipIf(cassandraPaths === undefined)('the commands of the cassandra manifest beside real Cassandra 5.0', () => {
  let dns: Cluster;
  let cassandra: CassandraCluster;
  let clusterFile: string;
  const pods = new Map<Rack, StatefulSetPod>();
  const lines: string[] = [];

  beforeAll(async () => {
    buildPrograms();
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
  }, 240_000);

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
    const told: LogLine[] = [];
    const nodetool = await nodetoolOf('a');
    const reloading = ['--reload', `${nodetool} reloadseeds`, '--get-seeds', `${nodetool} getseeds`, '--reload-delay', '500ms'];
    const sidecar = start('sidecar', 'a', { more: [...reloading, '--listen', '127.0.0.1:0'], onLine: (line) => void told.push(line) });
    onTestFinished(async () => void (await sidecar.stop()));
    await pollUntil('a reload', 60_000, async () => told.find(({ message }) => message === 'reload: current'));
    console.log([...told.map(shownLine), await writtenSeeds('a')].join('\n'));
    expect(await writtenSeeds('a')).toContain(`"${racks.map((rack) => `color-rack-${rack}-0.${domain}`).join()}"`);
    expect(await nodeOf('a').seeds()).toEqual([addressOf('b'), addressOf('c')].toSorted());
    expect(await sidecar.stop()).toBe(STOPPED);
  });

  /** What happens in a pod: its init containers, then Cassandra with the file that they have written. */
  async function boot(rack: Rack): Promise<void> {
    const node = nodeOf(rack);
    await node.configure({ address: addressOf(rack), rack, seeds: '' });
    await writeTemplate(node);
    const template = ['--template', `${node.configurationFile}.template`];
    const seeds = start('seeds', rack, { more: template, onLine: (line) => void lines.push(`color-rack-${rack}-0: ${shownLine(line)}`) });
    const exitCode = await seeds.ended;
    if (exitCode !== 0) throw new Error(`the init container of color-rack-${rack}-0 ended with ${exitCode}`);
    await node.startConfigured(addressOf(rack), { ringDelayMs: ringDelaysMs[rack] });
  }

  /** The command of a container of the manifest; of what is said twice, what is said here counts. */
  function start(
    name: 'seeds' | 'sidecar',
    rack: Rack,
    { more, onLine }: { readonly more: readonly string[]; readonly onLine: (line: LogLine) => void },
  ): StartedProgram {
    const { configurationFile, dataDirectory } = nodeOf(rack);
    const container = containerOf(objects, name);
    const facts = { 'metadata.name': `color-rack-${rack}-0`, 'metadata.namespace': 'default', 'status.podIP': addressOf(rack) };
    const dnsFlags = ['--server', dns.servers.join(), '--allow', '127.0.0.0/8', '--family', 'ipv4', '--cluster-domain', 'cluster.local'];
    const files = ['--cluster-file', clusterFile, '--write', configurationFile, '--data-dir', dataDirectory];
    const args = [...(container.args ?? []), ...dnsFlags, ...files, '--poll-interval', '500ms', '--settling-interval', '200ms', ...more];
    return startPeerset(args, { env: environmentOf(container, facts), onLine });
  }

  /** A program that does what `nodetool` does in the pod of a rack. */
  async function nodetoolOf(rack: Rack): Promise<string> {
    const { dataDirectory, nodetoolCommand } = nodeOf(rack);
    const words = [nodetoolCommand.command, ...nodetoolCommand.args].map((word) => `'${word}'`);
    const path = `${dataDirectory}.nodetool`;
    await writeFile(path, `#!/bin/sh\nexec ${words.join(' ')} "$@"\n`, { mode: 0o755 });
    return path;
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
  await writeFile(`${configurationFile}.template`, template.toString());
  await writeFile(configurationFile, '');
}

function shownLine({ mode, message, seeds, waitingFor }: LogLine): string {
  const names = [seeds, waitingFor].flatMap((list) => (Array.isArray(list) ? list.map(String) : []));
  return [...(typeof mode === 'string' ? [mode] : []), String(message), ...(names.length > 0 ? [names.join()] : [])].join(': ');
}
