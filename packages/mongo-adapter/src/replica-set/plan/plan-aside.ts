import type { MemberView } from './member-view.ts';
import { readMembers } from './member-view.ts';
import type { ReplicaSetObservation } from './observation.ts';
import type { IdlePlan } from './replica-set-plan.ts';
import { blocked, hasMajority, strangeName, viewOf, wait } from './set-view.ts';
import { firstTask } from './steps.ts';

/** For a member that is not primary: it changes nothing, and tells whether the primary's sidecar still has to. */
export function planAside(observation: ReplicaSetObservation): IdlePlan {
  const { set, local } = observation;
  const { config, status } = local;
  const strange = strangeName(observation);
  if (strange !== undefined) return blocked(`the configuration here is not of ${set}, but of ${strange}`);
  if (!config || !status) return wait('this member has a configuration, but it or the status could not be read');
  const members = readMembers(config, status, observation);
  if (!members) return blocked('the configuration or the status has fields of unexpected types');
  const primary = members.find(({ isPrimary }) => isPrimary);
  if (!primary) return withoutPrimary(members, observation);
  const seen = members.map((member) => ({ ...member, isSelf: member === primary }));
  const self = { ...primary, isSelf: true };
  const task = firstTask(viewOf({ observation, config, self, members: seen.map((member) => (member.isSelf ? self : member)) }));
  if (task === undefined) return { kind: 'none', reason: `the configuration is as declared, and ${primary.host} is primary` };
  return primary.ordinal === undefined
    ? blocked(`${primary.host} is primary, where no sidecar could ${task}: let it step down`)
    : wait(`${primary.host} is primary, and its sidecar has yet to ${task}`);
}

/** An election comes by itself, unless a person took the majority away. */
function withoutPrimary(members: readonly MemberView[], { replicas }: ReplicaSetObservation): IdlePlan {
  const voters = members.filter(({ isVoter }) => isVoter);
  const counts = `${voters.filter(({ isHealthy }) => isHealthy).length} of ${voters.length} voters are healthy`;
  const isAway = ({ ordinal = 0, isHealthy }: MemberView): boolean => ordinal >= replicas && !isHealthy;
  const isTakenAway = !hasMajority(voters) && hasMajority(voters.map((each) => ({ ...each, isHealthy: each.isHealthy || isAway(each) })));
  if (!isTakenAway) return wait(`no primary is seen: ${counts}`);
  const hosts = voters.filter(isAway).map(({ host }) => host);
  return blocked(`no primary is seen: ${counts}; start the pods of ${hosts.join(', ')} again until the set has been made smaller`);
}
