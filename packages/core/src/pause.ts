import type { Clock } from './clock.ts';
import { deferred } from './deferred.ts';
import type { Deferred } from './deferred.ts';

/** A sleep that can be ended early. */
export interface Pause {
  /** Resolves with true when the time is over, with false when it was woken, or for nothing. One at a time. */
  sleep(ms: number): Promise<boolean>;
  /** Ends the sleep, if there is one. */
  wake(): void;
}

interface Sleep {
  readonly woken: Deferred;
  isOver: boolean;
}

/**
 * A pause that `closed` ends for good. A sleep that was woken leaves its alarm set, and the next one that lasts longer is woken by it, for
 * nothing: that happens once, and costs less than a signal to call off each alarm by. Few are set at any time, each earlier than the one before.
 */
export function createPause(clock: Clock, closed: AbortSignal): Pause {
  let earliestMs = Infinity;
  let current: Sleep | undefined;
  let failure: { readonly error: unknown } | undefined;

  const setAlarm = async (sleep: Sleep, ms: number, dueMs: number): Promise<void> => {
    earliestMs = dueMs;
    try {
      await clock.sleep(ms, closed);
    } catch (error) {
      failure = { error };
    }
    if (earliestMs === dueMs) earliestMs = Infinity;
    sleep.isOver = true;
    current?.woken.resolve();
  };
  return {
    async sleep(ms) {
      const dueMs = clock.nowMs() + ms;
      const sleep: Sleep = { woken: deferred(), isOver: false };
      current = sleep;
      if (dueMs < earliestMs) void setAlarm(sleep, ms, dueMs);
      await sleep.woken.promise;
      current = undefined;
      // A clock that fails must not keep anyone waiting.
      if (failure !== undefined) throw failure.error;
      return sleep.isOver || clock.nowMs() >= dueMs;
    },
    wake() {
      current?.woken.resolve();
    },
  };
}
