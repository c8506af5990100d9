import { familyOf } from '../lookup/addresses.ts';
import { FAMILIES } from '../lookup/outcome.ts';
import type { RoundContext } from './decide-round.ts';
import { contradict } from './doubt.ts';
import { judge } from './judge.ts';
import { withFamilies } from './member-addresses.ts';
import type { Member } from './membership.ts';

/**
 * One owner for every address. Where two names claim one, the name that did not hold it before this round keeps it, because its positive
 * answer is the newer; the other loses it and is contradicted, unless something else confirms it. The same list when there is no conflict.
 */
export function settleOwnership(members: readonly Member[], context: RoundContext): readonly Member[] {
  if (context.evidence.own.size === 0) return members;
  const owners = new Map<string, Member>();
  const lost = new Map<Member, string[]>();
  for (const member of members) {
    for (const address of member.peer.addresses) {
      const rival = owners.get(address);
      const [winner, loser] =
        rival === undefined ? [member, undefined] : isNewOwner(member, address, context) ? [member, rival] : [rival, member];
      owners.set(address, winner);
      if (loser !== undefined) lost.set(loser, [...(lost.get(loser) ?? []), address]);
    }
  }
  if (lost.size === 0) return members;
  return members.map((member) => {
    const addresses = lost.get(member);
    return addresses === undefined ? member : withoutAddresses(member, addresses, context);
  });
}

/**
 * Addresses of the set that no member owns after this round, and since when. A family that was not answered keeps what it had, but no
 * longer than a window: one that fails for ever must not keep anything in motion.
 */
export function unownedAfter(
  members: readonly Member[],
  windowMs: number,
  { membership, evidence, nowMs }: RoundContext,
): ReadonlyMap<string, number> {
  const { unownedSinceMs } = membership;
  if (unownedSinceMs.size === 0 && evidence.isSettled && members === membership.members) return unownedSinceMs;
  const owned = new Set(members.flatMap(({ peer }) => peer.addresses));
  const next = new Map<string, number>();
  for (const family of FAMILIES) {
    const outcome = evidence.set[family];
    if (outcome === undefined || outcome.kind === 'unknown') {
      for (const [address, sinceMs] of unownedSinceMs) {
        if (familyOf(address) === family && !owned.has(address) && nowMs - sinceMs < windowMs) next.set(address, sinceMs);
      }
    } else if (outcome.kind === 'found') {
      for (const address of outcome.addresses) if (!owned.has(address)) next.set(address, unownedSinceMs.get(address) ?? nowMs);
    }
  }
  return next;
}

function isNewOwner({ peer }: Member, address: string, { membership }: RoundContext): boolean {
  return membership.owners.get(address) !== peer.name;
}

function withoutAddresses(member: Member, lost: readonly string[], context: RoundContext): Member {
  const { evidence, membership, nowMs } = context;
  const keep = (state: Member['families']['ipv4']): typeof state =>
    state.addresses.some((address) => lost.includes(address))
      ? Object.freeze({ ...state, addresses: Object.freeze(state.addresses.filter((address) => !lost.includes(address))) })
      : state;
  const families = { ipv4: keep(member.families.ipv4), ipv6: keep(member.families.ipv6) };
  // Given up, as in a move: if it gets the address back, that takes more than one answer.
  const next = withFamilies(member, Object.freeze(families), { windowMs: Infinity, nowMs });
  const { name, addresses } = next.peer;
  if (addresses.some((address) => evidence.shown.has(address) || evidence.claims.get(address) === name)) return next;
  const doubt = contradict(membership.membersByName.get(name)?.doubt, {
    isOwnAbsent: judge(member, evidence, membership).isOwnAbsent,
    nowMs,
  });
  return Object.freeze({ ...next, doubt });
}
