import dns from 'node:dns';
import type { Cluster } from '@peerset/testkit';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createAddressTranslator } from '@peerset/cassandra-adapter';
import cassandra from 'cassandra-driver';
import { pollUntil } from '../../../testkit/test/support/poll-until.ts';
import { Scene, startStage } from './client-stage.ts';

describe('a plain client with an address translator', () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await startStage();
  });
  afterAll(() => cluster.close());

  test('keeps its hosts through a rolling change of which no event tells', async () => {
    await using scene = await Scene.start(cluster, 'translated');
    // Sockets ask the system's resolver, which does not know this cluster.
    vi.spyOn(dns, 'lookup').mockImplementation(lookupInCluster);
    const addressResolution = createAddressTranslator(cassandra, scene.watcher);
    const client = await scene.plainClient({ policies: { addressResolution } });
    const before = client.hosts.keys();
    // The host that it connected to first is known by its address for good.
    const named = scene.fake.hosts.filter((host) => before.includes(`${host}:${scene.fake.port}`));
    const ordinals = named.map((host) => scene.fake.hosts.indexOf(host));
    for (const ordinal of ordinals) await scene.fake.move(ordinal);
    await pollUntil('every host to have connections', 15_000, async () => {
      await client.execute('SELECT node').catch(() => {});
      return client.getState().getConnectedHosts().length === 3 || undefined;
    });
    expect(ordinals).toHaveLength(2);
    expect(client.hosts.keys()).toEqual(before);
    expect(scene.fake.connectionCounts.every((count) => count > 0)).toBe(true);
  });
});

const { lookup } = dns;

/** As sockets call it, with options that ask for all addresses, and as the driver does, without. */
function lookupInCluster(name: string, ...rest: readonly unknown[]): void {
  const callback = rest.at(-1) as (...result: readonly unknown[]) => void;
  if (!name.endsWith('.cluster.local')) {
    Reflect.apply(lookup, dns, [name, ...rest]);
    return;
  }
  const [{ all }] = rest as [dns.LookupOptions];
  dns.resolve4(name, (error, addresses) => {
    if (error) callback(error);
    else if (all === true)
      callback(
        null,
        addresses.map((address) => ({ address, family: 4 })),
      );
    else callback(null, addresses[0], 4);
  });
}
