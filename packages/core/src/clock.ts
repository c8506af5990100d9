/** Where time comes from, so that tests and simulations can bring their own. */
export interface Clock {
  /** Monotonic milliseconds; only differences mean anything. */
  nowMs(): number;
  /** Resolves after `ms` (clamped to 2^31-1); rejects with `signal.reason` as soon as the signal aborts. Does not keep the process alive. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** Node fires a timer at once when its delay does not fit 31 bits. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * The clock of the machine. Its timers are unref'd: what keeps a process alive is an open watcher (option `persistent`), never a
 * sleep.
 */
export const systemClock: Clock = Object.freeze({
  nowMs: () => performance.now(),
  sleep(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(signal.reason);
        return;
      }
      const onAbort = (): void => {
        clearTimeout(timer);
        reject(signal.reason);
      };
      const timer = setTimeout(
        () => {
          signal.removeEventListener('abort', onAbort);
          resolve();
        },
        Math.min(Math.max(0, ms), LONGEST_TIMER_MS),
      );
      timer.unref();
      signal.addEventListener('abort', onAbort, { once: true });
    });
  },
});
