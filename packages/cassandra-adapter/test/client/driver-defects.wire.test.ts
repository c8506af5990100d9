import type { Cluster } from '@peerset/testkit';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { pollUntil } from '../../../testkit/test/support/poll-until.ts';
import { connectedAddresses, Scene, startStage } from './client-stage.ts';
import { ComparedClients } from './compared-clients.ts';

const limitMs = 15_000;

describe.concurrent('a managed client, beside the driver alone,', () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await startStage();
  });
  afterAll(() => cluster.close());

  test('reaches every node after all have other addresses, where a plain client keeps its old token map', async ({ expect }) => {
    await using scene = await Scene.start(cluster, 'full');
    await using both = await ComparedClients.start(scene);
    await scene.fake.moveAll();
    await both.untilWhole();
    const { plain, managed } = await both.figures('all addresses changed, connections reset');
    expect(both.replaced.length).toBeGreaterThan(0);
    expect(managed).toMatchObject({ connected: 3, mapped: 3 });
    expect(plain.mapped).toBe(0);
  });

  test('reaches every node after one after another has moved and no event told of it', async ({ expect }) => {
    await using scene = await Scene.start(cluster, 'lost-events');
    await using both = await ComparedClients.start(scene);
    for (const ordinal of [2, 1, 0]) await scene.fake.move(ordinal);
    await both.untilWhole();
    const { plain, managed } = await both.figures('one after another moved, events lost');
    expect(managed).toMatchObject({ connected: 3, mapped: 3 });
    expect(plain.mapped).toBe(0);
  });

  test('has a current token map after a rolling change with events, where a plain client has not', async ({ expect }) => {
    await using scene = await Scene.start(cluster, 'events');
    await using both = await ComparedClients.start(scene);
    for (const ordinal of [2, 1, 0]) {
      await scene.fake.move(ordinal, { isTold: true });
      await both.untilWhole();
    }
    const { plain, managed } = await both.figures('one after another moved, with events');
    expect(managed).toMatchObject({ connected: 3, mapped: 3 });
    expect(plain.mapped).toBe(0);
  });

  test('leaves addresses from which no packet comes back as soon as DNS shows others', async ({ expect }) => {
    await using scene = await Scene.start(cluster, 'vanished');
    await using both = await ComparedClients.start(scene);
    await scene.fake.vanish([0, 1, 2]);
    await pollUntil('another client', limitMs, async () => both.replaced[0]);
    await both.untilWhole();
    const { plain, managed } = await both.figures('all vanished without a word');
    expect(both.replaced[0]).toMatchObject({ generation: 2, trigger: 'all-moved' });
    expect(managed).toMatchObject({ connected: 3, mapped: 3 });
    expect(plain.answers).toEqual([0, 0, 0]);
  });

  test('is replaced when a host stays up without a connection', async ({ expect }) => {
    await using scene = await Scene.start(cluster, 'one-host');
    // DNS that shows nothing new: the connections alone must tell.
    await using both = await ComparedClients.start(scene, { watcher: scene.frozenWatcher(), settleMs: 600_000 });
    await scene.fake.moveAll();
    await both.untilWhole();
    const { plain, managed } = await both.figures('all addresses changed, which DNS does not show');
    expect(both.replaced[0]).toMatchObject({ generation: 2, trigger: 'unconnected-host' });
    expect(managed).toMatchObject({ connected: 3, mapped: 3 });
    expect(plain.connected).toBeLessThan(3);
  });

  test('is whole again after all connections were cut and addresses are the same', async ({ expect }) => {
    await using scene = await Scene.start(cluster, 'cut-all');
    await using both = await ComparedClients.start(scene);
    scene.fake.cut();
    await pollUntil('the managed client to notice', limitMs, async () => connectedAddresses(both.managed.client).length < 3 || undefined);
    await both.untilWhole();
    const { managed } = await both.figures('all connections cut, same addresses');
    expect(managed).toMatchObject({ connected: 3, mapped: 3 });
    // The driver forgets one connection of each client, and does not end it.
    await Promise.all([both.managed.shutdown(), both.plain.shutdown()]);
    await pollUntil('all but two connections to end', limitMs, async () => {
      const left = scene.fake.connectionCounts.reduce((sum, count) => sum + count);
      if (left <= 2) console.log(`all connections cut, same addresses: ${left} connections of both clients left after shutdown`);
      return left <= 2 || undefined;
    });
  });
});
