import { describe, expect, test, vi } from 'vitest';
import { createWorld, systemWorldClock, virtualClock } from '../src/index.ts';
import { ask, ZONE } from './ask.ts';

describe('the query log', () => {
  test('holds every question: when, name, type, transport, who was asked, and what was replied', async () => {
    const clock = virtualClock();
    const world = createWorld({ clock });
    world.headlessService('db').statefulSet('db');
    world.answer({ name: `DB.${ZONE}.`, type: 'a' });
    await clock.advance(250);
    world.answer({ name: `gone.${ZONE}`, type: 'SRV', transport: 'tcp' });
    world.answer({ name: 'example.com', type: 'TXT' });
    expect(world.queries).toEqual([
      { atMs: 0, name: `db.${ZONE}`, type: 'A', transport: 'udp', replica: 0, isFromCache: false, rcode: 'NOERROR' },
      { atMs: 250, name: `gone.${ZONE}`, type: 'SRV', transport: 'tcp', replica: 0, isFromCache: false, rcode: 'NXDOMAIN' },
      { atMs: 250, name: 'example.com', type: 'TXT', transport: 'udp', replica: 0, isFromCache: false, rcode: 'REFUSED' },
    ]);
  });

  test.each(['silence', 'garbage', 'wrong-id', 'wrong-question'] as const)('has no rcode for %s', (kind) => {
    const world = createWorld();
    world.fault({ kind });
    world.answer({ name: ZONE, type: 'A' });
    expect(world.queries).toMatchObject([{ name: ZONE, rcode: undefined }]);
  });

  test('is a copy that does not grow, and can be cleared', () => {
    const world = createWorld();
    ask(world, ZONE, 'A');
    const before = world.queries;
    ask(world, ZONE, 'A');
    expect(before).toHaveLength(1);
    expect(world.queries).toHaveLength(2);
    world.clearQueries();
    expect(world.queries).toEqual([]);
  });

  test.each([
    { limit: 0, want: [] },
    { limit: 3, want: ['7', '8', '9'] },
    { limit: 100, want: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'] },
  ])('keeps the last $limit questions when told so', ({ limit, want }) => {
    const world = createWorld({ queryLogLimit: limit });
    for (let index = 0; index < 10; index += 1) ask(world, `${index}.${ZONE}`, 'A');
    expect(world.queries.map(({ name }) => name.split('.')[0])).toEqual(want);
  });
});

describe('a world', () => {
  test('drops everything scheduled when it closes, and answers nothing more', async () => {
    const clock = virtualClock();
    const world = createWorld({ clock });
    const service = world.headlessService('db');
    const set = service.statefulSet('db', { replicas: 3, readyAfterMs: 100, podManagementPolicy: 'Parallel' });
    const dropped = vi.fn<() => void>();
    world.clock.schedule(50, dropped);
    expect(clock.pendingTimers).toBe(4);
    world.close();
    world.close();
    expect(world.isClosed).toBe(true);
    expect(clock.pendingTimers).toBe(0);
    await clock.advance(1_000);
    expect(dropped).not.toHaveBeenCalled();
    expect(set.pods.some(({ isReady }) => isReady)).toBe(false);
  });

  test.each([
    { name: 'ask', act: (world: ReturnType<typeof createWorld>) => world.answer({ name: ZONE, type: 'A' }) },
    { name: 'make a Service', act: (world: ReturnType<typeof createWorld>) => world.headlessService('db') },
    { name: 'switch a fault on', act: (world: ReturnType<typeof createWorld>) => world.fault({ kind: 'silence' }) },
    { name: 'schedule anything', act: (world: ReturnType<typeof createWorld>) => world.clock.schedule(1, () => {}) },
  ])('does not let anyone $name once it is closed', ({ act }) => {
    const world = createWorld();
    world.close();
    expect(() => act(world)).toThrow(expect.objectContaining({ name: 'TestkitError', code: 'CLOSED' }));
  });

  test('forgets callbacks that were cancelled, so that they are not dropped twice', () => {
    const clock = virtualClock();
    const world = createWorld({ clock });
    const cancel = world.clock.schedule(50, () => {});
    cancel();
    cancel();
    world.close();
    expect(clock.pendingTimers).toBe(0);
  });

  test('has the time of its clock', async () => {
    const clock = virtualClock(70);
    const world = createWorld({ clock });
    await clock.advance(5);
    expect(world.clock.nowMs()).toBe(75);
  });

  test('hands out loopback addresses when told so', () => {
    const world = createWorld({ addresses: 'loopback' });
    expect(world.headlessService('db').statefulSet('db').pod(0).addresses[0]).toMatch(/^127\.0\.\d+\.\d+$/);
  });
});

const timeouts = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;

describe('systemWorldClock', () => {
  test('calls back, unless cancelled, and keeps no process alive', async () => {
    const before = systemWorldClock.nowMs();
    const cancelled = vi.fn<() => void>();
    systemWorldClock.schedule(0, cancelled)();
    const held = timeouts();
    await new Promise<void>((resolve) => {
      systemWorldClock.schedule(1, resolve);
      expect(timeouts()).toBe(held);
    });
    expect(cancelled).not.toHaveBeenCalled();
    expect(systemWorldClock.nowMs()).toBeGreaterThanOrEqual(before);
  });

  test('waits as long as a timer can when told to wait longer', () => {
    const callback = vi.fn<() => void>();
    const cancel = systemWorldClock.schedule(2 ** 40, callback);
    cancel();
    expect(callback).not.toHaveBeenCalled();
  });
});
