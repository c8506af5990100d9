// Imported, so that a test that fakes the global timers does not freeze this clock.
import { setImmediate } from 'node:timers';
import { checkDuration } from './check-options.ts';
import type { WorldClock } from './clock.ts';
import { TestkitError } from './errors.ts';
import { TimerQueue } from './timer-queue.ts';

/** A clock that stands still until told to move. Fits everything that wants `nowMs()` and `sleep(ms, signal)`. */
export interface VirtualClock extends WorldClock {
  /** Resolves when the clock has moved `ms` milliseconds on; rejects with `signal.reason` as soon as the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /**
   * Moves the clock `ms` milliseconds on. Fires every timer that comes due on the way, each at its own time, in order of time and
   * then of creation; before the next one fires, promise chains settle, and what they schedule takes its turn too.
   * Rejects with what a timer's callback throws; the clock then stands at that timer's time.
   *
   * @throws {TestkitError} `WRONG_PHASE` while another `advance` of the same clock is under way.
   */
  advance(ms: number): Promise<void>;
  /**
   * `advance` for code without promises: moves the clock before it returns, firing the same timers in the same order. Promise chains that
   * they set off settle only later. Throws what a timer's callback throws; the clock then stands at that timer's time.
   *
   * @throws {TestkitError} `WRONG_PHASE` while an `advance` of the same clock is under way.
   */
  advanceNow(ms: number): void;
  /** How many timers wait. */
  readonly pendingTimers: number;
}

/** Event loop turns between two timers: one drains promise chains of any length, the others serve code that hops over a macrotask. */
const TURNS_TO_SETTLE = 3;

/** Makes a clock that reads `startMs` milliseconds and moves only by `advance`. */
export function virtualClock(startMs = 0): VirtualClock {
  checkDuration('startMs', startMs);
  const queue = new TimerQueue();
  let nowMs = startMs;
  let isAdvancing = false;

  const schedule: WorldClock['schedule'] = (delayMs, callback) => {
    // It would be due neither before nor after any other, and disorder them all.
    if (Number.isNaN(delayMs)) throw new TestkitError('INVALID_OPTIONS', 'a delay must be a number of milliseconds, not NaN');
    return queue.add(nowMs + Math.max(0, delayMs), callback);
  };

  /** Fires the next timer that is due by then, at its time; whether there was one. */
  function fireNext(endMs: number): boolean {
    const timer = queue.takeDue(endMs);
    if (timer === undefined) {
      nowMs = endMs;
      return false;
    }
    nowMs = Math.max(nowMs, timer.dueMs);
    timer.callback();
    return true;
  }

  function begin(ms: number): number {
    checkDuration('advance', ms);
    if (isAdvancing) throw new TestkitError('WRONG_PHASE', 'the clock is already advancing, await the first advance');
    isAdvancing = true;
    return nowMs + ms;
  }

  return {
    nowMs: () => nowMs,
    schedule,
    get pendingTimers() {
      return queue.size;
    },
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) {
          reject(signal.reason);
          return;
        }
        const onAbort = (): void => {
          cancel();
          reject(signal?.reason);
        };
        const cancel = schedule(ms, () => {
          signal?.removeEventListener('abort', onAbort);
          resolve();
        });
        signal?.addEventListener('abort', onAbort, { once: true });
      }),
    async advance(ms) {
      const endMs = begin(ms);
      try {
        // One timer at a time: what the first sets off may cancel or overtake the second.
        do await settle();
        while (fireNext(endMs));
      } finally {
        isAdvancing = false;
      }
    },
    advanceNow(ms) {
      const endMs = begin(ms);
      try {
        while (fireNext(endMs));
      } finally {
        isAdvancing = false;
      }
    },
  };
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < TURNS_TO_SETTLE; turn += 1) {
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}
