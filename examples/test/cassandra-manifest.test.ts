import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { containerOf, manifestObjects, manifestText } from '../stage/manifest.ts';
import type { KubernetesObject } from '../stage/manifest.ts';

/** More of an object than the plays look at. */
interface RackObject extends KubernetesObject {
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
  readonly spec: {
    readonly ports?: unknown;
    readonly selector: { readonly matchLabels: unknown };
    readonly template: {
      readonly metadata: { readonly labels: Readonly<Record<string, string>> };
      readonly spec: NonNullable<NonNullable<KubernetesObject['spec']>['template']>['spec'];
    };
    readonly volumeClaimTemplates: readonly { readonly metadata: { readonly name: string } }[];
  };
}

const text = manifestText('cassandra');
const objects = manifestObjects('cassandra') as readonly RackObject[];
const [service, config, ...sets] = objects;
const data = config?.data ?? {};
const ofEach = sets.map((set) => ({ name: set.metadata.name, set }));

describe('manifest.yaml of the cassandra example', () => {
  test('names the Service first, with the port that names pods in SRV, and a StatefulSet a rack', () => {
    expect(objects.map(({ kind }) => kind)).toEqual(['Service', 'ConfigMap', 'StatefulSet', 'StatefulSet', 'StatefulSet']);
    expect(service?.spec).toMatchObject({ clusterIP: 'None', publishNotReadyAddresses: true, selector: { app: 'color' } });
    expect(service?.spec.ports).toEqual([{ name: 'cql', port: 9_042 }]);
  });

  test('declares every StatefulSet in cluster.yaml, with its rack and its size', () => {
    const racks = sets.map(({ metadata: { name }, spec }) => ({ name: rackOf(spec), statefulSet: name, replicas: 1 }));
    expect(parse(data['cluster.yaml'] ?? '')).toEqual({ datacenter: 'dc1', clusterState: 'new', racks });
    for (const { spec } of sets) expect(data[`rack-${rackOf(spec)}.properties`]).toBe(`dc=dc1\nrack=${rackOf(spec)}\n`);
  });

  test('applies the first rack by itself, with what it needs', () => {
    expect(objects.map(({ metadata }) => metadata.labels['step'])).toEqual(['1', '1', '1', '2', '2']);
  });

  test('has StatefulSets that differ in nothing but the rack and the step', () => {
    const [first, ...others] = sets.map(plain);
    for (const other of others) expect(other).toBe(first);
  });

  test.each(ofEach)('$name runs in order, governed by the Service', ({ set: { spec } }) => {
    expect(spec).toMatchObject({ serviceName: 'color-svc', replicas: 1, podManagementPolicy: 'OrderedReady' });
    expect(spec.selector.matchLabels).toEqual(spec.template.metadata.labels);
  });

  test.each(ofEach)('$name starts Cassandra with the file that is written, and not by the entrypoint of its image', ({ set }) => {
    const { spec } = set.spec.template;
    const cassandra = spec.containers.find(({ name }) => name === 'cassandra');
    expect(cassandra?.command).toEqual([
      'cassandra',
      '-f',
      '-Dcassandra.config=file:///config/cassandra.yaml',
      `-Dcassandra-rackdc.properties=file:///etc/color-cassandra/rack-${rackOf(set.spec)}.properties`,
    ]);
    expect(cassandra).toMatchObject({ readinessProbe: { tcpSocket: { port: 'cql' } } });
    expect(spec.initContainers?.map(({ name, command }) => [name, command])).toEqual([['seeds', ['peerset']]]);
  });

  test.each(ofEach)('$name has the written file in a folder of the pod, and the data on a volume that outlives it', ({ set: { spec } }) => {
    expect(spec.volumeClaimTemplates.map(({ metadata }) => metadata.name)).toEqual(['data']);
    expect(spec.template.spec.volumes?.map(({ name }) => name)).toEqual(['color-cassandra', 'config', 'logs', 'tmp']);
    const mounts = spec.template.spec.containers.map(({ name, volumeMounts = [] }) => [
      name,
      volumeMounts.filter((mount) => 'readOnly' in mount).map((mount) => mount.mountPath),
    ]);
    expect(mounts).toEqual([
      ['cassandra', ['/etc/color-cassandra', '/config']],
      ['sidecar', ['/etc/color-cassandra', '/var/lib/cassandra']],
    ]);
  });

  test('has data and file where the command looks for them', () => {
    const variables = Object.fromEntries((containerOf(objects, 'seeds').env ?? []).map(({ name, value }) => [name, value]));
    expect(data['cassandra.yaml']).toContain(`data_file_directories: [${variables['PEERSET_DATA_DIR']}]`);
    expect(variables).toMatchObject({ PEERSET_WRITE: '/config/cassandra.yaml', PEERSET_AS: 'yaml' });
    expect(containerOf(objects, 'sidecar').env).toEqual(containerOf(objects, 'seeds').env);
  });

  test.each(['found', 'join', 'restart', 'wait', 'replace-suspected'])('says what %s means', (mode) => {
    expect(text).toMatch(new RegExp(`^# - ${mode}: `, 'm'));
  });
});

function rackOf({ template }: RackObject['spec']): string {
  return String(template.metadata.labels['rack']);
}

function plain(set: RackObject): string {
  const rack = rackOf(set.spec);
  return JSON.stringify({ ...set, metadata: { ...set.metadata, labels: {} } })
    .replaceAll(`rack-${rack}`, 'rack')
    .replaceAll(`zone-${rack}`, 'zone')
    .replaceAll(`"rack":"${rack}"`, '"rack":""');
}
