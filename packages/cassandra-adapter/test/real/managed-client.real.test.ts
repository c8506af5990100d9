import cassandra, { type Client } from 'cassandra-driver';
import { afterAll, beforeAll, describe, expect, onTestFailed, test } from 'vitest';
import { watchPeers, type PeerWatcher } from '@peerset/core';
import { contactPoints, ManagedClient } from '@peerset/cassandra-adapter';
import type { Cluster, StatefulSet } from '@peerset/testkit';
import { pollUntil } from '../../../testkit/test/support/poll-until.ts';
import { connectedAddresses, mappedAddresses, startStage } from '../client/client-stage.ts';
import { cassandraPaths } from '../support/cassandra/java-command.ts';
import { PlannedRing } from '../support/cassandra/planned-ring.ts';
import { ClientLoad } from '../client/client-load.ts';

const query = 'SELECT v FROM app.rows WHERE k = 1';
/** How long a client may take to find the first node that is back: one pause between attempts to reconnect. */
const graceMs = 15_000;

describe.skipIf(cassandraPaths === undefined)('clients while nodes of a real Cassandra 5.0 get other addresses', () => {
  let cluster: Cluster;
  let statefulSet: StatefulSet;
  let ring: PlannedRing;
  let watcher: PeerWatcher;
  let managed: ManagedClient<Client>;
  let plain: Client;
  let loads: { readonly plain: ClientLoad; readonly managed: ClientLoad };
  const told: string[] = [];

  beforeAll(async () => {
    cluster = await startStage();
    const service = cluster.headlessService('cass', { namespace: 'db' });
    statefulSet = service.statefulSet('cass', { replicas: 3 });
    ring = await PlannedRing.prepare(3);
    for (const pod of statefulSet.pods) await ring.join(pod.ordinal, pod.addresses[0] ?? '');
    const { host } = service;
    watcher = watchPeers({
      service: host,
      statefulSet: 'cass',
      replicas: 3,
      servers: cluster.servers,
      family: 'ipv4',
      allowedAddresses: ['127.0.0.0/8'],
    });
    await watcher.ready();
    plain = new cassandra.Client({ contactPoints: contactPoints(watcher.snapshot), localDataCenter: 'dc1' });
    await fill(plain);
    managed = new ManagedClient({ driver: cassandra, watcher, datacenter: 'dc1' });
    managed.on('replaced', (replaced) => told.push(`replaced: ${replaced.trigger}, generation ${replaced.generation}`));
    managed.on('failed', ({ trigger, failuresInARow }) => told.push(`failed: ${trigger}, ${failuresInARow} in a row`));
    await managed.connect();
    const idempotent = { isIdempotent: true };
    loads = {
      plain: new ClientLoad(async () => (await plain.execute(query, [], idempotent)).info.queriedHost),
      managed: new ClientLoad(async () => (await managed.execute(query, [], idempotent)).info.queriedHost),
    };
  });

  afterAll(async () => {
    await Promise.all([loads.plain.stop(), loads.managed.stop()]);
    await Promise.all([managed.shutdown(), plain.shutdown()]);
    await watcher.close();
    await ring[Symbol.asyncDispose]();
    await cluster.close();
  });

  test('after a rolling change every host is connected and in the token map of a managed client', async () => {
    onTestFailed(tellFailure);
    begin();
    for (const ordinal of [2, 1, 0]) {
      await ring.stop(ordinal);
      await returnElsewhere(ordinal);
      await ring.untilWhole();
    }
    await untilWhole();
    const failed = await end('rolling change');
    expect(mappedAddresses(plain)).not.toEqual(addresses());
    expect(failed.length).toBeLessThanOrEqual(6);
  });

  test('after a full change every host is connected and in the token map of a managed client', async () => {
    onTestFailed(tellFailure);
    begin();
    const outageFromMs = performance.now();
    await Promise.all([0, 1, 2].map((ordinal) => ring.cluster.node(ordinal).stop('SIGKILL')));
    for (const ordinal of [0, 1, 2]) await ring.show(ordinal, undefined);
    for (const { ordinal } of statefulSet.pods) statefulSet.pod(ordinal).restart();
    await returnElsewhere(0, { isPodNew: true });
    const firstNodeAtMs = performance.now();
    for (const ordinal of [1, 2]) await returnElsewhere(ordinal, { isPodNew: true });
    await untilWhole();
    const failed = await end(`full change, outage of ${Math.round(firstNodeAtMs - outageFromMs)} ms`);
    expect(mappedAddresses(plain)).not.toEqual(addresses());
    expect(failed.filter((atMs) => atMs > firstNodeAtMs + graceMs)).toEqual([]);
    expect(mappedAddresses(managed.client)).toEqual(addresses());
  });

  function addresses(): readonly string[] {
    return statefulSet.pods.flatMap((pod) => pod.addresses).toSorted();
  }

  async function returnElsewhere(ordinal: number, { isPodNew = false } = {}): Promise<void> {
    const pod = statefulSet.pod(ordinal);
    if (!isPodNew) pod.restart();
    await ring.start(ordinal, pod.addresses[0] ?? '');
  }

  async function untilWhole(): Promise<void> {
    await pollUntil('the managed client to be whole', 60_000, async () => {
      const now = addresses().join();
      return (connectedAddresses(managed.client).join() === now && mappedAddresses(managed.client).join() === now) || undefined;
    });
  }

  /** What everyone knew when a test failed. */
  async function tellFailure(): Promise<void> {
    const { client } = managed;
    const hosts = (client?.hosts.values() ?? []).map(
      (each) => `${each.address} ${each.isUp() ? 'up' : 'down'}, tokens ${String(each.tokens)}`,
    );
    const { snapshot, status } = watcher;
    const rings = await Promise.all([0, 1, 2].map(async (ordinal) => JSON.stringify(await ring.ring(ordinal))));
    console.error(
      [
        ring.cluster.logs,
        ...told,
        `managed: ${hosts.join('; ')}; connected ${connectedAddresses(client).join()}; mapped ${mappedAddresses(client).join()}`,
        `DNS: ${status.phase}, ${snapshot.peers.map(({ name, addresses: shown }) => `${name} ${shown.join()}`).join(', ')}`,
        ...rings,
      ].join('\n'),
    );
  }

  function begin(): void {
    loads.plain.reset();
    loads.managed.reset();
    told.length = 0;
  }

  /** Prints what both clients met, after two seconds of whole nodes: when requests of the managed one failed. */
  async function end(what: string): Promise<readonly number[]> {
    loads.plain.resetAnswers();
    loads.managed.resetAnswers();
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    const line = (name: string, load: ClientLoad, client: Client | undefined): string => {
      const { requests, failedAtMs, answersByHost } = load.report;
      const connected = connectedAddresses(client).filter((each) => addresses().includes(each)).length;
      const mapped = mappedAddresses(client).filter((each) => addresses().includes(each)).length;
      const answers = addresses().map((each) => answersByHost[each] ?? 0);
      return `  ${name}: ${failedAtMs.length} of ${requests} requests failed; ${connected} of 3 connected, ${mapped} of 3 in the token map; answers at the end ${answers.join(' / ')}`;
    };
    console.log(
      [what, line('plain', loads.plain, plain), line('managed', loads.managed, managed.client), ...told.map((each) => `  ${each}`)].join(
        '\n',
      ),
    );
    expect(Object.keys(loads.managed.report.answersByHost).toSorted()).toEqual(addresses());
    return loads.managed.report.failedAtMs;
  }
});

async function fill(client: Client): Promise<void> {
  await client.execute("CREATE KEYSPACE app WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 3}");
  await client.execute('CREATE TABLE app.rows (k int PRIMARY KEY, v text)');
  await client.execute("INSERT INTO app.rows (k, v) VALUES (1, 'one')");
}
