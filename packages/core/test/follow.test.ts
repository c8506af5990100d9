import { describe, expect, test, vi } from 'vitest';
import type { VirtualClock } from '@peerset/testkit';
import { follow } from '../src/index.ts';
import type { Change, ChangeHandler, Follower, FollowOptions, PeerWatcher, Snapshot } from '../src/index.ts';
import { peer, watchScript } from './scripted-source.ts';
import type { ScriptedSource } from './scripted-source.ts';
import { thrownIssues } from './thrown-issues.ts';
import { toldByProcess } from './told-by-process.ts';
import { watchIntervals } from './watch-intervals.ts';

const SECOND = 1_000;
const [zero, one, two] = [peer('db-0', '10.0.0.1'), peer('db-1', '10.0.0.2'), peer('db-2', '10.0.0.3')];

const NOTHING: ChangeHandler = () => {};

/** A handler whose runs last as long as the test wants, and what they got. */
interface Work {
  readonly handler: ChangeHandler;
  /** The changes of its runs: `0 -> 2: +db-0 +db-1`. */
  readonly runs: string[];
  readonly signals: AbortSignal[];
  readonly running: () => number;
  /** Ends the run that is under way. */
  end(error?: Error): void;
}

function tell({ previous, snapshot, joined, left, moved }: Change): string {
  const parts = [
    ...joined.map(({ name }) => `+${name}`),
    ...left.map(({ name }) => `-${name}`),
    ...moved.map(({ peer: { name } }) => `>${name}`),
  ];
  return `${previous.revision} -> ${snapshot.revision}: ${parts.join(' ')}`.trim();
}

function slowWork(): Work {
  const runs: string[] = [];
  const signals: AbortSignal[] = [];
  let running = 0;
  let end: ((error?: Error) => void) | undefined;
  return {
    runs,
    signals,
    running: () => running,
    handler: async (change, { signal }) => {
      runs.push(tell(change));
      signals.push(signal);
      running += 1;
      try {
        await new Promise<void>((resolve, reject) => {
          end = (error) => (error === undefined ? resolve() : reject(error));
        });
      } finally {
        running -= 1;
      }
    },
    end: (error) => end?.(error),
  };
}

interface Scene {
  readonly clock: VirtualClock;
  readonly source: ScriptedSource;
  readonly watcher: PeerWatcher;
  readonly follower: Follower;
  readonly errors: unknown[];
}

function followScript(handler: ChangeHandler, options: FollowOptions = {}): Scene {
  const { clock, source, watcher } = watchScript();
  const errors: unknown[] = [];
  const follower = follow(watcher, handler, { onError: (error) => void errors.push(error), ...options });
  return { clock, source, watcher, follower, errors };
}

/** Whether a promise has come to something, and to what. */
function track(promise: Promise<void>): { outcome: unknown } {
  const tracked: { outcome: unknown } = { outcome: 'pending' };
  promise.then(
    () => (tracked.outcome = 'resolved'),
    (error: unknown) => (tracked.outcome = error),
  );
  return tracked;
}

describe('follow', () => {
  test('runs the handler for the change from nobody to now, and then for each change', async () => {
    const runs: string[] = [];
    const { clock, source, watcher, follower } = followScript((change) => void runs.push(tell(change)));
    await clock.advance(2 * SECOND);
    expect(runs).toEqual([]);
    source.show(zero, one);
    await clock.advance(1 * SECOND);
    source.show(one, two);
    await clock.advance(1 * SECOND);
    expect(runs).toEqual(['0 -> 1: +db-0 +db-1', '1 -> 2: +db-2 -db-0']);
    const later: string[] = [];
    const second = follow(watcher, async (change) => void later.push(tell(change)));
    expect(later).toEqual([]);
    await second.idle();
    expect(later).toEqual(['0 -> 2: +db-1 +db-2']);
    await follower.close();
    await watcher.close();
  });

  test('one run at a time, latest wins: 200 changes during a slow run are one change, from what was last handled to now', async () => {
    const work = slowWork();
    const { clock, source, watcher, follower } = followScript(work.handler, { timeoutMs: Infinity });
    source.show(zero);
    await clock.advance(0);
    let most = 0;
    for (let i = 0; i < 200; i += 1) {
      source.show(...(i % 2 === 0 ? [zero, one] : [one, two]));
      await clock.advance(1 * SECOND);
      most = Math.max(most, work.running());
    }
    expect(watcher.snapshot.revision).toBe(201);
    expect([work.runs, most]).toEqual([['0 -> 1: +db-0'], 1]);
    const idle = track(follower.idle());
    work.end();
    await clock.advance(0);
    expect(work.runs.slice(1)).toEqual(['1 -> 201: +db-1 +db-2 -db-0']);
    expect(idle.outcome).toBe('pending');
    work.end();
    await clock.advance(60 * SECOND);
    expect(idle.outcome).toBe('resolved');
    expect(work.runs).toHaveLength(2);
    await watcher.close();
  });

  test.each<{ name: string; fail: ChangeHandler }>([
    { name: 'rejects', fail: () => Promise.reject(new Error('broken')) },
    {
      name: 'throws at once',
      fail: () => {
        throw new Error('broken');
      },
    },
  ])('a handler that $name is run again after retryMs, with the newest change', async ({ fail }) => {
    const runs: string[] = [];
    let isBroken = true;
    const { clock, source, watcher, follower, errors } = followScript(
      (change, options) => {
        runs.push(tell(change));
        return isBroken ? fail(change, options) : undefined;
      },
      { retryMs: 4_000 },
    );
    source.show(zero);
    await clock.advance(0);
    source.show(zero, one);
    await clock.advance(3.9 * SECOND);
    expect(runs).toEqual(['0 -> 1: +db-0']);
    isBroken = false;
    const idle = track(follower.idle());
    await clock.advance(0.1 * SECOND);
    expect(runs).toEqual(['0 -> 1: +db-0', '0 -> 2: +db-0 +db-1']);
    expect(errors).toMatchObject([{ message: 'broken' }]);
    expect(idle.outcome).toBe('resolved');
    await watcher.close();
  });

  test('a failed run is made up for although the peers are back to what was last handled', async () => {
    const work = slowWork();
    const { clock, source, watcher } = followScript(work.handler);
    for (const shown of [[zero], [zero, one], [zero]]) {
      source.show(...shown);
      await clock.advance(1 * SECOND);
      work.end(shown.length === 2 ? new Error('half done') : undefined);
    }
    await clock.advance(1 * SECOND);
    // Both are of db-0 alone; what the second run has done of db-1 is to be undone.
    expect(work.runs).toEqual(['0 -> 1: +db-0', '1 -> 2: +db-1', '1 -> 3:']);
    await watcher.close();
  });

  test('at the limit the signal aborts and the run has failed, once, and the next begins when it has ended', async () => {
    const work = slowWork();
    const { clock, source, watcher, errors } = followScript(work.handler);
    source.show(zero);
    await clock.advance(29.9 * SECOND);
    expect(work.signals[0]?.aborted).toBe(false);
    await clock.advance(0.1 * SECOND);
    expect(work.signals[0]).toMatchObject({ aborted: true, reason: { name: 'TimeoutError' } });
    expect(errors).toMatchObject([{ name: 'TimeoutError', message: 'the handler did not end within 30000 ms' }]);
    await clock.advance(60 * SECOND);
    expect([work.running(), work.runs.length]).toEqual([1, 1]);
    work.end();
    await clock.advance(0.9 * SECOND);
    expect(work.runs).toHaveLength(1);
    await clock.advance(0.1 * SECOND);
    expect(work.runs).toEqual(['0 -> 1: +db-0', '0 -> 1: +db-0']);
    expect(errors).toHaveLength(1);
    work.end();
    await watcher.close();
  });

  test('a handler that listens to its signal is run again after the limit, and what it throws then is not told', async () => {
    const { clock, source, watcher, errors } = followScript(
      (_, { signal }) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
      { timeoutMs: 500, retryMs: 500 },
    );
    source.show(zero);
    await clock.advance(9.9 * SECOND);
    expect(errors).toHaveLength(10);
    await watcher.close();
  });

  test('failures that nobody listens to are one warning for all in a row', async () => {
    let runs = 0;
    const told = await toldByProcess('warning', async () => {
      const { clock, source, watcher } = followScript(
        () => {
          runs += 1;
          if (runs !== 3) throw new Error(`broken in run ${runs}`);
        },
        { onError: undefined },
      );
      source.show(zero);
      await clock.advance(3 * SECOND);
      source.show(zero, one);
      await clock.advance(3 * SECOND);
      await watcher.close();
    });
    const subject = 'the handler that follows color-svc.default.svc.cluster.local failed, and there is no onError';
    expect(told).toMatchObject([
      { name: 'PeersetWarning', code: 'PEERSET_FOLLOW_FAILED', message: `${subject}: broken in run 1` },
      { message: `${subject}: broken in run 4` },
    ]);
    expect(runs).toBeGreaterThan(5);
  });

  test('an onError that throws is rethrown outside of the loop', async () => {
    const runs: string[] = [];
    const told = await toldByProcess('uncaughtException', async () => {
      const { clock, source, watcher } = followScript(
        (change) => {
          runs.push(tell(change));
          if (runs.length === 1) throw new Error('broken');
        },
        {
          onError: () => {
            throw new Error('broken too');
          },
        },
      );
      source.show(zero);
      await clock.advance(5 * SECOND);
      await watcher.close();
    });
    expect(told).toMatchObject([{ message: 'broken too' }]);
    expect(runs).toHaveLength(2);
  });

  test('onError gets the change whose run failed', async () => {
    const onError = vi.fn<(error: unknown, change: Change) => void>();
    const { clock, source, watcher } = followScript(() => Promise.reject(new Error('broken')), { onError });
    source.show(zero);
    await clock.advance(0);
    expect(onError.mock.calls.map(([, change]) => tell(change))).toEqual(['0 -> 1: +db-0']);
    await watcher.close();
  });

  test.each([
    { name: 'no handler', args: [undefined], path: 'handler' },
    { name: 'a time of 0', args: [NOTHING, { timeoutMs: 0 }], path: 'timeoutMs' },
    { name: 'NaN as pause', args: [NOTHING, { retryMs: Number.NaN }], path: 'retryMs' },
    { name: 'a pause without end', args: [NOTHING, { retryMs: Infinity }], path: 'retryMs' },
    { name: 'onError that is no function', args: [NOTHING, { onError: true }], path: 'onError' },
    { name: 'an option that there is not', args: [NOTHING, { timeOutMs: 1 }], path: 'timeOutMs' },
    { name: 'options that are none', args: [NOTHING, 30_000], path: 'options' },
  ])('refuses $name', async ({ args, path }) => {
    const { watcher } = watchScript();
    expect(thrownIssues(() => Reflect.apply(follow, undefined, [watcher, ...args]))).toMatchObject([{ path }]);
    await watcher.close();
  });
});

describe('idle', () => {
  test('resolves at once where nobody was ever there, and keeps the process alive while it waits', async () => {
    const work = slowWork();
    const { clock, source, watcher, follower } = followScript(work.handler);
    await follower.idle();
    source.show(zero);
    await clock.advance(1 * SECOND);
    expect(work.running()).toBe(1);
    const intervals = watchIntervals();
    const waits = [track(follower.idle()), track(follower.idle())];
    expect(intervals.held()).toBe(1);
    work.end();
    await clock.advance(0);
    expect(waits.map(({ outcome }) => outcome)).toEqual(['resolved', 'resolved']);
    expect(intervals.held()).toBe(0);
    await watcher.close();
  });

  test('waits for a retry', async () => {
    const work = slowWork();
    const { clock, source, watcher, follower } = followScript(work.handler);
    source.show(zero);
    await clock.advance(0);
    work.end(new Error('broken'));
    const idle = track(follower.idle());
    await clock.advance(2 * SECOND);
    expect([idle.outcome, work.runs.length]).toEqual(['pending', 2]);
    work.end();
    await clock.advance(0);
    expect(idle.outcome).toBe('resolved');
    await watcher.close();
  });
});

describe('closing a follower', () => {
  test('aborts the signal of its run, waits for its end, and runs it no more', async () => {
    const work = slowWork();
    const { clock, source, watcher, follower, errors } = followScript(work.handler);
    source.show(zero);
    await clock.advance(0);
    const idle = track(follower.idle());
    const closed = track(follower.close());
    await clock.advance(4 * SECOND);
    expect(work.signals[0]).toMatchObject({ aborted: true, reason: { code: 'CLOSED' } });
    expect(idle.outcome).toMatchObject({ code: 'CLOSED' });
    expect(closed.outcome).toBe('pending');
    work.end(new Error('interrupted'));
    await clock.advance(0);
    expect(closed.outcome).toBe('resolved');
    source.show(zero, one);
    await clock.advance(60 * SECOND);
    expect([work.runs.length, errors]).toEqual([1, []]);
    await follower.close();
    await follower[Symbol.asyncDispose]();
    await expect(follower.idle()).rejects.toMatchObject({ code: 'CLOSED' });
    await watcher.close();
    expect(clock.pendingTimers).toBe(0);
  });

  test('waits 5 s for a handler that ignores its signal, and leaves no timer', async () => {
    const work = slowWork();
    const { clock, source, watcher, follower } = followScript(work.handler);
    source.show(zero);
    await clock.advance(0);
    await watcher.close();
    const closed = track(follower.close());
    await clock.advance(4.9 * SECOND);
    expect(closed.outcome).toBe('pending');
    await clock.advance(0.1 * SECOND);
    expect(closed.outcome).toBe('resolved');
    expect(clock.pendingTimers).toBe(0);
    work.end();
  });

  test('during the pause before a retry ends it', async () => {
    const { clock, source, watcher, follower } = followScript(() => Promise.reject(new Error('broken')), { retryMs: 60_000 });
    source.show(zero);
    await clock.advance(0);
    await follower.close();
    await watcher.close();
    expect(clock.pendingTimers).toBe(0);
  });

  test('happens with the watcher, for its reason', async () => {
    const reason = new Error('enough');
    const abort = new AbortController();
    const { clock, source, watcher } = watchScript({ signal: abort.signal });
    const work = slowWork();
    const follower = follow(watcher, work.handler);
    source.show(zero);
    await clock.advance(0);
    abort.abort(reason);
    expect(work.signals[0]).toMatchObject({ aborted: true, reason });
    await expect(follower.idle()).rejects.toBe(reason);
    work.end();
    await follower.close();
    const late = follow(watcher, work.handler);
    await expect(late.idle()).rejects.toBe(reason);
    await late.close();
    expect(work.runs).toHaveLength(1);
  });

  test('between a change and its run means that there is none', async () => {
    const runs = vi.fn<() => void>();
    const { clock, source, watcher, follower } = followScript(runs);
    watcher.on('change', () => queueMicrotask(() => void follower.close()));
    source.show(zero);
    await clock.advance(5 * SECOND);
    expect(runs).not.toHaveBeenCalled();
    await watcher.close();
  });
});

describe('changeSince', () => {
  test('is the change between a snapshot and now, by default from nobody', async () => {
    const { clock, source, watcher } = watchScript();
    const seen: Snapshot[] = [];
    for (const shown of [[zero], [zero, one], [peer('db-1', '10.0.0.9'), two]]) {
      source.show(...shown);
      await clock.advance(1 * SECOND);
      seen.push(watcher.snapshot);
    }
    expect(tell(watcher.changeSince(seen[0]))).toBe('1 -> 3: +db-1 +db-2 -db-0');
    expect(tell(watcher.changeSince(seen[1]))).toBe('2 -> 3: +db-2 -db-0 >db-1');
    expect(tell(watcher.changeSince(seen[2]))).toBe('3 -> 3:');
    expect(tell(watcher.changeSince())).toBe('0 -> 3: +db-1 +db-2');
    await watcher.close();
    expect(tell(watcher.changeSince(seen[1]))).toBe('2 -> 3: +db-2 -db-0 >db-1');
  });

  test.each([
    { name: 'no snapshot', previous: {} },
    { name: 'null', previous: null },
    { name: 'a snapshot of another Service', previous: { service: { host: 'other-svc.default.svc.cluster.local' }, peers: [] } },
  ])('refuses $name', async ({ previous }) => {
    const { watcher } = watchScript();
    expect(thrownIssues(() => watcher.changeSince(previous as never))).toMatchObject([
      { path: 'previous', rule: 'must be a snapshot of color-svc.default.svc.cluster.local' },
    ]);
    await watcher.close();
  });
});
