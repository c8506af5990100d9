import type { RoundContext } from './decide-round.ts';
import { isProvenGone } from './doubt.ts';
import type { Member, Membership } from './membership.ts';
import { nextMembership } from './next-membership.ts';

/** Departed names that are remembered beside the declared ones. */
const DEPARTED_REMEMBERED = 1_024;

/**
 * The members whose evidence is complete after this round. Where nobody is confirmed any more, all of them need twice the window: an empty
 * set is what a blip of all readiness probes looks like.
 */
export function leaversOf(members: readonly Member[], windowMs: number, { membership, evidence, nowMs }: RoundContext): readonly Member[] {
  if (evidence.mayBeCut) return [];
  const isEmptying = evidence.isSetAbsent || members.every(({ doubt }) => doubt !== undefined);
  const spanMs = isEmptying ? 2 * windowMs : windowMs;
  return members.filter((member) => {
    const { doubt } = member;
    // Without a new contradiction in this round nothing has been proven by it.
    if (doubt === undefined || doubt === membership.membersByName.get(member.peer.name)?.doubt) return false;
    return isProvenGone(doubt, spanMs, nowMs);
  });
}

/** The membership that remembers who left, so that a name which comes back is known to return. */
export function withDeparted(membership: Membership, leavers: readonly Member[]): Membership {
  if (leavers.length === 0) return membership;
  const departed = new Set(membership.departed);
  for (const { peer } of leavers) {
    departed.delete(peer.name);
    departed.add(peer.name);
  }
  const declared = new Set(membership.declared?.map(({ name }) => name));
  const others = [...departed].filter((name) => !declared.has(name));
  for (const name of others.slice(0, Math.max(0, others.length - DEPARTED_REMEMBERED))) departed.delete(name);
  return nextMembership(membership, { departed });
}
