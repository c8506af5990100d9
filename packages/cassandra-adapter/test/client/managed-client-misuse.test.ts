import { EventEmitter } from 'node:events';
import { describe, expect, test } from 'vitest';
import { cassandraClientOptions, contactPoints, ManagedClient, type ManagedClientOptions } from '@peerset/cassandra-adapter';
import { virtualClock } from '@peerset/testkit';
import { closedGate } from './gate.ts';
import { noHostAvailable, stubDriver, type StubClient } from './stub-driver.ts';
import { first, hosts, refuse, second, startStub } from './stub-stage.ts';
import { watchedPeers } from './watched-peers.ts';

describe('shutting down', () => {
  test('twice shares one end, which waits for requests under way', async () => {
    await using stage = await startStub(() => ({ hosts: () => hosts() }));
    const gate = closedGate();
    const used = stage.client.use(() => gate.opened);
    const ended: string[] = [];
    const ends = ['one', 'two'].map(async (name) => {
      await stage.client.shutdown();
      ended.push(name);
    });
    await stage.clock.advance(1_000);
    expect(ended).toEqual([]);
    gate.open();
    await Promise.all([used, ...ends]);
    expect(ended).toEqual(['one', 'two']);
    expect(stage.driver.clients.map(({ shutdowns }) => shutdowns)).toEqual([1]);
  });

  test('in the middle of a replacement waits for no driver, which is shut down when it has connected', async () => {
    const gate = closedGate();
    await using stage = await startStub((number) => ({
      hosts: () => hosts([1, 0]),
      connect: () => (number === 1 ? Promise.resolve() : gate.opened),
    }));
    while (stage.driver.clients.length < 2) await stage.clock.advance(100);
    await stage.client.shutdown();
    const shutdowns = (): readonly number[] => stage.driver.clients.map((client) => client.shutdowns);
    expect(shutdowns()).toEqual([1, 0]);
    gate.open();
    await stage.clock.advance(0);
    expect(shutdowns()).toEqual([1, 1]);
    expect([stage.replaced, stage.failed]).toEqual([[], []]);
  });

  test('while the driver connects for the first time rejects connect, and leaves no client', async () => {
    const clock = virtualClock();
    await using watcher = watchedPeers(clock, [first]).watcher;
    const gate = closedGate();
    const driver = stubDriver(() => ({ hosts: () => hosts(), connect: () => gate.opened }));
    const client = new ManagedClient({ driver, watcher, datacenter: 'dc1' });
    const connecting = client.connect().catch((error: unknown) => error);
    await clock.advance(0);
    await client.shutdown();
    expect(await connecting).toMatchObject({ code: 'CLOSED' });
    gate.open();
    await clock.advance(0);
    expect(driver.clients.map(({ shutdowns }) => shutdowns)).toEqual([1]);
  });

  test('is final: connect and requests reject', async () => {
    await using stage = await startStub(() => ({ hosts: () => hosts() }));
    await stage.client.shutdown();
    await expect(stage.client.connect()).rejects.toMatchObject({ code: 'CLOSED' });
    await expect(stage.client.execute()).rejects.toMatchObject({ code: 'CLOSED' });
  });

  test('from a listener ends both clients', async () => {
    await using stage = await startStub((number) => ({ hosts: () => hosts([1, number === 1 ? 0 : 1]) }));
    const ends: Promise<void>[] = [];
    stage.client.on('replaced', () => void ends.push(stage.client.shutdown()));
    await stage.clock.advance(30_000);
    await Promise.all(ends);
    expect(stage.driver.clients.map(({ shutdowns }) => shutdowns)).toEqual([1, 1]);
  });

  test('goes on where the driver throws', async () => {
    await using stage = await startStub(() => ({ hosts: () => hosts(), shutdown: () => Promise.reject(new Error('no way out')) }));
    await expect(stage.client.shutdown()).resolves.toBeUndefined();
  });
});

describe('requests', () => {
  test('with a callback are refused before they are sent', async () => {
    const sent: unknown[] = [];
    await using stage = await startStub(() => ({ hosts: () => hosts(), execute: (...args) => sent.push(args) }));
    const { execute }: { execute: (...args: readonly unknown[]) => Promise<unknown> } = stage.client;
    await expect(execute('SELECT', () => {})).rejects.toMatchObject({ code: 'INVALID_OPTIONS', issues: [{ path: 'execute.callback' }] });
    expect(sent).toEqual([]);
  });

  test('of which thousands find nobody ask DNS once in each interval', async () => {
    await using stage = await startStub(() => ({ hosts: () => hosts([0, 0]), execute: refuse }), { checkIntervalMs: 60_000 });
    const before = stage.looks();
    for (let i = 0; i < 2_000; i += 1) {
      await stage.client.execute().catch(() => {});
      if (i % 200 === 0) await stage.clock.advance(0);
    }
    expect(stage.looks() - before).toBe(1);
  });

  test('as streams count, too, when they find nobody', async () => {
    const streams = [new EventEmitter()];
    await using stage = await startStub(
      (number) => (number === 1 ? { hosts: () => hosts([0, 0]), stream: () => streams[0] } : { hosts: () => hosts() }),
      { unconnectedAfterMs: 600_000 },
    );
    stage.client.stream();
    streams[0]?.on('error', () => {});
    streams[0]?.emit('error', noHostAvailable());
    stage.show([first, second, '10.0.0.3']);
    await stage.clock.advance(10_000);
    expect(stage.replaced).toMatchObject([{ trigger: 'no-host' }]);
  });
});

describe('refused, whatever a compiler would say', () => {
  type Options = ManagedClientOptions<StubClient>;
  const clock = virtualClock();
  const { watcher } = watchedPeers(clock, [first]);
  const good = { driver: stubDriver(() => ({ hosts: () => hosts() })), watcher, datacenter: 'dc1' };
  test.each<{ name: string; act: () => unknown; path: string }>([
    { name: 'no options', act: () => new ManagedClient(undefined as unknown as Options), path: 'options' },
    { name: 'a list of options', act: () => new ManagedClient([] as unknown as Options), path: 'options' },
    { name: 'half a watcher', act: () => new ManagedClient({ ...good, watcher: { snapshot: {} } } as unknown as Options), path: 'watcher' },
    {
      name: 'declared nodes as a text',
      act: () => new ManagedClient({ ...good, declared: 'cass-0' } as unknown as Options),
      path: 'declared',
    },
    {
      name: 'a declared node that is none',
      act: () => new ManagedClient({ ...good, declared: [null] } as unknown as Options),
      path: 'declared.0',
    },
    { name: 'contact points of nothing', act: () => contactPoints(undefined as never), path: 'snapshot' },
    { name: 'contact points with null', act: () => contactPoints(watcher.snapshot, null as never), path: 'options' },
    { name: 'contact points of odd nodes', act: () => contactPoints(watcher.snapshot, { declared: 7 } as never), path: 'declared' },
    { name: 'client options of nothing', act: () => cassandraClientOptions(good.driver, undefined as never), path: 'input' },
  ])('$name', ({ act, path }) => {
    expect(act).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS', issues: [expect.objectContaining({ path })] }));
  });

  test.each<{ name: string; given: unknown; value: string }>([
    { name: 'no options of the driver', given: undefined, value: 'undefined' },
    { name: 'a promise of options', given: Promise.resolve({ credentials: 'pa55' }), value: 'a promise' },
    { name: 'a text for options', given: 'pa55', value: 'a string' },
  ])('$name', async ({ given, value }) => {
    const client = new ManagedClient({ ...good, clientOptions: () => given as object });
    const connecting = client.connect().catch((error: unknown) => error);
    await clock.advance(0);
    expect(await connecting).toMatchObject({ code: 'INVALID_OPTIONS', issues: [{ path: 'clientOptions', value }] });
  });
});
