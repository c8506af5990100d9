import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCluster } from '@peerset/testkit';
import { describe, expect, onTestFinished, test } from 'vitest';
import { initSeeds } from '../cassandra/init-seeds.ts';
import { startSidecar } from '../cassandra/sidecar.ts';
import { playCassandra } from '../cassandra/stage/play.ts';
import { cassandraManifest, environmentOf } from './cassandra-manifest.ts';
import type { StatefulSetObject } from './cassandra-manifest.ts';

const manifest = cassandraManifest();

test('the cassandra example founds once, joins in order, moves, and reads through all of it', { timeout: 90_000 }, async () => {
  const lines: string[] = [];
  await playCassandra((line) => void lines.push(line));
  const steps = lines.flatMap((line) => /^\[ok\] ([^:]+):/.exec(line)?.[1] ?? []);
  expect(steps).toEqual([
    'founding',
    'joining',
    'seeds',
    'reading',
    'restart',
    'full address change',
    'in the end',
    'parallel start, blind',
    'parallel start, in sight',
    'a second later',
    'one after another',
  ]);
  // One for each of the three clusters.
  expect(lines.filter((line) => line.includes('/seeds: found: '))).toHaveLength(3);
  const figures = lines.filter((line) => line.startsWith('app: ') && line.includes(' reads, '));
  expect(figures).toHaveLength(3);
  for (const line of figures) expect(line).toMatch(/^app: \d+ reads, \d+ failed; 3 of 3 nodes connected, 3 of 3 in its token map$/);
});

describe('a program of the cassandra example', () => {
  const environment = { ...environmentOf(manifest.statefulSets[0], 'seeds'), POD_NAME: 'color-rack-a-0', POD_IP: '127.0.0.1' };

  test.each(['POD_NAME', 'POD_IP', 'SERVICE', 'CLUSTER_FILE', 'TEMPLATE_YAML', 'CASSANDRA_YAML', 'DATA_DIRECTORY'])(
    'init says that %s is not set',
    async (name) => {
      await expect(initSeeds({ ...environment, [name]: '' }, () => {})).rejects.toThrow(`${name} is not set`);
    },
  );

  test.each(['POD_NAME', 'POD_IP', 'SERVICE', 'CLUSTER_FILE', 'CASSANDRA_YAML', 'DATA_DIRECTORY'])(
    'the sidecar says that %s is not set',
    (name) => {
      expect(() => startSidecar({ ...environment, [name]: '' }, () => {})).toThrow(`${name} is not set`);
    },
  );

  test('init does not start a founder that has lost its disk, until the operator says that there is a cluster', async () => {
    await using cluster = await startCluster({ addresses: 'loopback' });
    const service = cluster.headlessService('color-svc', { publishNotReadyAddresses: true, ports: [{ name: 'cql', port: 9_042 }] });
    const [founder, other] = ['a', 'b'].map((rack) => service.statefulSet(`color-rack-${rack}`, { replicas: 1 }).pod(0));
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'cluster.yaml'), manifest.data['cluster.yaml'] ?? '');
    await writeFile(join(folder, 'template.yaml'), manifest.data['cassandra.yaml'] ?? '');
    await mkdir(join(folder, 'data'));
    const port = await listenOn(other?.addresses[0] ?? '');
    const lines: string[] = [];
    const plan = await initSeeds(
      {
        ...environment,
        SERVICE: service.host,
        POD_IP: founder?.addresses[0] ?? '',
        CLUSTER_FILE: join(folder, 'cluster.yaml'),
        TEMPLATE_YAML: join(folder, 'template.yaml'),
        CASSANDRA_YAML: join(folder, 'cassandra.yaml'),
        DATA_DIRECTORY: join(folder, 'data'),
      },
      (line) => {
        lines.push(line);
        if (!line.startsWith('replace-suspected: ')) return;
        void writeFile(join(folder, 'cluster.yaml'), (manifest.data['cluster.yaml'] ?? '').replace('new', 'existing'));
      },
      { watch: { servers: cluster.servers, allowedAddresses: ['127.0.0.0/8'] }, cqlPort: port, lookMs: 20 },
    );
    expect(lines.map((line) => line.split(':')[0])).toEqual(['replace-suspected', 'join']);
    expect(plan.mode).toBe('join');
    expect(await readFile(join(folder, 'cassandra.yaml'), 'utf8')).toBe(
      (manifest.data['cassandra.yaml'] ?? '').replace(
        'seeds: ""',
        'seeds: "color-rack-b-0.color-svc.default.svc.cluster.local,color-rack-c-0.color-svc.default.svc.cluster.local"',
      ),
    );
  });
});

describe('manifest.yaml of the cassandra example', () => {
  const { service, statefulSets, data, kinds, text } = manifest;
  const ofEach = statefulSets.map((set) => ({ name: set.metadata.name, set }));

  test('names the Service first, headless, and publishes unready pods with the port that names them in SRV', () => {
    expect(kinds).toEqual(['Service', 'ConfigMap', 'StatefulSet', 'StatefulSet', 'StatefulSet']);
    expect(service.spec).toMatchObject({ clusterIP: 'None', publishNotReadyAddresses: true, selector: { app: 'color' } });
    expect(service.spec.ports).toEqual([{ name: 'cql', port: 9_042 }]);
  });

  test('declares every StatefulSet in cluster.yaml, with its rack and its size', () => {
    const racks = statefulSets.map(({ metadata: { name }, spec }) => ({
      name: spec.template.metadata.labels['rack'],
      statefulSet: name,
      replicas: 1,
    }));
    expect(manifest.cluster).toEqual({ datacenter: 'dc1', clusterState: 'new', racks });
    for (const { name } of racks) expect(data[`rack-${name}.properties`]).toBe(`dc=dc1\nrack=${name}\n`);
  });

  test('applies the first rack by itself, with what it needs', () => {
    const steps = manifest.objects.map(({ metadata }) => metadata.labels['step']);
    expect(steps).toEqual(['1', '1', '1', '2', '2']);
  });

  test('has StatefulSets that differ in nothing but the rack and the step', () => {
    const [first, ...others] = statefulSets.map(plain);
    for (const other of others) expect(other).toBe(first);
  });

  test.each(ofEach)('$name runs in order, governed by the Service, without a token', ({ set: { spec } }) => {
    expect(spec).toMatchObject({ serviceName: 'color-svc', replicas: 1, podManagementPolicy: 'OrderedReady' });
    expect(spec.selector.matchLabels).toEqual(spec.template.metadata.labels);
    expect(spec.template.spec.automountServiceAccountToken).toBe(false);
  });

  test.each(ofEach)('$name gives the init container and the sidecar all that they ask for', ({ set }) => {
    const names = ['POD_NAME', 'POD_NAMESPACE', 'POD_IP', 'SERVICE', 'CLUSTER_FILE', 'TEMPLATE_YAML', 'CASSANDRA_YAML', 'DATA_DIRECTORY'];
    for (const container of ['seeds', 'sidecar']) expect(Object.keys(environmentOf(set, container))).toEqual(names);
    const { template } = set.spec;
    const roles = [...template.spec.initContainers, ...template.spec.containers].map(({ name, command }) => [name, command.at(-1)]);
    expect(roles.filter(([name]) => name !== 'cassandra')).toEqual([
      ['seeds', 'init'],
      ['sidecar', 'sidecar'],
    ]);
  });

  test.each(ofEach)('$name starts Cassandra with the file that is written, and not by the entrypoint of its image', ({ set }) => {
    const cassandra = set.spec.template.spec.containers.find(({ name }) => name === 'cassandra');
    const { CASSANDRA_YAML } = environmentOf(set, 'seeds');
    const rack = set.spec.template.metadata.labels['rack'];
    expect(cassandra?.command).toEqual([
      'cassandra',
      '-f',
      `-Dcassandra.config=file://${CASSANDRA_YAML}`,
      `-Dcassandra-rackdc.properties=file:///etc/color-cassandra/rack-${rack}.properties`,
    ]);
    expect(cassandra?.readinessProbe).toMatchObject({ tcpSocket: { port: 'cql' } });
  });

  test.each(ofEach)('$name has the written file in a folder of the pod, and the data on a volume that outlives it', ({ set }) => {
    const { spec } = set;
    const claims = spec.volumeClaimTemplates.map(({ metadata }) => metadata.name);
    const volumes = spec.template.spec.volumes.map(({ name }) => name);
    expect([claims, volumes]).toEqual([['data'], ['color-cassandra', 'config']]);
    for (const { name, volumeMounts } of [...spec.template.spec.initContainers, ...spec.template.spec.containers]) {
      const isCassandra = name === 'cassandra';
      expect(volumeMounts).toEqual([
        { name: 'color-cassandra', mountPath: '/etc/color-cassandra', readOnly: true },
        { name: 'config', mountPath: '/config', ...(isCassandra && { readOnly: true }) },
        { name: 'data', mountPath: '/var/lib/cassandra', ...(!isCassandra && { readOnly: true }) },
      ]);
    }
  });

  test('has the data where the programs look for it', () => {
    const { DATA_DIRECTORY } = environmentOf(statefulSets[0], 'seeds');
    expect(data['cassandra.yaml']).toContain(`data_file_directories: [${DATA_DIRECTORY}]`);
  });

  test.each(['found', 'join', 'restart', 'wait', 'replace-suspected'])('says what %s means', (mode) => {
    expect(text).toMatch(new RegExp(`^# - ${mode}: `, 'm'));
  });
});

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'peerset-init-'));
  onTestFinished(async () => await rm(folder, { recursive: true }));
  return folder;
}

/** As a node does that serves: gives the port. */
async function listenOn(address: string): Promise<number> {
  const server = createServer((socket) => socket.destroy()).listen(0, address);
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('there is no port');
  return bound.port;
}

function plain(set: StatefulSetObject): string {
  const { metadata } = set;
  const rack = String(metadata.labels['rack'] ?? set.spec.template.metadata.labels['rack']);
  return JSON.stringify({ ...set, metadata: { ...metadata, labels: {} } })
    .replaceAll(`rack-${rack}`, 'rack')
    .replaceAll(`zone-${rack}`, 'zone')
    .replaceAll(`"rack":"${rack}"`, '"rack":""');
}
