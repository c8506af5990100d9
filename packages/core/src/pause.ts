import type { Clock } from './clock.ts';

/** A sleep that can be ended early. */
export interface Pause {
  /** Resolves with true when the time is over, with false when it was woken, or for nothing. One at a time. */
  sleep(ms: number): Promise<boolean>;
  /** Ends the sleep, if there is one. */
  wake(): void;
}

interface Sleep {
  readonly dueMs: number;
  readonly resolve: (isOver: boolean) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * A pause that `closed` ends for good. A sleep that was woken leaves its alarm set, and the next one that lasts longer is woken by it, for
 * nothing: that happens once, and costs less than a signal to call off each alarm by. Few are set at any time, each earlier than the one before.
 */
export function createPause(clock: Clock, closed: AbortSignal): Pause {
  return new AlarmPause(clock, closed);
}

class AlarmPause implements Pause {
  readonly #clock: Clock;
  readonly #closed: AbortSignal;
  #earliestMs = Infinity;
  #current: Sleep | undefined;
  #failure: { readonly error: unknown } | undefined;

  constructor(clock: Clock, closed: AbortSignal) {
    this.#clock = clock;
    this.#closed = closed;
  }

  sleep(ms: number): Promise<boolean> {
    const dueMs = this.#clock.nowMs() + ms;
    return new Promise((resolve, reject) => {
      // A clock that fails must not keep anyone waiting.
      if (this.#failure !== undefined) throw this.#failure.error;
      this.#current = { dueMs, resolve, reject };
      if (dueMs < this.#earliestMs) this.#setAlarm(ms, dueMs);
    });
  }

  wake(): void {
    this.#ring(-Infinity);
  }

  #setAlarm(ms: number, dueMs: number): void {
    this.#earliestMs = dueMs;
    const onTime = (): void => {
      if (this.#earliestMs === dueMs) this.#earliestMs = Infinity;
      this.#ring(dueMs);
    };
    const onFailure = (error: unknown): void => {
      this.#failure = { error };
      this.#current?.reject(error);
    };
    this.#clock.sleep(ms, this.#closed).then(onTime, onFailure);
  }

  /** A timer may fire a fraction of a millisecond early: the sleep that an alarm was set for is over. */
  #ring(alarmMs: number): void {
    const current = this.#current;
    this.#current = undefined;
    current?.resolve(alarmMs >= current.dueMs || this.#clock.nowMs() >= current.dueMs);
  }
}
