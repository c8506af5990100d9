/** Undoes a `schedule`; does nothing once the callback has run or when called again. */
export type Cancel = () => void;

/** The time a world lives in. */
export interface WorldClock {
  /** Monotonic milliseconds; only differences mean anything. */
  nowMs(): number;
  /** Calls back once after `delayMs` milliseconds, never before `schedule` has returned. */
  schedule(delayMs: number, callback: () => void): Cancel;
}

/** Node fires a timer at once when its delay does not fit 31 bits. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The clock of the machine. Its timers do not keep a process alive. */
export const systemWorldClock: WorldClock = Object.freeze({
  nowMs: (): number => performance.now(),
  schedule(delayMs: number, callback: () => void): Cancel {
    const timer = setTimeout(callback, Math.min(Math.max(0, delayMs), LONGEST_TIMER_MS));
    timer.unref();
    return () => clearTimeout(timer);
  },
});
