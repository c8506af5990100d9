import type { ReplicaSetConfig, ReplicaSetMember } from '../replica-set-document.ts';
import { validateReplicaSetConfig } from '../validate-replica-set-config.ts';
import type { MemberView } from './member-view.ts';
import type { IdlePlan, ReplicaSetPlan } from './replica-set-plan.ts';
import { MAX_TIME_MS } from './replica-set-plan.ts';
import type { SetView } from './set-view.ts';
import { blocked, hasMajority, wait } from './set-view.ts';
import { surplusVoters } from './voters.ts';

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
export function reconfig(view: SetView, next: readonly NextMember[], reason: string): ReplicaSetPlan {
  const voters = next.map(({ was, document }) => ({ isVoter: (document.votes ?? 1) > 0, isHealthy: was?.isHealthy === true }));
  if (!hasMajority(voters)) return wait(`${reason}: fewer voters than a majority would then be healthy`);
  const members = next.map(({ document }) => document);
  const config = { ...view.config, version: view.config.version + 1, members };
  return invalid(reason, config, view) ?? { kind: 'reconfig', reason, config, maxTimeMS: MAX_TIME_MS };
}

/**
 * What no server would take is not sent. Rules that the document in force breaks too are ours or of another version, and do not count; but an
 * id of the set that is no ObjectId was lost on the way here.
 */
function invalid(reason: string, config: ReplicaSetConfig, view: SetView): IdlePlan | undefined {
  const { wireVersion } = view.observation;
  const issues = validateReplicaSetConfig(config, { wireVersion });
  if (issues.length === 0) return undefined;
  const known = new Set(validateReplicaSetConfig(view.config, { wireVersion }).map(({ code }) => code));
  const found = issues.find(({ code }) => code === 'REPLICA_SET_ID' || !known.has(code));
  return found && blocked(`${reason}: the document would be invalid: ${found.path} ${found.message}`);
}

/**
 * What is done to the primary is done by its successor: a step-down, when `next` shows that the successor can then do it. Not while a member
 * could take over that would have to step down as well, for this reason or another: the two might take turns. Without anybody who could take
 * over, later steps may make one.
 */
export function bySuccessor(view: SetView, next: ReplicaSetPlan, reason: string): ReplicaSetPlan {
  // One of something else may win the election too; nobody can keep it from that, and nothing is lost.
  const heirs = view.members.filter((member) => isHeir(member) && member.ordinal !== undefined);
  const unsuited = heirs.find((heir) => isToGo(view, heir));
  if (unsuited) return wait(`${reason}: ${unsuited.host} could become primary, and must be changed before`);
  if (heirs.length === 0) return wait(`${reason}: no other member of the StatefulSet that stays could become primary`);
  return next.kind === 'reconfig' ? { kind: 'step-down', reason } : next;
}

/** Whether a step would have to be taken with this member that cannot be while it is primary. */
function isToGo(view: SetView, member: MemberView): boolean {
  const { hosts, attributes } = view.observation;
  const { ordinal = -1, host } = member;
  const isMisnamed = host.toLowerCase() !== hosts[ordinal];
  return isMisnamed || attributes?.[ordinal]?.priority === 0 || surplusVoters(view).includes(member);
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
