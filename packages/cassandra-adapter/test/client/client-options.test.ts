import cassandra from 'cassandra-driver';
import { describe, expect, test } from 'vitest';
import { staticSource, watchPeers, type Snapshot } from '@peerset/core';
import {
  cassandraClientOptions,
  contactPoints,
  createAddressTranslator,
  ManagedClient,
  type ContactPointOptions,
} from '@peerset/cassandra-adapter';

const service = { name: 'cass', namespace: 'db', clusterDomain: 'cluster.local', host: 'cass.db.svc.cluster.local' };
const peers = [0, 1, 2, 3].map((ordinal) => ({
  name: `cass-${ordinal}`,
  ordinal,
  host: `cass-${ordinal}.${service.host}`,
  addresses: [`10.0.0.${ordinal}`, `fd00:10:244:0:a:b:c:${ordinal + 1}`],
  port: undefined,
}));
const snapshot: Snapshot = { service, revision: 1, peers, missing: [] };
const declared = peers.map(({ name, ordinal, host }) => ({ name, ordinal, host, datacenter: 'dc1', rack: ordinal < 2 ? 'a' : 'b' }));

describe('contact points', () => {
  test.each<{ name: string; options: ContactPointOptions; expected: string[] }>([
    { name: 'all pods, then the Service', options: {}, expected: ['cass-0', 'cass-1', 'cass-2', 'cass-3', ''] },
    { name: 'racks in turn, where they are declared', options: { declared }, expected: ['cass-0', 'cass-2', 'cass-1', 'cass-3', ''] },
    { name: 'so many pods at most', options: { declared, max: 2 }, expected: ['cass-0', 'cass-2', ''] },
    {
      name: 'only nodes of a data centre',
      options: { declared: declared.map((node, i) => ({ ...node, datacenter: i === 3 ? 'dc2' : 'dc1' })), datacenter: 'dc2' },
      expected: ['cass-3', ''],
    },
  ])('$name', ({ options, expected }) => {
    expect(contactPoints(snapshot, options)).toEqual(expected.map((name) => (name ? `${name}.${service.host}` : service.host)));
  });

  test('a port goes behind each', () => {
    expect(contactPoints(snapshot, { max: 1, port: 9_142 })).toEqual([`cass-0.${service.host}:9142`, `${service.host}:9142`]);
  });

  test('nobody is there: an error, not an empty list', () => {
    expect(() => contactPoints({ ...snapshot, peers: [] })).toThrow(expect.objectContaining({ code: 'UNUSABLE_SNAPSHOT' }));
  });
});

describe('options of a client', () => {
  const points = ['a'];
  test('are taken by the driver, with the array that was given', () => {
    const options = cassandraClientOptions(cassandra, { contactPoints: points, datacenter: 'dc1' });
    expect(options.contactPoints).toBe(points);
    expect(new cassandra.Client(options)).toBeInstanceOf(cassandra.Client);
    expect(options).toMatchObject({ localDataCenter: 'dc1', protocolOptions: { port: 9_042 }, pooling: { heartBeatInterval: 5_000 } });
  });

  test('what the caller says wins, key by key', () => {
    const given = { keyspace: 'app', socketOptions: { readTimeout: 20_000 }, pooling: { heartBeatInterval: 1 } };
    const options = cassandraClientOptions(cassandra, { contactPoints: points, datacenter: 'dc1', options: given });
    expect(options).toMatchObject({
      keyspace: 'app',
      socketOptions: { readTimeout: 20_000, connectTimeout: 2_000 },
      pooling: { heartBeatInterval: 1 },
    });
  });
});

describe('an address translator', () => {
  const translator = createAddressTranslator(cassandra, { snapshot });
  test.each([
    { name: 'calls a peer by its name', address: '10.0.0.1', expected: `cass-1.${service.host}:9042` },
    { name: 'knows an IPv6 address as the driver shortens it', address: 'fd00:10:244::a:b:c:2', expected: `cass-1.${service.host}:9042` },
    { name: 'leaves an address that no peer has', address: '10.9.9.9', expected: '10.9.9.9:9042' },
  ])('$name', ({ address, expected }) => {
    const told: string[] = [];
    translator.translate(address, 9_042, (endpoint) => told.push(endpoint));
    expect(told).toEqual([expected]);
  });

  test('is of the class that the driver demands', () => {
    const options = { policies: { addressResolution: translator } };
    expect(
      () => new cassandra.Client(cassandraClientOptions(cassandra, { contactPoints: ['a'], datacenter: 'dc1', options })),
    ).not.toThrow();
  });
});

describe('refused, with option, value and rule', () => {
  const watcher = watchPeers({ service: service.host, source: staticSource([{ name: 'cass-0', addresses: ['127.0.0.1'] }]) });
  const managed = (changes: object): unknown => new ManagedClient({ driver: cassandra, watcher, datacenter: 'dc1', ...changes });
  test.each<{ name: string; act: () => unknown; paths: readonly string[] }>([
    { name: 'contact points: numbers out of bounds', act: () => contactPoints(snapshot, { max: 0, port: 70_000 }), paths: ['port', 'max'] },
    {
      name: 'contact points: a data centre without declared nodes',
      act: () => contactPoints(snapshot, { datacenter: 'dc1' }),
      paths: ['datacenter'],
    },
    { name: 'contact points: an unknown option', act: () => contactPoints(snapshot, { most: 1 } as object), paths: ['most'] },
    {
      name: 'options: nothing to begin with, no data centre, a bad port',
      act: () => cassandraClientOptions(cassandra, { contactPoints: [], datacenter: '', port: 0 }),
      paths: ['contactPoints', 'datacenter', 'port'],
    },
    { name: 'translator: no driver', act: () => createAddressTranslator({} as typeof cassandra, { snapshot }), paths: ['driver'] },
    {
      name: 'managed client: no driver, no watcher',
      act: () => managed({ driver: undefined, watcher: null }),
      paths: ['driver', 'watcher'],
    },
    {
      name: 'managed client: numbers out of bounds, options that are no function',
      act: () => managed({ drainMs: -1, checkIntervalMs: 1, clientOptions: {} }),
      paths: ['clientOptions', 'drainMs', 'checkIntervalMs'],
    },
    { name: 'managed client: an unknown option', act: () => managed({ credentials: { password: 'pa55' } }), paths: ['credentials'] },
  ])('$name', ({ act, paths }) => {
    let error: unknown;
    try {
      act();
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ code: 'INVALID_OPTIONS', issues: paths.map((path) => ({ path })) });
    expect(String(error)).not.toContain('pa55');
  });

  test('contact points among the options for each client', async () => {
    const client = new ManagedClient({ driver: cassandra, watcher, datacenter: 'dc1', clientOptions: () => ({ contactPoints: ['x'] }) });
    await expect(client.connect()).rejects.toMatchObject({ issues: [{ path: 'clientOptions.contactPoints' }] });
    await client.shutdown();
    await watcher.close();
  });
});
