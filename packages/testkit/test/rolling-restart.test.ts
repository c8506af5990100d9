import { describe, expect, test, vi } from 'vitest';
import { createWorld, type StatefulSetOptions, virtualClock } from '../src/index.ts';

function setUp(options: StatefulSetOptions = {}) {
  const clock = virtualClock();
  const world = createWorld({ clock });
  const set = world.headlessService('db-svc').statefulSet('db', { replicas: 3, ...options });
  const busy = () => set.pods.filter(({ isReady }) => !isReady).map(({ ordinal }) => ordinal);
  return { clock, world, set, busy };
}

describe('a rolling restart', () => {
  test('restarts one pod at a time, highest ordinal first, each when the one before is ready', async () => {
    const { clock, set, busy } = setUp();
    const before = set.pods.map(({ addresses }) => addresses[0]);
    const done = vi.fn<() => void>();
    const roll = set.rollingRestart({ downMs: 50, readyAfterMs: 50 }).finally(done);
    const seen: number[][] = [];
    for (let step = 0; step < 4; step += 1) {
      seen.push(busy());
      await clock.advance(100);
    }
    expect(seen).toEqual([[2], [1], [0], []]);
    expect(done).toHaveBeenCalledTimes(1);
    await roll;
    const after = set.pods.map(({ addresses }) => addresses[0]);
    expect(after.filter((address) => before.includes(address))).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });

  test('uses the times of the set', async () => {
    const { clock, set, busy } = setUp({ replicas: 2, readyAfterMs: 10, terminationMs: 10, podManagementPolicy: 'Parallel' });
    await clock.advance(10);
    const roll = set.rollingRestart();
    expect(set.pod(1).phase).toBe('terminating');
    await clock.advance(20);
    expect(busy()).toEqual([0]);
    await clock.advance(20);
    await roll;
  });

  test('without times is done within promises alone', async () => {
    const { set } = setUp();
    const before = set.pods.flatMap(({ addresses }) => addresses);
    await set.rollingRestart();
    expect(set.pods.flatMap(({ addresses }) => addresses).some((address) => before.includes(address))).toBe(false);
  });

  test('of an empty set is done at once, and may be repeated', async () => {
    const { set } = setUp({ replicas: 0 });
    await expect(set.rollingRestart()).resolves.toBeUndefined();
    await expect(set.rollingRestart()).resolves.toBeUndefined();
  });

  test('waits for a pod that does not become ready, until it does', async () => {
    const { clock, set, busy } = setUp();
    const roll = set.rollingRestart({ downMs: 10, readyAfterMs: 10 });
    await clock.advance(15);
    set.pod(2).setReady(false);
    await clock.advance(10_000);
    expect(busy()).toEqual([2]);
    set.pod(2).setReady(true);
    await clock.advance(0);
    expect(busy()).toEqual([1]);
    await clock.advance(40);
    await roll;
  });

  test('goes on when the pod under way is scaled away, and leaves out others that were', async () => {
    const { clock, set } = setUp({ replicas: 4, podManagementPolicy: 'Parallel' });
    const roll = set.rollingRestart({ downMs: 10 });
    set.scale(2);
    await clock.advance(20);
    await roll;
    expect(set.pods.map(({ ordinal }) => ordinal)).toEqual([0, 1]);
  });

  test('ends with the reason of its signal, leaves no listener, and the pod under way comes back', async () => {
    const { clock, set, busy } = setUp();
    const abort = new AbortController();
    const add = vi.spyOn(abort.signal, 'addEventListener');
    const remove = vi.spyOn(abort.signal, 'removeEventListener');
    const roll = set.rollingRestart({ downMs: 50, signal: abort.signal });
    await clock.advance(50);
    expect(busy()).toEqual([1]);
    abort.abort(new Error('stop rolling'));
    await expect(roll).rejects.toThrow('stop rolling');
    await clock.advance(1_000);
    expect(busy()).toEqual([]);
    expect(remove).toHaveBeenCalledTimes(add.mock.calls.length);
  });

  test('does not begin when its signal has aborted', async () => {
    const { set, busy } = setUp();
    await expect(set.rollingRestart({ downMs: 50, signal: AbortSignal.abort(new Error('too late')) })).rejects.toThrow('too late');
    expect(busy()).toEqual([]);
  });

  test('ends when the world closes', async () => {
    const { world, set } = setUp();
    const roll = set.rollingRestart({ downMs: 50 });
    world.close();
    await expect(roll).rejects.toMatchObject({ code: 'CLOSED' });
  });

  test('that nobody awaits does not fail loudly when the world closes', async () => {
    const { world, set } = setUp();
    const unhandled = vi.fn<() => void>();
    process.once('unhandledRejection', unhandled);
    void set.rollingRestart({ downMs: 50 });
    world.close();
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
  });

  test('is refused while another is under way', async () => {
    const { clock, set } = setUp();
    const first = set.rollingRestart({ downMs: 10 });
    expect(() => set.rollingRestart()).toThrow(expect.objectContaining({ code: 'WRONG_PHASE' }));
    await clock.advance(30);
    await first;
    await set.rollingRestart();
  });

  test('refuses times that are none', () => {
    const { set } = setUp();
    expect(() => set.rollingRestart({ downMs: -1 })).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS' }));
  });
});
