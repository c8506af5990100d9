import cassandra from 'cassandra-driver';
import type { PeerWatcher, Snapshot } from '@peerset/core';
import { systemClock } from '@peerset/core';
import { expect, test } from 'vitest';
import { ClientGeneration } from '../../src/client/client-generation.ts';
import { resolveClientOptions } from '../../src/client/managed-client-options.ts';

const service = { name: 'cass', namespace: 'db', clusterDomain: 'cluster.local', host: 'cass.db.svc.cluster.local' };
const peer = (name: string) => ({ name, ordinal: undefined, host: `${name}.${service.host}`, addresses: ['10.0.0.1'], port: undefined });
const snapshotOf = (...names: readonly string[]) => ({ service, peers: names.map(peer), missing: [], revision: 1 }) as unknown as Snapshot;

test('contact points follow who is there, and stay while only pods are that no data centre was declared for', async () => {
  const unused = { status: {}, closed: {}, on: {}, ready: {}, refresh: {} };
  const watcher = { snapshot: snapshotOf('cass-0', 'cass-1'), clock: systemClock, ...unused };
  const declared = [0, 1].map((ordinal) => ({
    name: `cass-${ordinal}`,
    ordinal,
    host: `cass-${ordinal}.${service.host}`,
    datacenter: 'dc1',
    rack: 'r1',
  }));
  const options = resolveClientOptions({ driver: cassandra, watcher: watcher as unknown as PeerWatcher, datacenter: 'dc1', declared });
  const generation = new ClientGeneration(1, options);
  const points = (): readonly string[] =>
    Reflect.get(Reflect.get(generation.client, 'options') as object, 'contactPoints') as readonly string[];
  const hasNode = (name: string): boolean => points().some((point) => point.startsWith(`${name}.`));
  expect([hasNode('cass-0'), hasNode('cass-1')]).toEqual([true, true]);

  watcher.snapshot = snapshotOf('cass-1', 'debug-pod');
  generation.refreshContactPoints();
  expect([hasNode('cass-0'), hasNode('cass-1')]).toEqual([false, true]);

  for (const names of [['debug-pod'], []]) {
    watcher.snapshot = snapshotOf(...names);
    expect(() => generation.refreshContactPoints()).not.toThrow();
    expect(hasNode('cass-1')).toBe(true);
  }
  await generation.client.shutdown();
});
