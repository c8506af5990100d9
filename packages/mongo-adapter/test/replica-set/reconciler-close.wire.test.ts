import { expect, test, vi } from 'vitest';
import { startFakeReplicaSet } from '../support/fake-set/fake-replica-set.ts';
import { SidecarStage } from './reconciler-stage.ts';

const sockets = (): number => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;

test('it ticks by itself until it is closed, and leaves no socket; close is idempotent', async () => {
  const fake = await startFakeReplicaSet();
  const stage = new SidecarStage(fake);
  await stage.watcher.ready({ peers: 3 });
  const before = sockets();
  const { reconciler } = stage.sidecar(0, { replicas: 4 });
  await fake.scale(4);
  reconciler.start();
  reconciler.start();
  await fake.until(({ primary }) => primary?.config?.members.filter(({ votes = 1 }) => votes > 0).length === 4);
  await expect.poll(() => reconciler.metrics.plan?.kind, { timeout: 10_000 }).toBe('none');
  await Promise.all([reconciler.close(), reconciler.close()]);
  const { ticks } = reconciler.metrics;
  await expect(reconciler.tick()).rejects.toThrow('closed');
  await expect.poll(sockets, { timeout: 5_000 }).toBe(before);
  expect(reconciler.metrics.ticks).toBe(ticks);
  await stage[Symbol.asyncDispose]();
  await fake.close();
});

test('closing ends a tick that is under way', async () => {
  const fake = await startFakeReplicaSet({ isInitiated: false });
  const stage = new SidecarStage(fake);
  await stage.watcher.ready({ peers: 3 });
  fake.quorumCheckMs = 20_000;
  const { reconciler } = stage.sidecar(0);
  const tick = reconciler.tick();
  await expect.poll(() => fake.mutations.length).toBe(1);
  await reconciler.close();
  await expect(tick).resolves.toMatchObject({ kind: 'initiate' });
  await stage[Symbol.asyncDispose]();
  await fake.close();
});

test('closing the watcher closes it', async () => {
  await using fake = await startFakeReplicaSet();
  await using stage = new SidecarStage(fake);
  const { reconciler } = stage.sidecar(0);
  reconciler.start();
  await stage.watcher.close();
  await expect(reconciler.tick()).rejects.toThrow('closed');
});

test('a server that is away is waited for, with growing pauses, and found again', async () => {
  await using fake = await startFakeReplicaSet();
  await using stage = new SidecarStage(fake);
  await stage.watcher.ready({ peers: 3 });
  await fake.member(2).stop();
  const { reconciler } = stage.sidecar(2, { reachTimeoutMs: 100 });
  for (let i = 0; i < 3; i += 1)
    expect(await reconciler.tick()).toMatchObject({ kind: 'wait', reason: 'the local server does not answer' });
  expect(reconciler.metrics).toMatchObject({ failuresInARow: 3 });
  await fake.member(2).start();
  await expect.poll(() => reconciler.tick(), { timeout: 10_000 }).toMatchObject({ kind: 'none' });
  expect(reconciler.metrics).toMatchObject({ failuresInARow: 0 });
});

test('a listener that throws stops neither the others nor the reconciler', async () => {
  await using fake = await startFakeReplicaSet();
  await using stage = new SidecarStage(fake);
  await stage.watcher.ready({ peers: 3 });
  const { reconciler } = stage.sidecar(0);
  const thrown: unknown[] = [];
  const tell = vi.spyOn(globalThis, 'queueMicrotask').mockImplementation((task) => {
    try {
      task();
    } catch (error) {
      thrown.push(error);
    }
  });
  const heard: string[] = [];
  reconciler.on('plan', () => {
    throw new Error('of the listener');
  });
  const stop = reconciler.on('plan', ({ kind }) => void heard.push(kind));
  await reconciler.tick();
  stop();
  await reconciler.tick();
  tell.mockRestore();
  expect(heard).toEqual(['none']);
  expect(thrown).toEqual([new Error('of the listener'), new Error('of the listener')]);
});
