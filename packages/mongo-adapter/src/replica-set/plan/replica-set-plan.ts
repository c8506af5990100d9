import type { ReplicaSetConfig } from '../replica-set-document.ts';

/** What to do after one look, at most one thing. */
export type ReplicaSetPlan = IdlePlan | MutatingPlan;

/** Nothing is sent. */
export interface IdlePlan {
  /**
   * `none`: as declared, or a pod that is not declared and in no configuration. `wait`: something is to be done, here or by the primary's
   * sidecar, and a precondition is missing. `blocked`: a person must act.
   */
  readonly kind: 'none' | 'wait' | 'blocked';
  /** One sentence for a log. Its text may change. */
  readonly reason: string;
}

/** One command for the server beside this sidecar. */
export type MutatingPlan = SendPlan | StepDownPlan;

/** `replSetInitiate` or `replSetReconfig` with this document, never with `force`. */
export interface SendPlan {
  readonly kind: 'initiate' | 'reconfig';
  /** One sentence for a log. Its text may change. */
  readonly reason: string;
  /** The whole document. Drop it if `(term, version)` have moved since they were read: `version` is the one that was read plus one. */
  readonly config: ReplicaSetConfig;
  /** For the command, in ms: without it, the server would wait without end. */
  readonly maxTimeMS: number;
}

/** `replSetStepDown`: a later step changes what an acting primary may not lose. */
export interface StepDownPlan {
  readonly kind: 'step-down';
  /** One sentence for a log. Its text may change. */
  readonly reason: string;
}

/** Whether nothing is sent for it. */
export function isIdle(plan: ReplicaSetPlan): plan is IdlePlan {
  return plan.kind === 'none' || plan.kind === 'wait' || plan.kind === 'blocked';
}

/** Three times the ten seconds after which a server gives up on a member that does not answer. */
export const MAX_TIME_MS = 30_000;
