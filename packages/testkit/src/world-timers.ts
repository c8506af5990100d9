import type { Cancel, WorldClock } from './clock.ts';
import { TestkitError } from './errors.ts';

/** A clock whose pending callbacks can be dropped together, so that a closed world leaves nothing behind. */
export class WorldTimers implements WorldClock {
  readonly #clock: WorldClock;
  readonly #pending = new Set<Cancel>();
  #isClosed = false;

  constructor(clock: WorldClock) {
    this.#clock = clock;
  }

  nowMs(): number {
    return this.#clock.nowMs();
  }

  schedule(delayMs: number, callback: () => void): Cancel {
    if (this.#isClosed) throw new TestkitError('CLOSED', 'the world has been closed');
    const cancel = this.#clock.schedule(delayMs, () => {
      this.#pending.delete(cancel);
      callback();
    });
    this.#pending.add(cancel);
    return () => {
      this.#pending.delete(cancel);
      cancel();
    };
  }

  /** Drops what is pending and takes nothing more. */
  close(): void {
    this.#isClosed = true;
    this.#pending.forEach((cancel) => cancel());
    this.#pending.clear();
  }
}
