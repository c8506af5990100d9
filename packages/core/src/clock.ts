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
      const sleeper = { sleepers: sleepersOf(signal), signal, resolve, reject, timer: undefined };
      sleeper.sleepers.add(sleeper, Math.min(Math.max(0, ms), LONGEST_TIMER_MS));
    });
  },
});

interface Sleeper {
  readonly sleepers: Sleepers;
  readonly signal: AbortSignal;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
  timer: NodeJS.Timeout | undefined;
}

/**
 * Those who sleep until a signal aborts. A watcher has two on the same signal nearly all the time: it is listened to once for both, and not for
 * each sleep. When nobody sleeps, it holds nothing: what a WeakMap holds is collected late.
 */
class Sleepers {
  /** A few, in no order. */
  readonly #asleep: Sleeper[] = [];

  add(sleeper: Sleeper, ms: number): void {
    sleeper.timer = setTimeout(wake, ms, sleeper).unref();
    if (this.#asleep.push(sleeper) === 1) sleeper.signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  delete(sleeper: Sleeper): void {
    const last = this.#asleep.pop();
    if (last !== undefined && last !== sleeper) this.#asleep[this.#asleep.indexOf(sleeper)] = last;
    if (this.#asleep.length === 0) sleeper.signal.removeEventListener('abort', this.#onAbort);
  }

  readonly #onAbort = (): void => {
    for (const { timer, signal, reject } of this.#asleep.splice(0)) {
      clearTimeout(timer);
      reject(signal.reason);
    }
  };
}

const known = new WeakMap<AbortSignal, Sleepers>();

function sleepersOf(signal: AbortSignal): Sleepers {
  const before = known.get(signal);
  if (before !== undefined) return before;
  const sleepers = new Sleepers();
  known.set(signal, sleepers);
  return sleepers;
}

function wake(sleeper: Sleeper): void {
  sleeper.sleepers.delete(sleeper);
  sleeper.resolve();
}
