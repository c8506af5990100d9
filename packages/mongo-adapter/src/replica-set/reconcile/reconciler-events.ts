import type { ReplicaSetPlan } from '../plan/replica-set-plan.ts';
import type { Failure } from './server-reply.ts';

/** A plan that was sent and not confirmed. */
export interface FailedPlan {
  readonly plan: ReplicaSetPlan;
  /** The server's code; undefined where no server told one. */
  readonly code: number | undefined;
  /** `refused`: it is never sent again. `maybe-applied`: the next look tells. `not-applied`: it may be tried again. */
  readonly failure: Failure;
}

/** What a reconciler tells, and with what. No event carries a password or a connection string. */
export interface ReconcilerEvents extends Readonly<Record<string, readonly unknown[]>> {
  /** After every look: what is to be done. Fires before it is done, and whether or not it is. */
  readonly plan: readonly [plan: ReplicaSetPlan];
  /** The server has carried out a plan. Does not fire where that is not known. */
  readonly applied: readonly [plan: ReplicaSetPlan];
  /** A plan was sent, and the server refused it or did not say that it was carried out. */
  readonly failed: readonly [failed: FailedPlan];
  /** A person must act. Fires when it begins, and when the reason is another one; not for each tick. */
  readonly blocked: readonly [reason: string];
}

/** Listeners by event. One that throws stops nobody: what it throws is rethrown in a task of its own, so that the process sees it. */
export class Listeners {
  readonly #byEvent = new Map<string, Set<(...values: never) => void>>();

  on<K extends keyof ReconcilerEvents & string>(event: K, listener: (...values: ReconcilerEvents[K]) => void): () => void {
    const listeners = this.#byEvent.get(event) ?? new Set();
    this.#byEvent.set(event, listeners);
    // Each subscription is one of its own, also of a function that listens already.
    const own = (...values: ReconcilerEvents[K]): void => listener(...values);
    listeners.add(own);
    return () => void listeners.delete(own);
  }

  emit<K extends keyof ReconcilerEvents & string>(event: K, ...values: ReconcilerEvents[K]): void {
    for (const listener of this.#byEvent.get(event) ?? []) {
      try {
        // `on` and `emit` agree on the values by the event's name, which a map of listeners cannot say.
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion
        listener(...(values as never));
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
