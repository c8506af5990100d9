import type { ReplicaSetMember } from '../replica-set-document.ts';
import type { MemberView } from './member-view.ts';
import { probeText } from './probe-text.ts';
import type { ReplicaSetPlan } from './replica-set-plan.ts';
import type { SetView } from './set-view.ts';
import { blocked, wait } from './set-view.ts';
import { bySuccessor, firstPlan, nextMembers, reconfig } from './step.ts';

/** The server's limit. */
const MOST_MEMBERS = 50;
/** MongoDB 5.0, which lifted the limit of ids. */
const WIRE_VERSION_OF_WIDE_IDS = 13;
const WIDEST_ID_BEFORE = 255;

/** Gives a member the name that its pod has now, if it answers under it. The primary is renamed last, once it is none. */
export function rename(view: SetView): ReplicaSetPlan | undefined {
  const { hosts } = view.observation;
  const misnamed = [...view.declared].filter(([ordinal, { host }]) => host.toLowerCase() !== hosts[ordinal]);
  const primaryLast = misnamed.toSorted(([, a], [, b]) => Number(a.isSelf) - Number(b.isSelf));
  return firstPlan(primaryLast.map(([ordinal, member]) => renameOne(view, ordinal, member)));
}

function renameOne(view: SetView, ordinal: number, member: MemberView): ReplicaSetPlan {
  const { hosts, dns, probes, set } = view.observation;
  const { [ordinal]: host = member.host } = hosts;
  const reason = `rename ${member.host} to ${host}`;
  if (!dns.ok || !dns.resolved.includes(ordinal)) return wait(`${reason}: the new name does not resolve`);
  const next = reconfig(
    view,
    nextMembers(view, (each) => (each === member ? { ...each.document, host } : each.document)),
    reason,
  );
  if (member.isSelf) return bySuccessor(view, next, `${reason}, which is primary`);
  const { kind, setName = set } = probes[ordinal] ?? {};
  return kind === 'member' && setName === set ? next : wait(`${reason}: it does not answer as a member of ${set} under the new name`);
}

/** Removes what a person no longer declares: never somebody below `replicas`, and never because somebody does not answer. */
export function remove(view: SetView): ReplicaSetPlan | undefined {
  return firstPlan(
    view.surplus.map((member) => {
      const reason = `remove ${member.host}, of ${view.observation.replicas} declared`;
      const next = reconfig(
        view,
        nextMembers(view, (each) => (each === member ? undefined : each.document)),
        reason,
      );
      return member.isSelf ? bySuccessor(view, next, `${reason}, which is primary`) : next;
    }),
  );
}

/** Adds the lowest missing ordinal without a vote: it gets one when it has the data. */
export function add(view: SetView): ReplicaSetPlan | undefined {
  const { hosts, dns, probes } = view.observation;
  const missing = hosts.findIndex((_, ordinal) => !view.declared.has(ordinal));
  const host = hosts[missing];
  if (host === undefined) return undefined;
  const reason = `add ${host}`;
  if (view.members.length >= MOST_MEMBERS) return blocked(`${reason}: a set has at most ${MOST_MEMBERS} members`);
  if (!dns.ok || !dns.resolved.includes(missing)) return wait(`${reason}: it does not resolve`);
  const kind = probes[missing]?.kind;
  if (kind === 'otherSet' || kind === 'notReplSet') return blocked(`${reason}: ${probeText(probes[missing])}`);
  if (kind !== 'uninit' && kind !== 'removed' && kind !== 'ghost') return wait(`${reason}: ${probeText(probes[missing])}`);
  const document = newMember(view, missing, host);
  return document
    ? reconfig(view, [...nextMembers(view, (each) => each.document), { document }], reason)
    : blocked(`${reason}: no id of at most ${WIDEST_ID_BEFORE} is left, which servers before 5.0 need`);
}

/** `_id` is the ordinal, so that two sidecars choose the same; an older set may have given that id to another. */
function newMember({ members, observation }: SetView, ordinal: number, host: string): ReplicaSetMember | undefined {
  const ids = members.map(({ id }) => id);
  const _id = ids.includes(ordinal) ? Math.max(...ids) + 1 : ordinal;
  if (_id > WIDEST_ID_BEFORE && observation.wireVersion < WIRE_VERSION_OF_WIDE_IDS) return undefined;
  return { _id, host, ...observation.attributes?.[ordinal], priority: 0, votes: 0 };
}
