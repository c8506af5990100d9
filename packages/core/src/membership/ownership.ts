import { familyOf } from '../lookup/addresses.ts';
import { FAMILIES } from '../lookup/outcome.ts';
import type { RoundContext } from './decide-round.ts';
import { contradict } from './doubt.ts';
import type { Doubt } from './doubt.ts';
import { judge } from './judge.ts';
import { withFamilies } from './member-addresses.ts';
import type { FamilyState } from './member-addresses.ts';
import type { Member } from './membership.ts';
import { isSamePeer } from './peer.ts';

const NOTHING: readonly string[] = Object.freeze([]);

/**
 * One owner for every address. Where two names hold one, the owner of before keeps it if its own answer of this round still holds it; else
 * the other's positive answer is the newer. The loser is contradicted, unless something else confirms it. The same list when there is no
 * conflict.
 */
export function settleOwnership(members: readonly Member[], context: RoundContext): readonly Member[] {
  if (!hasConflict(members, context.membership)) return members;
  const owners = new Map<string, Member>();
  const lost = new Map<Member, string[]>();
  for (const member of members) {
    for (const address of member.peer.addresses) {
      const rival = owners.get(address);
      const [winner, loser] = rival === undefined ? [member, undefined] : inOrderOfRight(rival, member, address, context);
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

/** Nobody shared an address before the round, so whoever does now has got it in the round. `members` begin with those of before, in their order. */
function hasConflict(members: readonly Member[], { members: before, owners }: RoundContext['membership']): boolean {
  const changed = members.filter((member, i) => member.peer !== before[i]?.peer);
  if (changed.length === 0) return false;
  const held = new Set<string>();
  const changedNames = owners.size === 0 ? held : new Set(changed.map(({ peer }) => peer.name));
  for (const { peer } of changed) {
    for (const address of peer.addresses) {
      const owner = owners.get(address);
      if (held.has(address) || (owner !== undefined && !changedNames.has(owner))) return true;
      held.add(address);
    }
  }
  return false;
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
  const { now, given } = exchanged(members, membership);
  const isOwned = (address: string): boolean => now.has(address) || (membership.owners.has(address) && !given.has(address));
  // Nobody else's can be unowned: of a large set these are few.
  const open = new Set([...evidence.strangers, ...given]);
  const next = new Map<string, number>();
  for (const family of FAMILIES) {
    const outcome = evidence.set[family];
    if (outcome === undefined || outcome.kind === 'unknown') {
      for (const [address, sinceMs] of unownedSinceMs) {
        if (familyOf(address) === family && !isOwned(address) && nowMs - sinceMs < windowMs) next.set(address, sinceMs);
      }
    } else if (outcome.kind === 'found') {
      for (const address of outcome.addresses) {
        if (open.has(address) && !isOwned(address)) next.set(address, unownedSinceMs.get(address) ?? nowMs);
      }
    }
  }
  return next;
}

/**
 * Of members that are not the same as before, the addresses they have after the round or claim by their own answers, also while a move back
 * is not yet believed (`now`), and those they had (`given`): of all others the owners of before tell. `members` begin with those of before,
 * in their order.
 */
function exchanged(
  members: readonly Member[],
  { members: before, isWavering }: RoundContext['membership'],
): { readonly now: ReadonlySet<string>; readonly given: ReadonlySet<string> } {
  const now = new Set<string>();
  const given = new Set<string>();
  members.forEach((member, i) => {
    const earlier = before[i];
    if (member === earlier && !isWavering) return;
    for (const address of [...member.peer.addresses, ...claimsOf(member.families)]) now.add(address);
    for (const address of earlier?.peer.addresses ?? []) given.add(address);
  });
  return { now, given };
}

/** Addresses that a member's own answers hold while a move back to them is not yet believed. */
export function claimsOf({ ipv4, ipv6 }: Member['families']): readonly string[] {
  if (ipv4.moveBack === undefined && ipv6.moveBack === undefined) return NOTHING;
  return [ipv4, ipv6].flatMap(({ moveBack }) => moveBack?.addresses ?? []);
}

/** The two holders of an address: who keeps it first. */
function inOrderOfRight(first: Member, second: Member, address: string, { membership, evidence }: RoundContext): readonly [Member, Member] {
  const ownerName = membership.owners.get(address);
  if (ownerName !== first.peer.name && ownerName !== second.peer.name) return [first, second];
  const [owner, claimant] = ownerName === first.peer.name ? [first, second] : [second, first];
  const answers = Object.values(evidence.own.get(owner.peer.name) ?? {});
  const isStillHeld = answers.some((outcome) => outcome.kind === 'found' && outcome.addresses.includes(address));
  return isStillHeld ? [owner, claimant] : [claimant, owner];
}

function withoutAddresses(member: Member, lost: readonly string[], context: RoundContext): Member {
  const { evidence, membership, nowMs } = context;
  const keep = (state: FamilyState): FamilyState =>
    state.addresses.some((address) => lost.includes(address))
      ? Object.freeze({ ...state, addresses: Object.freeze(state.addresses.filter((address) => !lost.includes(address))) })
      : state;
  const families = Object.freeze({ ipv4: keep(member.families.ipv4), ipv6: keep(member.families.ipv6) });
  // Given up, as in a move: if it gets the address back, that takes more than one answer.
  const stripped = withFamilies(member, families, { windowMs: Infinity, nowMs });
  const before = membership.membersByName.get(member.peer.name);
  // A claim that was refused again changes nothing that anyone could see.
  const peer = before !== undefined && isSamePeer(before.peer, stripped.peer) ? before.peer : stripped.peer;
  const isConfirmed = peer.addresses.some((address) => evidence.shown.has(address) || evidence.claims.get(address) === peer.name);
  if (isConfirmed) return Object.freeze({ ...stripped, peer });
  // What confirmed it was the address that it lost.
  const isLastKnown = before?.isLastKnown ?? false;
  return Object.freeze({ ...stripped, peer, isShown: false, isLastKnown, doubt: doubtOfLoser(member, before?.doubt, context) });
}

function doubtOfLoser(member: Member, before: Doubt | undefined, { evidence, membership, nowMs }: RoundContext): Doubt | undefined {
  const { verdict, isOwnAbsent, news } = judge(member, evidence, membership);
  if (verdict === 'contradicted') return member.doubt;
  // Its own answer says that it exists: what came before is over, and a new doubt begins with the address it lost.
  const isNamed = news.ipv4.kind === 'named' || news.ipv6.kind === 'named';
  return contradict(isNamed ? undefined : before, { isOwnAbsent, nowMs });
}
