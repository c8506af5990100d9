import type { ReplicaSetMember } from '../replica-set-document.ts';
import type { MemberView } from './member-view.ts';
import type { ReplicaSetPlan } from './replica-set-plan.ts';
import { MAX_TIME_MS } from './replica-set-plan.ts';
import type { SetView } from './set-view.ts';
import { hasMajority, wait } from './set-view.ts';

/** A member of the next configuration: who it was, unless it is new, and what it shall be. */
export interface NextMember {
  readonly was?: MemberView;
  readonly document: ReplicaSetMember;
}

/** The members as they are, each changed by `change`; undefined leaves one out. */
export function nextMembers({ members }: SetView, change: (member: MemberView) => ReplicaSetMember | undefined): readonly NextMember[] {
  return members.flatMap((was) => {
    const document = change(was);
    return document ? [{ was, document }] : [];
  });
}

/** The next document: `version` is the one that was read plus one, everything but the members as read. */
export function reconfig({ config }: SetView, next: readonly NextMember[], reason: string): ReplicaSetPlan {
  const voters = next.map(({ was, document }) => ({ isVoter: (document.votes ?? 1) > 0, isHealthy: was?.isHealthy === true }));
  if (!hasMajority(voters)) return wait(`${reason}: fewer voters than a majority would then be healthy`);
  const members = next.map(({ document }) => document);
  return { kind: 'reconfig', reason, config: { ...config, version: config.version + 1, members }, maxTimeMS: MAX_TIME_MS };
}

/** A step-down, if another member that stays can take over; without one, later steps may make one. */
export function stepDown({ members, surplus }: SetView, reason: string): ReplicaSetPlan {
  if (members.some((member) => isHeir(member) && !surplus.includes(member))) return { kind: 'step-down', reason };
  return wait(`${reason}: no other member that stays could become primary`);
}

function isHeir({ isSelf, isVoter, priority, isSecondary }: MemberView): boolean {
  return !isSelf && isVoter && priority > 0 && isSecondary;
}

/** The first of these plans that is for now; else what a person must act on; else what is waited for. */
export function firstPlan(plans: Iterable<ReplicaSetPlan | undefined>): ReplicaSetPlan | undefined {
  let kept: ReplicaSetPlan | undefined;
  for (const plan of plans) {
    if (plan && plan.kind !== 'wait' && plan.kind !== 'blocked') return plan;
    if (!kept || (kept.kind === 'wait' && plan?.kind === 'blocked')) kept = plan ?? kept;
  }
  return kept;
}
