import type { ReplicaSetMember } from '../replica-set-document.ts';
import type { MemberView } from './member-view.ts';
import type { ReplicaSetObservation } from './observation.ts';
import type { ReplicaSetPlan } from './replica-set-plan.ts';
import { isSameDocument } from './same-document.ts';
import type { SetView } from './set-view.ts';
import { wait } from './set-view.ts';
import { bySuccessor, firstPlan, nextMembers, reconfig } from './step.ts';
import { MOST_VOTERS, electors, surplusVoters } from './voters.ts';

/** Gives the lowest ordinal without a vote one, once it has the data and while a vote is free. */
export function promote(view: SetView): ReplicaSetPlan | undefined {
  const waiting = electors(view).filter(({ isVoter }) => !isVoter);
  const [first] = waiting;
  if (!first) return undefined;
  const isFull = view.members.filter(({ isVoter }) => isVoter).length >= MOST_VOTERS;
  const ready = waiting.find(({ isSecondary }) => isSecondary);
  if (isFull || !ready) return wait(`give ${first.host} a vote: ${isFull ? 'no vote is free' : 'it is no secondary yet'}`);
  const voting = { ...ready.document, votes: 1, priority: attributesOf(ready, view.observation).priority ?? 1 };
  return reconfig(
    view,
    nextMembers(view, (each) => (each === ready ? voting : each.document)),
    `give ${ready.host} a vote`,
  );
}

/** Takes the vote of the highest ordinal that shall have none, for a lower one that waits for it. */
export function demote(view: SetView): ReplicaSetPlan | undefined {
  const primaryLast = surplusVoters(view)
    .toReversed()
    .toSorted((a, b) => Number(a.isSelf) - Number(b.isSelf));
  return firstPlan(
    primaryLast.map((member) => {
      const reason = `take the vote of ${member.host}`;
      const silent = { ...member.document, votes: 0, priority: 0 };
      const next = reconfig(
        view,
        nextMembers(view, (each) => (each === member ? silent : each.document)),
        reason,
      );
      return member.isSelf ? bySuccessor(view, next, `${reason}, which is primary`) : next;
    }),
  );
}

/**
 * Brings the attributes of all members to what is declared: no vote changes, and horizons must change together. Who is primary stays
 * electable; what would change that is left to its successor.
 */
export function drift(view: SetView): ReplicaSetPlan | undefined {
  const { declared, observation, self } = view;
  const drifted = [...declared.values()].filter((member) => hasDrifted(member, observation));
  if (drifted.length === 0) return undefined;
  const reason = `change attributes of ${drifted.map(({ host }) => host).join(', ')}`;
  const change = (member: MemberView): ReplicaSetMember =>
    drifted.includes(member) ? driftedMember(member, observation) : member.document;
  if (!drifted.includes(self) || driftedMember(self, observation).priority !== 0) return reconfig(view, nextMembers(view, change), reason);
  const kept = stillElectable(self, observation);
  const now = nextMembers(view, (each) => (each === self ? kept : change(each)));
  if (drifted.length > 1 || !isSameMember(kept, self.document)) return reconfig(view, now, reason);
  const next = reconfig(view, nextMembers(view, change), reason);
  return bySuccessor(view, next, `${reason}, which is primary`);
}

function stillElectable({ document, ...member }: MemberView, observation: ReplicaSetObservation): ReplicaSetMember {
  const { priority, hidden } = document;
  const { priority: _priority, hidden: _hidden, ...changed } = driftedMember({ document, ...member }, observation);
  return { ...changed, ...(priority !== undefined && { priority }), ...(hidden !== undefined && { hidden }) };
}

function hasDrifted(member: MemberView, observation: ReplicaSetObservation): boolean {
  const { ordinal = -1 } = member;
  return observation.attributes?.[ordinal] !== undefined && !isSameMember(driftedMember(member, observation), member.document);
}

/** With what the server fills in where a field is left out. */
function isSameMember(a: ReplicaSetMember, b: ReplicaSetMember): boolean {
  const filled = { priority: 1, hidden: false, tags: {}, horizons: {} };
  return isSameDocument({ ...filled, ...a }, { ...filled, ...b });
}

function driftedMember(member: MemberView, observation: ReplicaSetObservation): ReplicaSetMember {
  const { priority, ...others } = attributesOf(member, observation);
  return { ...member.document, ...others, ...(member.isVoter && priority !== undefined ? { priority } : {}) };
}

function attributesOf({ ordinal }: MemberView, { attributes = {} }: ReplicaSetObservation): Partial<ReplicaSetMember> {
  return ordinal === undefined ? {} : (attributes[ordinal] ?? {});
}
