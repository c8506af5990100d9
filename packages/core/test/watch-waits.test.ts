import { describe, expect, test, vi } from 'vitest';
import type { Change, Snapshot } from '../src/index.ts';
import { discoverPeers, watchPeers } from '../src/index.ts';
import { peer, scriptedSource, watchScript } from './scripted-source.ts';
import { simulate } from './simulation/simulate.ts';
import { watchIntervals } from './watch-intervals.ts';

const SECOND = 1_000;
const DECLARED = { statefulSet: 'db', replicas: 3 };
const [zero, one, two] = [peer('db-0', '10.0.0.1'), peer('db-1', '10.0.0.2'), peer('db-2', '10.0.0.3')];

/** What a promise came to so far. */
function track<T>(promise: Promise<T>): { value: T | undefined; error: unknown } {
  const outcome: { value: T | undefined; error: unknown } = { value: undefined, error: undefined };
  promise.then(
    (value) => (outcome.value = value),
    (error: unknown) => (outcome.error = error),
  );
  return outcome;
}

describe('ready', () => {
  test.each([
    { name: 'waits for one peer where nobody is declared', options: {}, criteria: undefined, before: [], after: [zero] },
    {
      name: 'waits for all declared peers by default',
      options: DECLARED,
      criteria: undefined,
      before: [zero, one],
      after: [zero, one, two],
    },
    { name: 'waits for a number of peers', options: {}, criteria: { peers: 2 }, before: [zero], after: [zero, two] },
    {
      name: 'waits for a majority of the declared',
      options: DECLARED,
      criteria: { peers: 'majority' as const },
      before: [zero],
      after: [zero, two],
    },
    { name: 'waits for ordinals', options: {}, criteria: { ordinals: [2] }, before: [zero, one], after: [two] },
    { name: 'waits for this pod itself', options: { self: 'db-1' }, criteria: { self: true }, before: [zero], after: [zero, one] },
  ])('$name', async ({ options, criteria, before, after }) => {
    const { clock, source, watcher } = watchScript(options);
    source.show(...before);
    const ready = track(watcher.ready(criteria));
    await clock.advance(10 * SECOND);
    expect(ready.value).toBeUndefined();
    source.show(...after);
    await clock.advance(1 * SECOND);
    expect(ready.value).toBe(watcher.snapshot);
    expect(ready.value?.peers.map(({ name }) => name)).toEqual(after.map(({ name }) => name));
    await watcher.close();
  });

  test('holds for replicas: 0 at the first answer, and not before', async () => {
    const { clock, source, watcher } = watchScript({ statefulSet: 'db', replicas: 0 });
    source.pause();
    const ready = track(watcher.ready());
    await clock.advance(10 * SECOND);
    expect(ready.value).toBeUndefined();
    source.resume();
    await clock.advance(0);
    expect(ready.value?.peers).toEqual([]);
    await watcher.close();
  });

  test('stableForMs counts from the last change after which the criteria hold', async () => {
    const { clock, source, watcher } = watchScript();
    source.show(zero);
    const ready = track(watcher.ready({ stableForMs: 5_000 }));
    await clock.advance(4 * SECOND);
    source.show(zero, one);
    await clock.advance(5.5 * SECOND);
    expect(ready.value).toBeUndefined();
    await clock.advance(0.5 * SECOND);
    expect(ready.value?.peers).toHaveLength(2);
    await watcher.close();
  });

  test('quickens a watcher that is settled', async () => {
    const { clock, source, watcher } = watchScript({ pollIntervalMs: 60_000 });
    source.show(zero);
    await clock.advance(400 * SECOND);
    expect(watcher.status.phase).toBe('settled');
    const ready = track(watcher.ready({ peers: 2 }));
    source.show(zero, one);
    await clock.advance(1 * SECOND);
    expect(ready.value?.peers).toHaveLength(2);
    await watcher.close();
  });

  test('rejects with PEERS_NOT_READY, who was there, what was asked and a hint when the time is up', async () => {
    const simulation = simulate({ watch: { statefulSet: 'color-ss', replicas: 5 } });
    const ready = track(simulation.watcher.ready({ timeoutMs: 3_000 }));
    await simulation.clock.advance(2_999);
    expect(ready.error).toBeUndefined();
    await simulation.clock.advance(1);
    expect(ready.error).toMatchObject({
      name: 'PeersNotReadyError',
      code: 'PEERS_NOT_READY',
      wanted: { peers: 'declared', timeoutMs: 3_000 },
      message: expect.stringContaining('color-ss-3, color-ss-4 not in DNS'),
      hint: expect.stringContaining('publishNotReadyAddresses'),
      lookups: expect.arrayContaining([
        expect.objectContaining({ name: 'color-svc.default.svc.cluster.local', type: 'A', outcome: 'found', records: 3 }),
      ]),
    });
    expect((ready.error as { snapshot: Snapshot }).snapshot).toBe(simulation.watcher.snapshot);
    await simulation.close();
  });

  test.each([
    {
      name: 'no such Service',
      fault: { kind: 'nxdomain' as const, names: /^color-/ },
      hint: 'there is no such Service, or none of its pods is ready',
    },
    {
      name: 'a wrong namespace',
      fault: { kind: 'nxdomain' as const, names: /default\.svc/ },
      hint: 'there is no namespace default in the cluster domain cluster.local; check the option namespace',
    },
    {
      name: 'a wrong cluster domain',
      fault: { kind: 'nxdomain' as const },
      hint: 'serve no cluster domain cluster.local; pass the clusterDomain of this cluster',
    },
    {
      name: 'lookups that fail',
      fault: { kind: 'servfail' as const },
      hint: 'DNS gives no usable answer for color-svc.default.svc.cluster.local (ESERVFAIL)',
    },
    { name: 'too few peers', fault: { kind: 'delay' as const, delayMs: 5 }, hint: 'shows 3 peers; more come when more pods are ready' },
  ])('explains $name in its hint', async ({ fault, hint }) => {
    const simulation = simulate();
    simulation.world.fault(fault);
    const ready = track(simulation.watcher.ready({ peers: 4, timeoutMs: 10_000 }));
    await simulation.clock.advance(12 * SECOND);
    expect(ready.error).toMatchObject({ code: 'PEERS_NOT_READY', hint: expect.stringContaining(hint) });
    await simulation.close();
  });

  test('rejects at once with NOT_HEADLESS for a Service with a cluster IP, and the watcher keeps looking', async () => {
    const other = simulate({ watch: { service: 'color-vip.default.svc.cluster.local' } });
    other.world.clusterIpService('color-vip').deployment('web', { replicas: 2 });
    const ready = track(other.watcher.ready());
    await other.clock.advance(0);
    expect(ready.error).toMatchObject({ code: 'NOT_HEADLESS', message: expect.stringContaining('clusterIP: None') });
    await other.clock.advance(600 * SECOND);
    expect(other.watcher.snapshot.peers).toEqual([]);
    expect(other.watcher.status.problems).toMatchObject([{ code: 'NOT_HEADLESS' }]);
    expect(other.rounds.length).toBeGreaterThan(100);
    await other.close();
  });

  const enough = new Error('enough');
  const closed = expect.objectContaining({ code: 'CLOSED' });
  test.each([
    { name: 'its own signal', abort: 'own', error: enough, later: closed, isClosed: false },
    { name: 'the signal of the options', abort: 'options', error: enough, later: enough, isClosed: true },
    { name: 'close', abort: 'close', error: closed, later: closed, isClosed: true },
  ])('rejects at once on $name', async ({ abort, error, later, isClosed }) => {
    const own = new AbortController();
    const options = new AbortController();
    const { clock, watcher } = watchScript({ signal: options.signal });
    const ready = track(watcher.ready({ signal: own.signal, timeoutMs: Infinity }));
    await clock.advance(2 * SECOND);
    if (abort === 'own') own.abort(enough);
    else if (abort === 'options') options.abort(enough);
    else void watcher.close();
    await clock.advance(0);
    expect(ready.error).toEqual(error);
    expect(watcher.status.phase === 'closed').toBe(isClosed);
    await watcher.close();
    // Afterwards it is closed for the reason it was closed for, whoever asks.
    await expect(watcher.ready()).rejects.toEqual(later);
  });

  test.each([
    { name: 'declared with nobody declared', criteria: { peers: 'declared' as const }, path: 'peers' },
    { name: 'a negative number', criteria: { peers: -1 }, path: 'peers' },
    { name: 'NaN as time', criteria: { timeoutMs: Number.NaN }, path: 'timeoutMs' },
  ])('rejects $name with INVALID_OPTIONS', async ({ criteria, path }) => {
    const { watcher } = watchScript();
    await expect(watcher.ready(criteria)).rejects.toMatchObject({ code: 'INVALID_OPTIONS', issues: [{ path }] });
    await watcher.close();
  });
});

describe('refresh', () => {
  test('looks at once, and calls made while one waits share it', async () => {
    const { clock, source, watcher } = watchScript();
    await clock.advance(200 * SECOND);
    const { looks } = source;
    source.show(zero);
    const [first, second] = [watcher.refresh(), watcher.refresh()];
    await clock.advance(0);
    expect((await first).peers).toHaveLength(1);
    expect(await second).toBe(await first);
    expect(source.looks).toBe(looks + 1);
    await watcher.close();
  });

  test('waits for a look of its own when one is under way already', async () => {
    const { clock, source, watcher } = watchScript();
    source.pause();
    await clock.advance(0);
    const refreshed = track(watcher.refresh());
    source.show(zero);
    source.resume();
    await clock.advance(0);
    expect(source.looks).toBe(2);
    expect(refreshed.value?.peers).toHaveLength(1);
    await watcher.close();
  });

  test('resolves with the current snapshot when every lookup fails', async () => {
    const simulation = simulate();
    await simulation.clock.advance(30 * SECOND);
    simulation.world.fault({ kind: 'servfail' });
    const refreshed = track(simulation.watcher.refresh());
    await simulation.clock.advance(0);
    expect(refreshed.value).toBe(simulation.watcher.snapshot);
    expect(refreshed.value?.peers).toHaveLength(3);
    await simulation.close();
  });

  test('rejects with its signal’s reason at once, and the look goes on', async () => {
    const { clock, source, watcher } = watchScript();
    source.pause();
    await clock.advance(0);
    const abort = new AbortController();
    const refreshed = track(watcher.refresh({ signal: abort.signal }));
    abort.abort(new Error('no longer'));
    await clock.advance(0);
    expect(refreshed.error).toMatchObject({ message: 'no longer' });
    source.resume();
    await clock.advance(0);
    expect(source.looks).toBe(2);
    await watcher.close();
    await expect(watcher.refresh()).rejects.toMatchObject({ code: 'CLOSED' });
  });
});

describe('declare', () => {
  test('changes what is missing in the next microtask, and makes nobody leave', async () => {
    const { clock, source, watcher } = watchScript(DECLARED);
    source.show(zero, one, two);
    await clock.advance(60 * SECOND);
    const changes: Change[] = [];
    watcher.on('change', (change) => void changes.push(change));
    watcher.declare(5);
    expect(changes).toEqual([]);
    await Promise.resolve();
    expect(changes).toMatchObject([
      { joined: [], left: [], moved: [], updated: [], snapshot: { missing: [{ name: 'db-3' }, { name: 'db-4' }] } },
    ]);
    watcher.declare(2);
    watcher.declare(1);
    await Promise.resolve();
    expect(changes).toHaveLength(2);
    expect(changes[1]?.snapshot).toMatchObject({ peers: [zero, one, two], missing: [] });
    watcher.declare(1);
    await clock.advance(0);
    expect(changes).toHaveLength(2);
    await watcher.close();
  });

  test('changes what declared means for those who wait', async () => {
    const { clock, source, watcher } = watchScript(DECLARED);
    source.show(zero, one);
    const ready = track(watcher.ready());
    await clock.advance(5 * SECOND);
    watcher.declare(2);
    await clock.advance(0);
    expect(ready.value?.peers).toHaveLength(2);
    await watcher.close();
  });

  test.each([-1, 1.5, Number.NaN, 4_001])('refuses %s', (replicas) => {
    const { watcher } = watchScript(DECLARED);
    expect(() => watcher.declare(replicas)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTIONS', issues: [expect.objectContaining({ path: 'replicas' })] }),
    );
    return watcher.close();
  });

  test('needs a StatefulSet, and an open watcher', async () => {
    const { watcher } = watchScript();
    expect(() => watcher.declare(3)).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS' }));
    await watcher.close();
    expect(() => watcher.declare(3)).toThrow(expect.objectContaining({ code: 'CLOSED' }));
  });
});

describe('close', () => {
  test('during a look ends it, emits nothing more, and leaves no timer', async () => {
    const { clock, source, watcher } = watchScript();
    source.pause();
    await clock.advance(0);
    const heard = vi.fn<() => void>();
    for (const event of ['change', 'status', 'round'] as const) watcher.on(event, heard);
    await watcher.close();
    source.resume();
    await clock.advance(60 * SECOND);
    expect(heard).not.toHaveBeenCalled();
    expect(watcher.status.phase).toBe('closed');
    expect(source).toMatchObject({ isClosed: true, looks: 1, hintListeners: 0 });
    expect(clock.pendingTimers).toBe(0);
  });

  test('may be called again, by Symbol.asyncDispose too', async () => {
    const { clock, watcher } = watchScript();
    await clock.advance(0);
    await Promise.all([watcher.close(), watcher.close()]);
    await watcher[Symbol.asyncDispose]();
    expect(clock.pendingTimers).toBe(0);
  });

  test('happens by the signal of the options, aborted before or later', async () => {
    const before = watchScript({ signal: AbortSignal.abort(new Error('never')) });
    await before.clock.advance(SECOND);
    expect(before.source.looks).toBe(0);
    expect(before.watcher.status.phase).toBe('closed');
    await before.watcher.close();
    const abort = new AbortController();
    const later = watchScript({ signal: abort.signal });
    await later.clock.advance(SECOND);
    abort.abort();
    await later.clock.advance(60 * SECOND);
    expect(later.source.looks).toBe(2);
    expect(later.clock.pendingTimers).toBe(0);
  });

  test('a source that fails is told to those who wait, and ends the watcher', async () => {
    const uncaught: unknown[] = [];
    const others = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    process.on('uncaughtException', (error) => void uncaught.push(error));
    try {
      const broken = { look: () => Promise.reject(new Error('broken source')), close: vi.fn<() => void>() };
      const { clock, watcher } = watchScript({ source: broken });
      const ready = track(watcher.ready());
      await clock.advance(0);
      expect(ready.error).toMatchObject({ message: 'broken source' });
      expect(broken.close).toHaveBeenCalledTimes(1);
      expect(uncaught).toMatchObject([{ message: 'broken source' }]);
      await watcher.close();
      await expect(watcher.refresh()).rejects.toMatchObject({ message: 'broken source' });
    } finally {
      process.removeAllListeners('uncaughtException');
      for (const listener of others) process.on('uncaughtException', listener);
    }
  });
});

describe('iteration', () => {
  test('yields first the change from nothing to now, then one change from what was last seen to now', async () => {
    const { clock, source, watcher } = watchScript();
    source.show(zero);
    await clock.advance(0);
    const steps = watcher[Symbol.asyncIterator]();
    expect((await steps.next()).value).toMatchObject({ joined: [zero], previous: { revision: 0 } });
    source.show(zero, one);
    await clock.advance(1 * SECOND);
    source.show(one, two);
    await clock.advance(1 * SECOND);
    expect((await steps.next()).value).toMatchObject({ joined: [{ name: 'db-1' }, { name: 'db-2' }], left: [{ name: 'db-0' }] });
    const waiting = track(steps.next());
    await clock.advance(5 * SECOND);
    expect(waiting.value).toBeUndefined();
    source.show(two);
    await clock.advance(1 * SECOND);
    expect(waiting.value?.value).toMatchObject({ left: [{ name: 'db-1' }] });
    await watcher.close();
  });

  test('yields nothing for a while where nobody is there yet', async () => {
    const { clock, source, watcher } = watchScript(DECLARED);
    await clock.advance(0);
    const steps = watcher[Symbol.asyncIterator]();
    const first = track(steps.next());
    await clock.advance(3 * SECOND);
    expect(first.value).toBeUndefined();
    source.show(zero);
    await clock.advance(1 * SECOND);
    expect(first.value?.value).toMatchObject({ joined: [{ name: 'db-0' }] });
    await watcher.close();
  });

  test('ends when the watcher closes, for waiting steps and for new ones', async () => {
    const { clock, watcher } = watchScript();
    const steps = watcher[Symbol.asyncIterator]();
    const waiting = [steps.next(), steps.next()];
    await clock.advance(0);
    await watcher.close();
    const done = { done: true, value: undefined };
    expect(await Promise.all([...waiting, steps.next(), watcher[Symbol.asyncIterator]().next()])).toEqual([done, done, done, done]);
  });

  test('break releases it', async () => {
    const { clock, source, watcher } = watchScript();
    source.show(zero);
    await clock.advance(0);
    const seen: string[] = [];
    for await (const { joined } of watcher) {
      seen.push(...joined.map(({ name }) => name));
      break;
    }
    expect(seen).toEqual(['db-0']);
    await watcher.close();
  });
});

describe('the process', () => {
  test.each([
    { name: 'is kept alive by an open watcher', persistent: true, held: 1 },
    { name: 'is not kept alive by one that is not persistent', persistent: false, held: 0 },
  ])('$name', async ({ persistent, held }) => {
    const intervals = watchIntervals();
    const { clock, watcher } = watchScript({ persistent });
    await clock.advance(2 * SECOND);
    expect(intervals.held()).toBe(held);
    const ready = track(watcher.ready());
    expect(intervals.held()).toBe(1);
    await watcher.close();
    await clock.advance(0);
    expect(ready.error).toMatchObject({ code: 'CLOSED' });
    expect(intervals.held()).toBe(0);
  });
});

describe('discoverPeers', () => {
  test('resolves when until holds, and leaves nothing running', async () => {
    const { clock } = watchScript();
    const source = scriptedSource();
    source.show(zero, one);
    const found = track(
      discoverPeers({ service: 'color-svc.default.svc.cluster.local', source, clock, until: { peers: 2, stableForMs: 3_000 } }),
    );
    await clock.advance(2.9 * SECOND);
    expect(found.value).toBeUndefined();
    await clock.advance(0.1 * SECOND);
    expect(found.value?.peers).toHaveLength(2);
    expect(source.isClosed).toBe(true);
  });

  test.each([
    { name: 'options that are none', options: undefined, path: 'service' },
    { name: 'an unknown option', options: { service: 'a.b', sevice: 'a' }, path: 'sevice' },
    { name: 'until that is no object', options: { service: 'a.b', until: 3 }, path: 'until' },
    { name: 'a wrong criterion', options: { service: 'a.b', until: { peers: 'most' } }, path: 'until.peers' },
    { name: 'a wrong time', options: { service: 'a.b', timeoutMs: -1 }, path: 'timeoutMs' },
  ])('rejects $name with INVALID_OPTIONS', async ({ options, path }) => {
    await expect(discoverPeers(options as never)).rejects.toMatchObject({ code: 'INVALID_OPTIONS', issues: [{ path }] });
  });
});

test('self is this pod among the peers', async () => {
  const { clock, source, watcher } = watchScript({ self: 'db-1' });
  await clock.advance(0);
  expect(watcher.self).toBeUndefined();
  source.show(zero, one);
  await clock.advance(1 * SECOND);
  expect(watcher.self).toBe(watcher.snapshot.peers[1]);
  await watcher.close();
});

test('a hint of the source starts a look at once', async () => {
  const { clock, source, watcher } = watchScript();
  await clock.advance(100 * SECOND);
  const { looks } = source;
  source.hint();
  await clock.advance(0);
  expect(source.looks).toBe(looks + 1);
  await watcher.close();
});

test('watchPeers throws INVALID_OPTIONS at once', () => {
  expect(() => watchPeers({ service: '' })).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS' }));
});
