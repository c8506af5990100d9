import { afterEach, describe, expect, test, vi } from 'vitest';
import { closedGate } from './gate.ts';
import { noHostAvailable } from './stub-driver.ts';
import { first, hosts, refuse, second, startStub } from './stub-stage.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

describe('a host that is up and without a connection', () => {
  test('has one client made for it where a fresh one does not reach it either, and another one once something has changed', async () => {
    await using stage = await startStub(() => ({ hosts: () => hosts([1, 0]) }));
    await stage.clock.advance(600_000);
    expect(stage.driver.clients).toHaveLength(2);
    expect(stage.failed).toMatchObject([{ trigger: 'unconnected-host', error: undefined, failuresInARow: 1 }]);
    stage.show([first, second, '10.0.0.3']);
    await stage.clock.advance(600_000);
    expect(stage.driver.clients).toHaveLength(3);
    expect(stage.replaced).toEqual([]);
    expect(stage.driver.clients.map(({ shutdowns }) => shutdowns)).toEqual([0, 1, 1]);
  });

  test('is healed by a client that fills its pools only after it has connected', async () => {
    const fresh = hosts([1, 0]);
    await using stage = await startStub((number) => ({ hosts: () => (number === 1 ? hosts([1, 0]) : fresh) }));
    while (stage.driver.clients.length < 2) await stage.clock.advance(100);
    await stage.clock.advance(1_000);
    for (const host of fresh) host.connections = 1;
    await stage.clock.advance(1_000);
    expect(stage.replaced).toMatchObject([{ generation: 2, trigger: 'unconnected-host' }]);
  });

  test('is tried again, with pauses, where the fresh client could not connect', async () => {
    await using stage = await startStub((number) => ({ hosts: () => hosts([1, 0]), ...(number === 1 ? {} : { connect: fail }) }));
    await stage.clock.advance(60_000);
    expect(stage.failed.length).toBeGreaterThan(4);
    expect(stage.failed.map(({ failuresInARow }) => failuresInARow)).toEqual(stage.failed.map((_, i) => i + 1));
    expect(stage.driver.clients).toHaveLength(1 + stage.failed.length);
  });
});

test('a pause after an attempt that failed ends when DNS shows something else', async () => {
  const moved = ['10.0.0.11', '10.0.0.12'] as const;
  let isBack = false;
  await using stage = await startStub((number) => ({
    hosts: () => hosts([1, 1], number === 1 ? [first, second] : moved),
    connect: () => (number === 1 || isBack ? Promise.resolve() : fail()),
  }));
  stage.show(moved);
  while (stage.failed.length < 5) await stage.clock.advance(100);
  isBack = true;
  stage.show([...moved, '10.0.0.13']);
  // A poll and a look, where the pause has two seconds and a half at least.
  await stage.clock.advance(2_000);
  expect(stage.replaced).toMatchObject([{ generation: 2, trigger: 'all-moved' }]);
});

describe('a request that finds nobody', () => {
  test('has a client replaced that reaches nobody while DNS shows others', async () => {
    const lost = hosts([0, 0]);
    for (const host of lost) host.isUpNow = false;
    await using stage = await startStub((number) => (number === 1 ? { hosts: () => lost, execute: refuse } : { hosts: () => hosts() }));
    await expect(stage.client.execute()).rejects.toThrow('tried');
    stage.show([first, second, '10.0.0.3']);
    await stage.clock.advance(10_000);
    expect(stage.replaced).toMatchObject([{ generation: 2, trigger: 'no-host' }]);
  });

  test('is forgotten by a client that is idle since, and connected again', async () => {
    const all = hosts([0, 0]);
    await using stage = await startStub(() => ({ hosts: () => all, execute: refuse }));
    await expect(stage.client.execute()).rejects.toThrow('tried');
    for (const host of all) host.connections = 1;
    await stage.clock.advance(60_000);
    stage.show([first, second, '10.0.0.3']);
    await stage.clock.advance(60_000);
    expect(stage.driver.clients).toHaveLength(1);
  });

  test('does not count for the client that serves when it was one of a client that drains', async () => {
    const moved = '10.0.0.12';
    await using stage = await startStub((number) => ({
      hosts: () => hosts([1, 1], [first, number === 1 ? second : moved]),
    }));
    const gate = closedGate();
    const late = stage.client.use(() => gate.opened.then(refuse));
    stage.show([first, moved]);
    await stage.clock.advance(20_000);
    expect(stage.driver.clients).toHaveLength(2);
    gate.open();
    await expect(late).rejects.toThrow('tried');
    stage.show([first, moved, '10.0.0.3']);
    await stage.clock.advance(60_000);
    expect(stage.driver.clients).toHaveLength(2);
  });
});

describe('what a load-balancing policy throws', () => {
  test('is told once, and looks go on', async () => {
    const policy = throwing();
    const all = hosts();
    await using stage = await startStub((number) => ({ hosts: () => (number === 1 ? all : hosts()) }), {
      clientOptions: policy.clientOptions,
    });
    const errors: unknown[] = [];
    stage.client.on('error', (error) => void errors.push(error));
    for (const rows of [1, 2]) {
      policy.isBroken = true;
      await stage.clock.advance(30_000);
      expect(errors).toHaveLength(rows);
      policy.isBroken = false;
      await stage.clock.advance(30_000);
    }
    expect(String(errors[0])).toContain('no distance today');
    for (const host of all) host.connections = 0;
    await stage.clock.advance(30_000);
    expect(stage.replaced).toMatchObject([{ trigger: 'unconnected-host' }]);
  });

  test('is a warning of the process where nobody listens', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockReturnValue();
    const policy = throwing();
    await using stage = await startStub(() => ({ hosts: () => hosts() }), { clientOptions: policy.clientOptions });
    policy.isBroken = true;
    await stage.clock.advance(30_000);
    expect(warned).toHaveBeenCalledTimes(1);
    expect(warned).toHaveBeenCalledWith(expect.stringContaining('no distance today'), {
      type: 'PeersetWarning',
      code: 'PEERSET_CLIENT_CHECK_FAILED',
    });
  });
});

function fail(): Promise<never> {
  return Promise.reject(noHostAvailable());
}

/** Throws while it is told to. */
function throwing(): { clientOptions: () => object; isBroken: boolean } {
  const policy = {
    isBroken: false,
    clientOptions: () => ({
      policies: {
        loadBalancing: {
          getDistance(): number {
            if (policy.isBroken) throw new Error('no distance today');
            return 0;
          },
        },
      },
    }),
  };
  return policy;
}
