import type { ReplicaSetConfig, ReplicaSetStatus } from '../replica-set-document.ts';
import { memberStates } from '../replica-set-document.ts';
import type { MemberView } from './member-view.ts';
import { readMembers } from './member-view.ts';
import type { ReplicaSetObservation } from './observation.ts';
import type { IdlePlan } from './replica-set-plan.ts';
import { isSameTerm } from './same-term.ts';

/** The set as its primary knows it, when all that was read fits together. */
export interface SetView {
  readonly observation: ReplicaSetObservation;
  readonly config: ReplicaSetConfig;
  readonly members: readonly MemberView[];
  readonly self: MemberView;
  /** Members of this StatefulSet below `replicas`, by ordinal. */
  readonly declared: ReadonlyMap<number, MemberView>;
  /** Members of this StatefulSet from `replicas` on, highest first, the primary last: at most one step-down is then needed. */
  readonly surplus: readonly MemberView[];
}

/** The view of a primary, or why nothing may be decided from what was read. */
export function readSetView(observation: ReplicaSetObservation): SetView | IdlePlan {
  const { local, set } = observation;
  const { config, status } = local;
  if (!config || !status) return wait('this member is primary, but its configuration or its status could not be read');
  const strange = strangeName(observation);
  if (strange !== undefined) return blocked(`the configuration here is not of ${set}, but of ${strange}`);
  const members = readMembers(config, status, observation);
  if (!members || typeof config.version !== 'number') return blocked('the configuration or the status has fields of unexpected types');
  const [self, ...others] = members.filter(({ isSelf }) => isSelf);
  if (!self || others.length > 0) return wait('the status does not say which member this is');
  if (self.ordinal !== observation.self.ordinal)
    return blocked(`the configuration calls this member ${self.host}, which is not ordinal ${observation.self.ordinal} of the StatefulSet`);
  const twice = members.find((a) => a.ordinal !== undefined && members.some((b) => b !== a && b.ordinal === a.ordinal));
  if (twice) return blocked(`two members have ordinal ${twice.ordinal}, one of them ${twice.host}: remove one`);
  const reason = unreadyReason({ observation, config, status, members, self });
  return reason === undefined ? viewOf({ observation, config, members, self }) : wait(reason);
}

/** The name of another set, where configuration or status has one. */
export function strangeName({ set, local: { config, status } }: ReplicaSetObservation): string | undefined {
  return [config?._id, status?.set].find((name) => name !== undefined && name !== set);
}

/** Who is declared and who is not. */
export function viewOf(read: Omit<SetView, 'declared' | 'surplus'>): SetView {
  const own = read.members.flatMap((member) => (member.ordinal === undefined ? [] : [{ member, ordinal: member.ordinal }]));
  const sorted = own.toSorted((a, b) => a.ordinal - b.ordinal);
  const { replicas } = read.observation;
  const surplus = sorted.filter(({ ordinal }) => ordinal >= replicas).map(({ member }) => member);
  return {
    ...read,
    declared: new Map(sorted.filter(({ ordinal }) => ordinal < replicas).map(({ member, ordinal }) => [ordinal, member])),
    surplus: surplus.toReversed().toSorted((a, b) => Number(a.isSelf) - Number(b.isSelf)),
  };
}

interface Read {
  readonly observation: ReplicaSetObservation;
  readonly config: ReplicaSetConfig;
  readonly status: ReplicaSetStatus;
  readonly members: readonly MemberView[];
  readonly self: MemberView;
}

/** What the server would wait for, or what shows that the two answers are of different moments. */
function unreadyReason({ observation: { local }, config, status, members, self }: Read): string | undefined {
  if (status.myState !== memberStates.PRIMARY || !self.isHealthy) return 'the status says that this member is no primary';
  // A forced reconfiguration leaves -1, which no status shows.
  if (config.term !== undefined && !isSameTerm(config.term, -1) && !isSameTerm(config.term, status.term))
    return 'the configuration is of another term than the status';
  const { configVersion } = status.members.find((state) => state.self === true) ?? {};
  if (configVersion !== config.version) return 'configuration and status are of different versions';
  if (local.isCommitted !== true) return 'the configuration is not committed';
  const voters = members.filter(({ isVoter }) => isVoter).length;
  if (local.hasPendingNewlyAdded ?? status.votingMembersCount !== voters) return 'the server has yet to give a new member its vote';
  return hasMajority(members) ? undefined : 'fewer voters than a majority are healthy';
}

/** Whether the healthy voters are a majority of the voters. */
export function hasMajority(members: readonly Pick<MemberView, 'isVoter' | 'isHealthy'>[]): boolean {
  const voters = members.filter(({ isVoter }) => isVoter);
  return voters.filter(({ isHealthy }) => isHealthy).length > voters.length / 2;
}

/** Something is to be done, and a precondition is missing. */
export function wait(reason: string): IdlePlan {
  return { kind: 'wait', reason };
}

/** A person must act. */
export function blocked(reason: string): IdlePlan {
  return { kind: 'blocked', reason };
}
