import type { RoundContext } from './decide-round.ts';
import { isProvenGone } from './doubt.ts';
import type { Member, Membership } from './membership.ts';

/** Departed names that are remembered beside the declared ones. */
const DEPARTED_REMEMBERED = 1_024;

/**
 * The members whose evidence is complete after this round. The last remaining ones need twice the window: an empty set is what a blip of
 * all readiness probes looks like.
 */
export function leaversOf(members: readonly Member[], windowMs: number, { membership, nowMs }: RoundContext): readonly Member[] {
  const gone = (member: Member, spanMs: number): boolean => {
    const { doubt } = member;
    // Without a new contradiction in this round nothing has been proven by it.
    if (doubt === undefined || doubt === membership.membersByName.get(member.peer.name)?.doubt) return false;
    return isProvenGone(doubt, spanMs, nowMs);
  };
  const leavers = members.filter((member) => gone(member, windowMs));
  return leavers.length < members.length ? leavers : leavers.filter((member) => gone(member, 2 * windowMs));
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
  return { ...membership, departed };
}
