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
