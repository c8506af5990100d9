import type { Clock } from './clock.ts';

/** A sleep that can be ended early. */
export interface Pause {
  /** Resolves with true when the time is over, with false when it was woken. One at a time. */
  sleep(ms: number): Promise<boolean>;
  /** Ends the sleep, if there is one. */
  wake(): void;
}

/** Why a sleep ended early. A reason made by the platform would cost a stack trace each time. */
const WOKEN = Symbol('woken');

export function createPause(clock: Clock): Pause {
  let isSleeping = false;
  let controller = new AbortController();
  return {
    async sleep(ms) {
      if (controller.signal.aborted) controller = new AbortController();
      isSleeping = true;
      try {
        await clock.sleep(ms, controller.signal);
        return true;
      } catch (error) {
        if (error !== WOKEN) throw error;
        return false;
      } finally {
        isSleeping = false;
      }
    },
    wake() {
      if (isSleeping) controller.abort(WOKEN);
    },
  };
}
