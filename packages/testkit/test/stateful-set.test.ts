import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createWorld, type HeadlessServiceOptions, type StatefulSetOptions, virtualClock } from '../src/index.ts';
import { ask, valuesOf } from './ask.ts';

function setUp(options: StatefulSetOptions = {}, serviceOptions: HeadlessServiceOptions = {}) {
  const clock = virtualClock();
  const world = createWorld({ clock });
  const service = world.headlessService('db-svc', { ports: [{ port: 27_017 }], ...serviceOptions });
  const set = service.statefulSet('db', options);
  const inDns = () => valuesOf(ask(world, service.host, 'A'));
  return { clock, world, service, set, inDns, ordinals: () => set.pods.map(({ ordinal }) => ordinal) };
}

describe('a StatefulSet', () => {
  test('without times is there at once', () => {
    const { set, inDns } = setUp({ replicas: 3 });
    expect(set.pods).toMatchObject([
      { name: 'db-0', ordinal: 0, host: 'db-0.db-svc.default.svc.cluster.local', phase: 'running', isReady: true },
      { name: 'db-1', isReady: true },
      { name: 'db-2', isReady: true },
    ]);
    expect(inDns()).toEqual(set.pods.flatMap((pod) => pod.addresses).toSorted());
  });

  test('has one pod unless told otherwise, and none when told so', () => {
    expect(setUp().ordinals()).toEqual([0]);
    expect(setUp({ replicas: 0 }).ordinals()).toEqual([]);
  });

  test('counts from its first ordinal', () => {
    const { set, ordinals } = setUp({ replicas: 2, firstOrdinal: 5 });
    expect(ordinals()).toEqual([5, 6]);
    set.scale(3);
    expect(ordinals()).toEqual([5, 6, 7]);
    set.scale(1);
    expect(ordinals()).toEqual([5]);
    expect(set.replicas).toBe(1);
  });

  test.each([
    { name: 'ipv4 alone', families: ['ipv4'] as const, want: [/^198\./] },
    { name: 'ipv6 alone', families: ['ipv6'] as const, want: [/^2001:db8:/] },
    { name: 'both, IPv4 first', families: ['ipv6', 'ipv4'] as const, want: [/^198\./, /^2001:db8:/] },
  ])('gives its pods addresses of its families: $name', ({ families, want }) => {
    const { set } = setUp({ families });
    const { addresses } = set.pod(0);
    expect(addresses).toHaveLength(want.length);
    want.forEach((pattern, index) => expect(addresses[index]).toMatch(pattern));
  });

  test('with OrderedReady creates each pod when the one before is ready', async () => {
    const { clock, set, ordinals, inDns } = setUp({ replicas: 3, readyAfterMs: 1_000 });
    expect(ordinals()).toEqual([0]);
    expect(set.pod(0)).toMatchObject({ phase: 'running', isReady: false });
    expect(set.pod(0).addresses).toHaveLength(1);
    expect(inDns()).toEqual([]);
    await clock.advance(999);
    expect(ordinals()).toEqual([0]);
    await clock.advance(1);
    expect(ordinals()).toEqual([0, 1]);
    await clock.advance(2_000);
    expect(ordinals()).toEqual([0, 1, 2]);
    expect(inDns()).toHaveLength(3);
  });

  test('with Parallel creates all pods at once', async () => {
    const { clock, ordinals, inDns } = setUp({ replicas: 3, readyAfterMs: 1_000, podManagementPolicy: 'Parallel' });
    expect(ordinals()).toEqual([0, 1, 2]);
    await clock.advance(1_000);
    expect(inDns()).toHaveLength(3);
  });

  test('scales up in order and down from the top', async () => {
    const { clock, set, ordinals } = setUp({ replicas: 1, readyAfterMs: 100 });
    await clock.advance(100);
    set.scale(3);
    expect(ordinals()).toEqual([0, 1]);
    await clock.advance(200);
    expect(ordinals()).toEqual([0, 1, 2]);
    set.scale(1);
    expect(ordinals()).toEqual([0]);
  });

  test('with OrderedReady removes one pod at a time, each when the one above has gone', async () => {
    const { clock, set, ordinals, inDns } = setUp({ replicas: 3, terminationMs: 100 });
    set.scale(1);
    expect(set.pod(2)).toMatchObject({ phase: 'terminating', isReady: false });
    expect(set.pod(1)).toMatchObject({ phase: 'running' });
    expect(inDns()).toHaveLength(2);
    await clock.advance(100);
    expect(ordinals()).toEqual([0, 1]);
    expect(set.pod(1)).toMatchObject({ phase: 'terminating' });
    await clock.advance(100);
    expect(ordinals()).toEqual([0]);
  });

  test('with Parallel removes all surplus pods at once', async () => {
    const { clock, set, ordinals, inDns } = setUp({ replicas: 3, terminationMs: 100, podManagementPolicy: 'Parallel' });
    set.scale(1);
    expect(inDns()).toHaveLength(1);
    await clock.advance(100);
    expect(ordinals()).toEqual([0]);
  });

  test('with OrderedReady waits with everything while a pod that stays is unready', () => {
    const { set, ordinals } = setUp({ replicas: 3 });
    set.pod(0).setReady(false);
    set.scale(1);
    expect(ordinals()).toEqual([0, 1, 2]);
    set.scale(5);
    expect(ordinals()).toEqual([0, 1, 2]);
    set.pod(0).setReady(true);
    expect(ordinals()).toEqual([0, 1, 2, 3, 4]);
  });

  test('with OrderedReady does not scale to 0 past several unready pods', () => {
    const { set, ordinals } = setUp({ replicas: 3 });
    set.pod(1).setReady(false);
    set.pod(2).setReady(false);
    set.scale(0);
    expect(ordinals()).toEqual([0, 1, 2]);
    set.pod(2).setReady(true);
    expect(ordinals()).toEqual([]);
  });

  test('with Parallel waits for nothing', () => {
    const { set, ordinals } = setUp({ replicas: 3, podManagementPolicy: 'Parallel' });
    set.pods.forEach((pod) => pod.setReady(false));
    set.scale(5);
    expect(ordinals()).toEqual([0, 1, 2, 3, 4]);
    set.scale(0);
    expect(ordinals()).toEqual([]);
  });

  test('creates a pod anew when it was wanted again while it terminated', async () => {
    const { clock, set, ordinals } = setUp({ replicas: 2, terminationMs: 100 });
    const old = set.pod(1);
    const [address] = old.addresses;
    set.scale(1);
    set.scale(2);
    expect(set.pod(1)).toBe(old);
    await clock.advance(100);
    expect(ordinals()).toEqual([0, 1]);
    expect(old.phase).toBe('deleted');
    expect(set.pod(1)).not.toBe(old);
    expect(set.pod(1).isReady).toBe(true);
    expect(set.pod(1).addresses).not.toEqual([address]);
  });

  test('exchanges the addresses of two pods', () => {
    const { world, set } = setUp({ replicas: 3, families: ['ipv4', 'ipv6'] });
    const [first, , third] = set.pods.map((pod) => pod.addresses);
    set.swapAddresses(0, 2);
    expect(set.pod(0).addresses).toEqual(third);
    expect(set.pod(2).addresses).toEqual(first);
    expect(valuesOf(ask(world, set.pod(0).host, 'A'))).toEqual([third?.[0]]);
  });

  test('does not exchange addresses with a pod that has none', () => {
    const { set } = setUp({ replicas: 2 });
    set.pod(1).restart({ downMs: 10 });
    expect(() => set.swapAddresses(0, 1)).toThrow(expect.objectContaining({ code: 'WRONG_PHASE' }));
    expect(() => set.swapAddresses(0, 2)).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
  });

  test('deletes all its pods at once, and its name may be used again', async () => {
    const { clock, set, service, inDns, ordinals } = setUp({ replicas: 3, terminationMs: 100 });
    set.delete();
    set.delete();
    expect(inDns()).toEqual([]);
    expect(set.pods.map(({ phase }) => phase)).toEqual(['terminating', 'terminating', 'terminating']);
    await clock.advance(100);
    expect(ordinals()).toEqual([]);
    expect(() => set.scale(1)).toThrow(expect.objectContaining({ code: 'WRONG_PHASE' }));
    expect(() => set.rollingRestart()).toThrow(expect.objectContaining({ code: 'WRONG_PHASE' }));
    service.statefulSet('db', { replicas: 2 });
    expect(inDns()).toHaveLength(2);
  });

  test.each([
    { name: 'several pods', replicas: 3, message: 'StatefulSet db has no pod with ordinal 99, it has 3, ordinals 0 to 2' },
    { name: 'none', replicas: 0, message: 'StatefulSet db has no pod with ordinal 99, it has no pods' },
  ])('says which pods there are when asked for one that is not ($name)', ({ replicas, message }) => {
    expect(() => setUp({ replicas }).set.pod(99)).toThrow(expect.objectContaining({ code: 'NOT_FOUND', message }));
  });

  test('shows in DNS exactly the addresses of its ready pods, whatever happens to it', async () => {
    const act = fc.record({
      verb: fc.constantFrom('scale', 'restart', 'ready', 'unready', 'swap', 'wait'),
      first: fc.nat(5),
      second: fc.nat(300),
    });
    const policy = fc.constantFrom('OrderedReady' as const, 'Parallel' as const);
    await fc.assert(
      fc.asyncProperty(
        fc.array(act, { maxLength: 30 }),
        policy,
        fc.nat(50),
        fc.nat(50),
        async (acts, podManagementPolicy, readyAfterMs, terminationMs) => {
          const { clock, set, inDns } = setUp({ replicas: 3, podManagementPolicy, readyAfterMs, terminationMs });
          for (const { verb, first, second } of acts) {
            const pod = set.pods[first % Math.max(1, set.pods.length)];
            if (verb === 'scale') set.scale(first);
            if (verb === 'wait') await clock.advance(second);
            if (verb === 'restart' && pod?.phase === 'running') pod.restart({ downMs: second });
            if ((verb === 'ready' || verb === 'unready') && pod?.phase === 'running') pod.setReady(verb === 'ready');
            const running = set.pods.filter(({ phase }) => phase === 'running');
            if (verb === 'swap' && running[0] && running[1]) set.swapAddresses(running[0].ordinal, running[1].ordinal);
            const ready = set.pods.filter(({ isReady }) => isReady).flatMap(({ addresses }) => addresses);
            expect(inDns()).toEqual(ready.toSorted());
            expect(new Set(ready).size).toBe(ready.length);
          }
          // What one pod's readiness sets off may delete the next.
          for (const pod of set.pods) if (pod.phase === 'running') pod.setReady(true);
          await clock.advance(10_000);
          expect(set.pods).toHaveLength(set.replicas);
          expect(clock.pendingTimers).toBe(0);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('a pod', () => {
  test('leaves DNS when it is not ready and returns when it is', () => {
    const { set, inDns } = setUp({ replicas: 2 });
    const [address] = set.pod(1).addresses;
    set.pod(1).setReady(false);
    expect(inDns()).not.toContain(address);
    expect(set.pod(1)).toMatchObject({ isReady: false, addresses: [address] });
    set.pod(1).setReady(true);
    expect(inDns()).toContain(address);
  });

  test('is not made ready by the clock once its readiness was set by hand', async () => {
    const { clock, set } = setUp({ replicas: 1, readyAfterMs: 100 });
    set.pod(0).setReady(false);
    await clock.advance(200);
    expect(set.pod(0).isReady).toBe(false);
    expect(clock.pendingTimers).toBe(0);
  });

  test('restarts under the same name with another address', async () => {
    const { clock, set, inDns } = setUp({ replicas: 2 });
    const pod = set.pod(1);
    const [before] = pod.addresses;
    pod.restart({ downMs: 4_000 });
    expect(pod).toMatchObject({ phase: 'down', isReady: false, addresses: [] });
    expect(inDns()).toHaveLength(1);
    await clock.advance(3_999);
    expect(pod.phase).toBe('down');
    await clock.advance(1);
    expect(set.pod(1)).toBe(pod);
    expect(pod).toMatchObject({ phase: 'running', isReady: true, name: 'db-1' });
    expect(pod.addresses).not.toEqual([before]);
    expect(inDns()).toHaveLength(2);
  });

  test('restarts within a moment when no times are given', () => {
    const { set, inDns } = setUp({ replicas: 1 });
    const [before] = set.pod(0).addresses;
    set.pod(0).restart();
    expect(set.pod(0)).toMatchObject({ phase: 'running', isReady: true });
    expect(inDns()).not.toContain(before);
  });

  test('goes through termination, absence and readiness when it restarts', async () => {
    const { clock, set } = setUp({ replicas: 1, readyAfterMs: 30, terminationMs: 10 });
    await clock.advance(30);
    const pod = set.pod(0);
    pod.restart({ downMs: 20 });
    const phases: string[] = [];
    for (let step = 0; step < 8; step += 1) {
      phases.push(`${pod.phase} ${pod.isReady} ${pod.addresses.length}`);
      await clock.advance(10);
    }
    const [terminating, down, starting, ready] = ['terminating false 1', 'down false 0', 'running false 1', 'running true 1'];
    expect(phases).toEqual([terminating, down, down, starting, starting, starting, ready, ready]);
  });

  test('restarts with times of its own', async () => {
    const { clock, set } = setUp({ replicas: 1 });
    set.pod(0).restart({ terminationMs: 10, downMs: 10, readyAfterMs: 10 });
    expect(set.pod(0).phase).toBe('terminating');
    await clock.advance(29);
    expect(set.pod(0)).toMatchObject({ phase: 'running', isReady: false });
    await clock.advance(1);
    expect(set.pod(0).isReady).toBe(true);
  });

  test('keeps its addresses through a restart when told so, and they are in nobody else’s hands meanwhile', async () => {
    const { clock, set } = setUp({ replicas: 1, families: ['ipv4', 'ipv6'] });
    const { addresses } = set.pod(0);
    set.pod(0).restart({ downMs: 100, keepAddresses: true });
    expect(set.pod(0).addresses).toEqual([]);
    await clock.advance(50);
    set.pod(0).restart({ downMs: 100, keepAddresses: true });
    await clock.advance(100);
    expect(set.pod(0).addresses).toEqual(addresses);
    set.pod(0).restart({ downMs: 100, keepAddresses: true });
    set.pod(0).restart();
    expect(set.pod(0).addresses).not.toEqual(addresses);
  });

  test('starts over when restarted while it is down', async () => {
    const { clock, set } = setUp({ replicas: 1 });
    set.pod(0).restart({ downMs: 100 });
    await clock.advance(60);
    set.pod(0).restart({ downMs: 100 });
    await clock.advance(60);
    expect(set.pod(0).phase).toBe('down');
    await clock.advance(40);
    expect(set.pod(0).isReady).toBe(true);
    expect(clock.pendingTimers).toBe(0);
  });

  test.each([
    { name: 'down', prepare: (set: ReturnType<typeof setUp>['set']) => set.pod(0).restart({ downMs: 10 }) },
    { name: 'terminating', prepare: (set: ReturnType<typeof setUp>['set']) => set.pod(0).restart({ terminationMs: 10 }) },
    { name: 'deleted', prepare: (set: ReturnType<typeof setUp>['set']) => set.delete() },
  ])('has no readiness to set while it is $name', ({ name, prepare }) => {
    const { set } = setUp({ replicas: 1 });
    const pod = set.pod(0);
    prepare(set);
    expect(pod.phase).toBe(name);
    expect(() => pod.setReady(true)).toThrow(expect.objectContaining({ code: 'WRONG_PHASE' }));
  });

  test('that is being deleted does not restart', () => {
    const { set } = setUp({ replicas: 2, terminationMs: 10 });
    const pod = set.pod(1);
    set.scale(1);
    expect(() => pod.restart()).toThrow(expect.objectContaining({ code: 'WRONG_PHASE' }));
  });

  test('that is removed while down is gone at once', () => {
    const { clock, set, ordinals } = setUp({ replicas: 2, terminationMs: 1_000 });
    set.pod(1).restart({ downMs: 1_000, terminationMs: 0 });
    set.scale(1);
    expect(ordinals()).toEqual([0]);
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('publishNotReadyAddresses', () => {
  test('lists pods from their creation to the end of their termination', async () => {
    const { clock, set, inDns } = setUp(
      { replicas: 2, readyAfterMs: 100, podManagementPolicy: 'Parallel' },
      { publishNotReadyAddresses: true },
    );
    const addresses = set.pods.flatMap((pod) => pod.addresses).toSorted();
    expect(inDns()).toEqual(addresses);
    await clock.advance(100);
    set.pod(0).setReady(false);
    expect(inDns()).toEqual(addresses);
    const [old] = set.pod(1).addresses;
    set.pod(1).restart({ terminationMs: 50, downMs: 50 });
    expect(inDns()).toEqual(addresses);
    await clock.advance(50);
    expect(inDns()).toEqual(set.pod(0).addresses);
    await clock.advance(50);
    expect(inDns()).toHaveLength(2);
    expect(inDns()).not.toContain(old);
    expect(set.pod(1).isReady).toBe(false);
  });
});
