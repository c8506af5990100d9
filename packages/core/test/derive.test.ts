import { describe, expect, test, vi } from 'vitest';
import { derive } from '../src/index.ts';
import type { Derived, Snapshot } from '../src/index.ts';
import { peer, watchScript } from './scripted-source.ts';
import { thrownIssues } from './thrown-issues.ts';
import { toldByProcess } from './told-by-process.ts';
import { watchIntervals } from './watch-intervals.ts';

const SECOND = 1_000;
const [zero, one, two] = [peer('db-0', '10.0.0.1'), peer('db-1', '10.0.0.2'), peer('db-2', '10.0.0.3')];

const UNHEARD = 'what derive computes from color-svc.default.svc.cluster.local failed, and nobody listens to its error';

/** As a connection string: it needs somebody. */
function seeds({ peers }: Snapshot): string {
  if (peers.length === 0) throw new Error('nobody is there');
  return peers.map(({ name }) => name).join();
}

const count = ({ peers }: Snapshot): number => peers.length;

/** What a derived value tells, a word or two each. */
function listen<T>(derived: Derived<T>): string[] {
  const heard: string[] = [];
  derived.on('change', (value, previous) => void heard.push(`${String(previous)} -> ${String(value)}`));
  derived.on('error', (error) => void heard.push(error instanceof Error ? error.message : 'no error'));
  return heard;
}

describe('derive', () => {
  test('computes from the first answer on, and tells only of values that differ', async () => {
    const { clock, source, watcher } = watchScript();
    const derived = derive(watcher, seeds);
    const heard = listen(derived);
    expect(derived.value).toBeUndefined();
    source.show(zero);
    await clock.advance(0);
    expect(derived.value).toBe('db-0');
    source.show(zero, one);
    await clock.advance(1 * SECOND);
    // A move gives the same seeds.
    source.show(zero, peer('db-1', '10.0.0.9'));
    await clock.advance(1 * SECOND);
    expect(watcher.snapshot.revision).toBe(3);
    expect(heard).toEqual(['undefined -> db-0', 'db-0 -> db-0,db-1']);
    await watcher.close();
  });

  test('has a value at once where the watcher knows already, and tells nothing of it', async () => {
    const { clock, source, watcher } = watchScript();
    source.show(zero);
    await clock.advance(0);
    const derived = derive(watcher, seeds);
    const heard = listen(derived);
    expect(derived.value).toBe('db-0');
    await clock.advance(10 * SECOND);
    expect(heard).toEqual([]);
    await watcher.close();
  });

  test('an answer that nobody is there gives a value too, and a declaration before any answer does not', async () => {
    const { clock, source, watcher } = watchScript({ statefulSet: 'db', replicas: 3 });
    const derived = derive(watcher, count);
    source.pause();
    watcher.declare(5);
    await clock.advance(5 * SECOND);
    expect(watcher.snapshot.revision).toBe(1);
    expect(derived.value).toBeUndefined();
    source.resume();
    await clock.advance(0);
    expect(derived.value).toBe(0);
    await watcher.close();
  });

  test('computes once for each snapshot', async () => {
    const { clock, source, watcher } = watchScript();
    const compute = vi.fn<(snapshot: Snapshot) => number>(count);
    derive(watcher, compute);
    source.show(zero);
    await clock.advance(60 * SECOND);
    source.show();
    await clock.advance(60 * SECOND);
    expect(compute.mock.calls.map(([{ revision }]) => revision)).toEqual([1, 2]);
    await watcher.close();
  });

  test('compares with equals', async () => {
    const { clock, source, watcher } = watchScript();
    const derived = derive(watcher, ({ peers }) => peers.map(({ name }) => name), {
      equals: (value, previous) => value.join() === previous.join(),
    });
    source.show(zero);
    await clock.advance(0);
    const first = derived.value;
    source.show(peer('db-0', '10.0.0.9'));
    await clock.advance(1 * SECOND);
    expect(watcher.snapshot.revision).toBe(2);
    expect(derived.value).toBe(first);
    await watcher.close();
  });

  test('when compute throws the value stays as it was, and error is told', async () => {
    const { clock, source, watcher } = watchScript();
    const derived = derive(watcher, seeds);
    const heard = listen(derived);
    source.show(zero);
    await clock.advance(0);
    source.show();
    await clock.advance(10 * SECOND);
    expect(derived.value).toBe('db-0');
    source.show(zero);
    await clock.advance(10 * SECOND);
    expect(heard).toEqual(['undefined -> db-0', 'nobody is there']);
    await watcher.close();
  });

  test('an error of the first value is told after the caller may have listened', async () => {
    const { clock, watcher } = watchScript();
    await clock.advance(0);
    const heard = listen(derive(watcher, seeds));
    expect(heard).toEqual([]);
    await clock.advance(0);
    expect(heard).toEqual(['nobody is there']);
    await watcher.close();
  });

  test('errors that nobody listens to are one warning for all in a row, and end nothing', async () => {
    const { clock, source, watcher } = watchScript();
    const told = await toldByProcess('warning', async () => {
      const derived = derive(watcher, ({ peers, revision }) => {
        if (peers.length !== 2) throw new Error(`broken by revision ${revision}`);
        return revision;
      });
      for (const shown of [[zero], [one], [zero, one], [two]]) {
        source.show(...shown);
        await clock.advance(1 * SECOND);
      }
      expect(derived.value).toBe(3);
    });
    expect(told).toMatchObject([
      { name: 'PeersetWarning', code: 'PEERSET_DERIVE_FAILED', message: `${UNHEARD}: broken by revision 1` },
      { message: `${UNHEARD}: broken by revision 4` },
    ]);
    await watcher.close();
  });

  test.each([
    { name: 'one', listeners: 1, want: [{ message: 'broken' }] },
    { name: 'two', listeners: 2, want: [{ errors: [{ message: 'broken' }, { message: 'broken' }] }] },
  ])('$name of its listeners that throw harm nobody: the errors go to the watcher’s onListenerError', async ({ listeners, want }) => {
    const errors: unknown[] = [];
    const { clock, source, watcher } = watchScript({ onListenerError: (error) => void errors.push(error) });
    const derived = derive(watcher, seeds);
    for (let i = 0; i < listeners; i += 1) {
      derived.on('change', () => {
        throw new Error('broken');
      });
    }
    const heard = listen(derived);
    const rounds = vi.fn<() => void>();
    watcher.on('round', rounds);
    source.show(zero);
    await clock.advance(5 * SECOND);
    expect(heard).toEqual(['undefined -> db-0']);
    expect(errors).toMatchObject(want);
    expect(rounds).toHaveBeenCalledTimes(6);
    await watcher.close();
  });

  test.each([
    { name: 'no function to compute with', args: [undefined], path: 'compute' },
    { name: 'equals that is none', args: [seeds, { equals: true }], path: 'equals' },
    { name: 'an option that there is not', args: [seeds, { equal: Object.is }], path: 'equal' },
    { name: 'options that are none', args: [seeds, null], path: 'options' },
  ])('refuses $name', async ({ args, path }) => {
    const { watcher } = watchScript();
    expect(thrownIssues(() => Reflect.apply(derive, undefined, [watcher, ...args]))).toMatchObject([{ path }]);
    await watcher.close();
  });
});

describe('iterating a derived value', () => {
  test('yields the present value, then the latest a step', async () => {
    const { clock, source, watcher } = watchScript();
    const derived = derive(watcher, seeds);
    const steps = derived[Symbol.asyncIterator]();
    const first = steps.next();
    source.show(zero);
    await clock.advance(0);
    expect(await first).toEqual({ done: false, value: 'db-0' });
    source.show(zero, one);
    await clock.advance(1 * SECOND);
    source.show(zero, two);
    await clock.advance(1 * SECOND);
    expect((await steps.next()).value).toBe('db-0,db-2');
    expect((await derived[Symbol.asyncIterator]().next()).value).toBe('db-0,db-2');
    await watcher.close();
  });

  test('a slow reader is not told a value that it saw last', async () => {
    const { clock, source, watcher } = watchScript();
    const derived = derive(watcher, seeds);
    const steps = derived[Symbol.asyncIterator]();
    source.show(zero);
    await clock.advance(1 * SECOND);
    expect((await steps.next()).value).toBe('db-0');
    for (const shown of [[zero, one], [zero]]) {
      source.show(...shown);
      await clock.advance(1 * SECOND);
    }
    const seen = vi.fn<(step: IteratorResult<string>) => void>();
    void steps.next().then(seen);
    await clock.advance(5 * SECOND);
    expect(seen).not.toHaveBeenCalled();
    source.show(one);
    await clock.advance(1 * SECOND);
    expect(seen).toHaveBeenCalledWith({ done: false, value: 'db-1' });
    await watcher.close();
  });

  test('keeps the process alive while a step waits', async () => {
    const { clock, source, watcher } = watchScript();
    const derived = derive(watcher, seeds);
    const intervals = watchIntervals();
    const steps = [derived[Symbol.asyncIterator](), derived[Symbol.asyncIterator]()].map((iterator) => iterator.next());
    expect(intervals.held()).toBe(1);
    source.show(zero);
    await clock.advance(0);
    await Promise.all(steps);
    expect(intervals.held()).toBe(0);
    await watcher.close();
  });

  test('break releases it, and hundreds of readers are no leak', async () => {
    const { clock, source, watcher } = watchScript();
    const derived = derive(watcher, seeds);
    source.show(zero);
    await clock.advance(0);
    const told = await toldByProcess('warning', async () => {
      const readers = Array.from({ length: 200 }, async () => {
        for await (const value of derived) return value;
        return undefined;
      });
      expect(new Set(await Promise.all(readers))).toEqual(new Set(['db-0']));
      for (let i = 0; i < 200; i += 1) void derived[Symbol.asyncIterator]().next();
      for (let i = 0; i < 200; i += 1) void watcher[Symbol.asyncIterator]().next();
    });
    expect(told).toEqual([]);
    await watcher.close();
  });
});

describe('closing', () => {
  test.each([
    { name: 'the derived value', close: (derived: Derived<string>) => derived.close() },
    { name: 'it by Symbol.dispose', close: (derived: Derived<string>) => derived[Symbol.dispose]() },
    { name: 'the watcher', close: (_: Derived<string>, stop: () => Promise<void>) => void stop() },
  ])('$name ends events and iterations, and the value stays', async ({ close }) => {
    const { clock, source, watcher } = watchScript();
    const added = vi.spyOn(watcher.closed, 'addEventListener');
    const removed = vi.spyOn(watcher.closed, 'removeEventListener');
    const derived = derive(watcher, seeds);
    const heard = listen(derived);
    source.show(zero);
    await clock.advance(0);
    const steps = derived[Symbol.asyncIterator]();
    await steps.next();
    const waiting = steps.next();
    close(derived, () => watcher.close());
    derived.close();
    source.show(zero, one);
    await clock.advance(5 * SECOND);
    expect(await Promise.all([waiting, derived[Symbol.asyncIterator]().next()])).toEqual([
      { done: true, value: undefined },
      { done: true, value: undefined },
    ]);
    expect(heard).toEqual(['undefined -> db-0']);
    expect(derived.value).toBe('db-0');
    const listeners = [added, removed].map(({ mock }) =>
      mock.calls.map(([, listener]) => listener).filter((each) => each === derived.close),
    );
    expect(listeners[0]).toHaveLength(1);
    expect(listeners[1]).not.toEqual([]);
    await watcher.close();
  });

  test('of a watcher that is closed already leaves the value of its last snapshot', async () => {
    const { clock, source, watcher } = watchScript();
    source.show(zero);
    await clock.advance(0);
    await watcher.close();
    const derived = derive(watcher, seeds);
    expect(derived.value).toBe('db-0');
    expect(await derived[Symbol.asyncIterator]().next()).toEqual({ done: true, value: undefined });
  });
});
