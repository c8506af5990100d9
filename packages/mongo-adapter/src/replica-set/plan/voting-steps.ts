import type { ReplicaSetMember } from '../replica-set-document.ts';
import type { MemberView } from './member-view.ts';
import type { ReplicaSetObservation } from './observation.ts';
import type { ReplicaSetPlan } from './replica-set-plan.ts';
import { isSameDocument } from './same-document.ts';
import type { SetView } from './set-view.ts';
import { wait } from './set-view.ts';
import { firstPlan, nextMembers, reconfig, stepDown } from './step.ts';
import { MOST_VOTERS, electors } from './voters.ts';

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
  const chosen = electors(view);
  if (!chosen.some(({ isVoter, isSecondary }) => !isVoter && isSecondary)) return undefined;
  const surplus = [...view.declared.values()].filter((member) => member.isVoter && !chosen.includes(member)).toReversed();
  const primaryLast = surplus.toSorted((a, b) => Number(a.isSelf) - Number(b.isSelf));
  return firstPlan(
    primaryLast.map((member) => {
      const reason = `take the vote of ${member.host}`;
      if (member.isSelf) return stepDown(view, `${reason}, which is primary`);
      const silent = { ...member.document, votes: 0, priority: 0 };
      return reconfig(
        view,
        nextMembers(view, (each) => (each === member ? silent : each.document)),
        reason,
      );
    }),
  );
}

/** Brings the attributes of all members to what is declared: no vote changes, and horizons must change together. */
export function drift(view: SetView): ReplicaSetPlan | undefined {
  const { declared, observation, self } = view;
  const drifted = [...declared.values()].filter((member) => hasDrifted(member, observation));
  if (drifted.length === 0) return undefined;
  const reason = `change attributes of ${drifted.map(({ host }) => host).join(', ')}`;
  if (drifted.includes(self) && driftedMember(self, observation).priority === 0) return stepDown(view, `${reason}; one is primary`);
  return reconfig(
    view,
    nextMembers(view, (each) => (drifted.includes(each) ? driftedMember(each, observation) : each.document)),
    reason,
  );
}

function hasDrifted(member: MemberView, observation: ReplicaSetObservation): boolean {
  // What the server fills in where a field is left out.
  const read = { priority: 1, hidden: false, tags: {}, horizons: {}, ...member.document };
  return !isSameDocument({ priority: 1, hidden: false, tags: {}, horizons: {}, ...driftedMember(member, observation) }, read);
}

function driftedMember(member: MemberView, observation: ReplicaSetObservation): ReplicaSetMember {
  const { priority, ...others } = attributesOf(member, observation);
  return { ...member.document, ...others, ...(member.isVoter && priority !== undefined ? { priority } : {}) };
}

function attributesOf({ ordinal }: MemberView, { attributes = {} }: ReplicaSetObservation): Partial<ReplicaSetMember> {
  return ordinal === undefined ? {} : (attributes[ordinal] ?? {});
}
