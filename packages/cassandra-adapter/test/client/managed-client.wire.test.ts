import cassandra from 'cassandra-driver';
import type { Cluster } from '@peerset/testkit';
import { afterAll, beforeAll, describe, expectTypeOf, test } from 'vitest';
import { pollUntil } from '../../../testkit/test/support/poll-until.ts';
import { openClient } from '../readme-client-example.ts';
import { closedGate } from './gate.ts';
import { connectedAddresses, mappedAddresses, Scene, startStage } from './client-stage.ts';

const limitMs = 15_000;

describe.concurrent('a managed client', () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await startStage();
  });
  afterAll(() => cluster.close());

  test('is replaced when a host stays up without a connection, with a driver that does not warm up', async ({ expect }) => {
    await using scene = await Scene.start(cluster, 'not-warm');
    const options = { watcher: scene.frozenWatcher(), settleMs: 600_000, clientOptions: notWarm };
    const { client, replaced } = await scene.managedClient(options);
    await scene.fake.moveAll();
    await pollUntil('the client to reach anyone', limitMs, async () => await client.execute('SELECT node'));
    await pollUntil('another client', limitMs, async () => replaced[0]);
    expect(replaced[0]).toMatchObject({ generation: 2, trigger: 'unconnected-host' });
    await pollUntil('all hosts to be connected', limitMs, async () => connectedAddresses(client.client).length === 3 || undefined);
  });

  test('is made once more, and no oftener, where options leave hosts without connections', async ({ expect }) => {
    await using scene = await Scene.start(cluster, 'bare');
    const { distance } = cassandra.types;
    const made: number[] = [];
    const clientOptions = (): object => {
      made.push(performance.now());
      return { pooling: { coreConnectionsPerHost: { [distance.local]: 0 } } };
    };
    const { client } = await scene.managedClient({ clientOptions });
    const failed: string[] = [];
    client.on('failed', ({ trigger }) => void failed.push(trigger));
    await pollUntil('an attempt', limitMs, async () => failed[0]);
    // The pause after the first attempt is 1 s at most.
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect([failed, made.length]).toEqual([['unconnected-host'], 2]);
  });

  test('learns of added nodes', async ({ expect }) => {
    await using scene = await Scene.start(cluster, 'added', { replicas: 2 });
    const { client, replaced } = await scene.managedClient();
    await scene.fake.add();
    await untilWhole(scene, client);
    expect(replaced.map(({ trigger }) => trigger)).toContain('added');
  });

  test('is replaced until it knows the tokens of a node that moved, which the others tell after its address', async ({ expect }) => {
    await using scene = await Scene.start(cluster, 'tokens');
    const { client } = await scene.managedClient();
    const told: string[] = [];
    client.on('failed', ({ trigger }) => void told.push(`failed: ${trigger}`));
    client.on('replaced', ({ trigger }) => void told.push(`replaced: ${trigger}`));
    scene.fake.showTokens(2, false);
    await scene.fake.move(2);
    await pollUntil('an attempt', limitMs, async () => told.includes('failed: moved') || undefined);
    expect(told).not.toContain('replaced: moved');
    scene.fake.showTokens(2, true);
    await untilWhole(scene, client);
  });

  test('ends requests on the old client before that is shut down', async ({ expect }) => {
    await using scene = await Scene.start(cluster, 'drain');
    const { client, replaced } = await scene.managedClient();
    const retired: unknown[] = [];
    client.on('retired', (told) => void retired.push(told));
    const gate = closedGate();
    const used = client.use(async (old) => {
      await gate.opened;
      return await old.execute('SELECT node');
    });
    await scene.fake.move(2);
    await pollUntil('another client', limitMs, async () => replaced[0]);
    expect(retired).toEqual([]);
    gate.open();
    expect((await used).rowLength).toBe(1);
    await pollUntil('the old client to be shut down', limitMs, async () => retired[0]);
    expect(retired[0]).toEqual({ generation: 1, cutRequests: 0 });
  });

  test('cuts what has not ended when the time to drain is up', async ({ expect }) => {
    await using scene = await Scene.start(cluster, 'cut');
    const { client } = await scene.managedClient({ drainMs: 50 });
    const retired: unknown[] = [];
    client.on('retired', (told) => void retired.push(told));
    const gate = closedGate();
    const used = client.use(() => gate.opened);
    await scene.fake.move(2);
    await pollUntil('the old client to be shut down', limitMs, async () => retired[0]);
    expect(retired[0]).toEqual({ generation: 1, cutRequests: 1 });
    gate.open();
    await used;
  });

  test('keeps the client that it has while no better one connects, with growing pauses', async ({ expect }) => {
    await using scene = await Scene.start(cluster, 'kept');
    const { client, replaced } = await scene.managedClient();
    const failures: number[] = [];
    client.on('failed', ({ failuresInARow }) => void failures.push(failuresInARow));
    // DNS shows another address for a node that is nowhere.
    await scene.fake.stop(2);
    scene.fake.forget(2);
    scene.fake.statefulSet.pod(2).restart();
    await pollUntil('two attempts', limitMs, async () => failures[1]);
    expect(failures).toEqual([1, 2]);
    expect(replaced).toEqual([]);
    expect(client.generation).toBe(1);
    expect((await client.execute('SELECT node')).rowLength).toBe(1);
  });

  test('connects once somebody listens', async ({ expect }) => {
    await using scene = await Scene.start(cluster, 'late');
    for (const ordinal of [0, 1, 2]) await scene.fake.stop(ordinal);
    const connecting = scene.managedClient();
    await scene.fake.start(1);
    const { client } = await connecting;
    expect(client.generation).toBe(1);
  });

  test('a wrong password fails at once, and no message shows it', async ({ expect }) => {
    await using scene = await Scene.start(cluster, 'login', { login: 'app:right' });
    const refused = await scene.managedClient({ clientOptions: login('wr0ng') }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(Error);
    expect(JSON.stringify(refused) + String(refused)).not.toContain('wr0ng');
    const { client } = await scene.managedClient({ clientOptions: login('right') });
    expect((await client.execute('SELECT node')).rowLength).toBe(1);
  });

  test('passes execute, batch and stream through with the types of the driver', async ({ expect }) => {
    await using scene = await Scene.start(cluster, 'through');
    const { client } = await scene.managedClient();
    const result = await client.execute('SELECT node', [], { isIdempotent: true });
    const batch = await client.batch([{ query: 'INSERT' }]);
    const rows: unknown[] = [];
    const stream = client.stream('SELECT node');
    await new Promise((resolve, reject) => {
      stream
        .on('data', (row) => rows.push(row))
        .on('end', resolve)
        .on('error', reject);
    });
    expectTypeOf(result).toEqualTypeOf<cassandra.types.ResultSet>();
    expectTypeOf(batch).toEqualTypeOf<cassandra.types.ResultSet>();
    expect([result.rowLength, rows.length]).toEqual([1, 1]);
  });

  test('runs the example of the README', async ({ expect }) => {
    await using scene = await Scene.start(cluster, 'readme');
    await using client = await openClient(scene.watcher, scene.fake.port);
    expect((await client.execute('SELECT node')).rowLength).toBe(1);
  });

  test('leaves no connection after shutdown, and refuses requests', async ({ expect }) => {
    await using scene = await Scene.start(cluster, 'shutdown');
    const { client } = await scene.managedClient();
    await scene.fake.move(2);
    await untilWhole(scene, client);
    await client.shutdown();
    await client.shutdown();
    await expect(client.execute('SELECT node')).rejects.toMatchObject({ code: 'CLOSED' });
    expect(() => client.stream('SELECT node')).toThrow(expect.objectContaining({ code: 'CLOSED' }));
    await pollUntil('all connections to end', limitMs, async () => scene.fake.connectionCounts.every((count) => count === 0) || undefined);
  });
});

/** Waits until the client has connections to every node and a token map of all of them, and asks something meanwhile. */
async function untilWhole(scene: Scene, client: Awaited<ReturnType<Scene['managedClient']>>['client']): Promise<void> {
  await pollUntil('connections to every node, and a token map of them', limitMs, async () => {
    await client.execute('SELECT node').catch(() => {});
    const now = scene.fake.addresses.toSorted().join();
    return (connectedAddresses(client.client).join() === now && mappedAddresses(client.client).join() === now) || undefined;
  });
}

function notWarm(): object {
  return { pooling: { warmup: false } };
}

function login(password: string): () => object {
  return () => ({ authProvider: new cassandra.auth.PlainTextAuthProvider('app', password) });
}
