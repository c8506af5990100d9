import { largestTtlSeconds } from '../lookup/ttl-memory.ts';
import { attribute } from './attribute.ts';
import { isClusterIp } from './cluster-ip.ts';
import { joinersOf, withPorts } from './joiner.ts';
import { leaversOf, withDeparted } from './leave.ts';
import { nextMembership, withMembers } from './next-membership.ts';
import type { Member, Membership } from './membership.ts';
import { settleOwnership, unownedAfter } from './ownership.ts';
import { leaveWindowMs } from './policy.ts';
import type { Policy } from './policy.ts';
import type { RoundEvidence } from './round-evidence.ts';
import { withUnnamed } from './unnamed.ts';
import { updateMembers } from './update-member.ts';

/** Everything a decision about one round may use. */
export interface RoundContext {
  readonly membership: Membership;
  readonly evidence: RoundEvidence;
  readonly policy: Policy;
  readonly nowMs: number;
}

/** Joins, moves, doubts and leaves of one round of DNS evidence, in this order. */
export function decideRound(context: RoundContext): Membership {
  const { membership, evidence, policy, nowMs } = context;
  // Nobody joins from a Service that hides its pods, and its one address belongs to nobody.
  const isHeadless = !isClusterIp(evidence, membership.service, policy);
  const attributed = isHeadless ? attribute(membership, evidence) : undefined;
  const windowMs = leaveWindowMs(policy, largestTtlSeconds(membership.memory.ttls, nowMs));

  const updated = updateMembers(context, attributed);
  const joined = isHeadless ? [...updated, ...joinersOf(context, attributed)] : updated;
  const owned = settleOwnership(joined, context);
  const settled = isHeadless ? withPorts(owned, context) : owned;
  const unownedSinceMs = isHeadless ? unownedAfter(settled, windowMs, context) : new Map<string, number>();
  const named = withUnnamed(settled, unownedSinceMs, windowMs, context);
  const stillUnowned = named === settled ? unownedSinceMs : withoutAddressesOf(named, unownedSinceMs);
  // An address that nobody owns may be where a missed member went: while there is one, nobody leaves.
  const leavers = isHeadless && evidence.isAnswered && stillUnowned.size === 0 ? leaversOf(named, windowMs, context) : [];
  const gone = new Set(leavers);
  const members = named.filter((member) => !gone.has(member));

  const isSame = members.length === membership.members.length && members.every((member, i) => member === membership.members[i]);
  const next = nextMembership(withDeparted(membership, leavers), { unownedSinceMs: stillUnowned });
  return isSame ? next : withMembers(next, members, nowMs);
}

function withoutAddressesOf(members: readonly Member[], unownedSinceMs: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  const owned = new Set(members.flatMap(({ peer }) => peer.addresses));
  return new Map([...unownedSinceMs].filter(([address]) => !owned.has(address)));
}
