import * as fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { virtualClock } from '../src/index.ts';

describe('virtualClock', () => {
  test('stands still until advanced', async () => {
    const clock = virtualClock(1_000);
    expect(clock.nowMs()).toBe(1_000);
    await clock.advance(250);
    expect(clock.nowMs()).toBe(1_250);
  });

  test('fires timers in order of time, and of creation where times are equal, each at its own time', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(50), { maxLength: 40 }), async (delays) => {
        const clock = virtualClock();
        const fired: [dueMs: number, index: number, nowMs: number][] = [];
        delays.forEach((delayMs, index) => clock.schedule(delayMs, () => fired.push([delayMs, index, clock.nowMs()])));
        await clock.advance(50);
        const expected = delays.map((delayMs, index): [number, number, number] => [delayMs, index, delayMs]);
        expect(fired).toEqual(expected.toSorted(([one, oneIndex], [other, otherIndex]) => one - other || oneIndex - otherIndex));
        expect(clock.pendingTimers).toBe(0);
      }),
      { numRuns: 50 },
    );
  });

  test('fires cancelled timers never, the others all the same', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(20), fc.boolean()), { maxLength: 40 }), async (timers) => {
        const clock = virtualClock();
        const fired: number[] = [];
        timers.forEach(([delayMs, isCancelled], index) => {
          const cancel = clock.schedule(delayMs, () => fired.push(index));
          if (isCancelled) cancel();
          if (isCancelled) cancel();
        });
        expect(clock.pendingTimers).toBe(timers.filter(([, isCancelled]) => !isCancelled).length);
        await clock.advance(20);
        expect(fired.toSorted((one, other) => one - other)).toEqual(
          timers.flatMap(([, isCancelled], index) => (isCancelled ? [] : [index])),
        );
      }),
      { numRuns: 50 },
    );
  });

  test('keeps order when most of its timers have been cancelled', async () => {
    const clock = virtualClock();
    const fired: number[] = [];
    const cancels = Array.from({ length: 1_000 }, (_, index) => clock.schedule((index * 7_919) % 1_000, () => fired.push(clock.nowMs())));
    cancels.forEach((cancel, index) => {
      if (index % 10 !== 0) cancel();
    });
    expect(clock.pendingTimers).toBe(100);
    await clock.advance(1_000);
    expect(fired).toEqual(Array.from({ length: 100 }, (_, index) => index * 10));
  });

  test('lets a promise chain of any length settle before the next timer fires', async () => {
    const clock = virtualClock();
    const seen: string[] = [];
    const chain = async (): Promise<void> => {
      await clock.sleep(10);
      for (let step = 0; step < 5_000; step += 1) await Promise.resolve();
      seen.push(`chain at ${clock.nowMs()}`);
    };
    void chain();
    clock.schedule(11, () => seen.push(`timer at ${clock.nowMs()}`));
    await clock.advance(20);
    expect(seen).toEqual(['chain at 10', 'timer at 11']);
  });

  test('serves code that hops over the event loop between two timers', async () => {
    const clock = virtualClock();
    const seen: string[] = [];
    clock.schedule(10, () => setImmediate(() => process.nextTick(() => setImmediate(() => seen.push(`hopped at ${clock.nowMs()}`)))));
    clock.schedule(11, () => seen.push('timer'));
    await clock.advance(11);
    expect(seen).toEqual(['hopped at 10', 'timer']);
  });

  test('fires what is scheduled on the way, in its turn', async () => {
    const clock = virtualClock();
    const seen: number[] = [];
    const loop = async (): Promise<void> => {
      for (;;) {
        await clock.sleep(30);
        seen.push(clock.nowMs());
      }
    };
    void loop();
    clock.schedule(100, () => seen.push(-clock.nowMs()));
    await clock.advance(125);
    expect(seen).toEqual([30, 60, 90, -100, 120]);
  });

  test('lets one timer cancel another that is due at the same time', async () => {
    const clock = virtualClock();
    const second = vi.fn<() => void>();
    clock.schedule(5, () => cancel());
    const cancel = clock.schedule(5, second);
    await clock.advance(5);
    expect(second).not.toHaveBeenCalled();
  });

  test('fires timers without delay at the next advance, not before', async () => {
    const clock = virtualClock();
    const callback = vi.fn<() => void>();
    clock.schedule(0, callback);
    clock.schedule(-5, callback);
    expect(callback).not.toHaveBeenCalled();
    await clock.advance(0);
    expect(callback).toHaveBeenCalledTimes(2);
    expect(clock.nowMs()).toBe(0);
  });

  test('sees timers of code that was only just started', async () => {
    const clock = virtualClock();
    const woken = vi.fn<() => void>();
    const late = async (): Promise<void> => {
      await Promise.resolve();
      await clock.sleep(10);
      woken();
    };
    void late();
    await clock.advance(10);
    expect(woken).toHaveBeenCalled();
  });

  test('wakes a sleeper with the reason of its signal, and forgets its timer', async () => {
    const clock = virtualClock();
    const abort = new AbortController();
    const sleeping = clock.sleep(1_000, abort.signal);
    const reason = new Error('enough');
    abort.abort(reason);
    await expect(sleeping).rejects.toBe(reason);
    expect(clock.pendingTimers).toBe(0);
    await expect(clock.sleep(10, abort.signal)).rejects.toBe(reason);
  });

  test('leaves no listener on a signal after a sleep', async () => {
    const clock = virtualClock();
    const { signal } = new AbortController();
    const add = vi.spyOn(signal, 'addEventListener');
    const remove = vi.spyOn(signal, 'removeEventListener');
    const sleeping = clock.sleep(10, signal);
    await clock.advance(10);
    await sleeping;
    expect(add).toHaveBeenCalledTimes(1);
    expect(remove.mock.calls[0]?.[1]).toBe(add.mock.calls[0]?.[1]);
  });

  test('rejects with what a timer throws, stands at its time, and can go on', async () => {
    const clock = virtualClock();
    clock.schedule(5, () => {
      throw new Error('broken timer');
    });
    await expect(clock.advance(10)).rejects.toThrow('broken timer');
    expect(clock.nowMs()).toBe(5);
    await clock.advance(5);
    expect(clock.nowMs()).toBe(10);
  });

  test('advances at once for code without promises: the same timers, in the same order, before it returns', () => {
    const clock = virtualClock();
    const fired: string[] = [];
    const again = (): void => {
      fired.push(`again at ${clock.nowMs()}`);
      clock.schedule(4, again);
    };
    clock.schedule(4, again);
    clock.schedule(8, () => fired.push(`once at ${clock.nowMs()}`));
    clock.advanceNow(9);
    expect(fired).toEqual(['again at 4', 'once at 8', 'again at 8']);
    expect(clock.nowMs()).toBe(9);
  });

  test('throws what a timer throws when it advances at once, stands at its time, and can go on', () => {
    const clock = virtualClock();
    clock.schedule(5, () => {
      throw new Error('broken timer');
    });
    expect(() => clock.advanceNow(10)).toThrow('broken timer');
    expect(clock.nowMs()).toBe(5);
    clock.advanceNow(5);
    expect(clock.nowMs()).toBe(10);
  });

  test('refuses two advances at once', async () => {
    const clock = virtualClock();
    const first = clock.advance(10);
    await expect(clock.advance(10)).rejects.toMatchObject({ code: 'WRONG_PHASE' });
    expect(() => clock.advanceNow(10)).toThrow(expect.objectContaining({ code: 'WRONG_PHASE' }));
    await first;
    expect(clock.nowMs()).toBe(10);
  });

  test.each([
    { name: 'a negative start', act: () => virtualClock(-1) },
    { name: 'a delay that is not a number', act: () => virtualClock().schedule(Number.NaN, () => {}) },
  ])('refuses $name', ({ act }) => {
    expect(act).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS' }));
  });

  test.each([-1, Number.NaN, Infinity])('refuses to advance by %d', async (ms) => {
    await expect(virtualClock().advance(ms)).rejects.toMatchObject({ code: 'INVALID_OPTIONS' });
  });

  test('keeps going when a test has faked the global timers', async () => {
    vi.useFakeTimers();
    try {
      const clock = virtualClock();
      const callback = vi.fn<() => void>();
      clock.schedule(10, callback);
      await clock.advance(10);
      expect(callback).toHaveBeenCalled();
    } finally {
      vi.useRealTimers();
    }
  });
});
