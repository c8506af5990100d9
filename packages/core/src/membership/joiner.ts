import { compareAddresses, familyOf } from '../lookup/addresses.ts';
import { FAMILIES } from '../lookup/outcome.ts';
import { dashedName, isLabel, ordinalOf, peerHost } from '../service/dns-names.ts';
import type { Attribution } from './attribute.ts';
import type { RoundContext } from './decide-round.ts';
import { familyOfAddresses } from './member-addresses.ts';
import type { Member, Membership } from './membership.ts';
import type { Peer } from './peer.ts';

/** Behind a cache that denies its name, an address may be unowned for a while, however short the window. */
const SHORTEST_UNNAMED_MS = 15_000;

/** Members seen for the first time: names that answered with addresses, and a name that attribution found. */
export function joinersOf(context: RoundContext, attributed: Attribution | undefined): readonly Member[] {
  const { membership, evidence } = context;
  const joiners: Member[] = [];
  for (const [name, answers] of evidence.own) {
    if (membership.membersByName.has(name)) continue;
    const addresses = FAMILIES.flatMap((family) => {
      const answer = answers[family];
      return answer?.kind === 'found' ? answer.addresses : [];
    });
    if (addresses.length > 0) joiners.push(joiner(name, addresses, context));
  }
  if (attributed !== undefined && !membership.membersByName.has(attributed.name)) {
    joiners.push(joiner(attributed.name, attributed.addresses.toSorted(compareAddresses), context));
  }
  return joiners;
}

/**
 * The members with those for addresses that the set shows and nobody has owned for a whole leave window (15 s at least): they get their
 * dashed names, so that nothing is held for ever.
 */
export function withUnnamed(
  members: readonly Member[],
  unownedSinceMs: ReadonlyMap<string, number>,
  windowMs: number,
  context: RoundContext,
): readonly Member[] {
  const { nowMs } = context;
  const overdueMs = Math.max(windowMs, SHORTEST_UNNAMED_MS);
  const addresses = [...unownedSinceMs].flatMap(([address, sinceMs]) => (nowMs - sinceMs >= overdueMs ? [address] : []));
  if (addresses.length === 0) return members;
  const unnamed = new Map(
    addresses.map((address) => {
      const dashed = dashedName(address);
      // `2001:db8::` ends in a dash, which no label does: with its last group written out it is the same address and a name.
      const member = joiner(isLabel(dashed) ? dashed : `${dashed}0`, [address], context);
      return [member.peer.name, Object.freeze({ ...member, isUnnamed: true })] as const;
    }),
  );
  // Where the name is a member already, which had lost the address to another name, it has it again.
  return [...members.filter(({ peer }) => !unnamed.has(peer.name)), ...unnamed.values()];
}

function joiner(name: string, addresses: readonly string[], context: RoundContext): Member {
  const { membership } = context;
  const host = peerHost(name, membership.service);
  const ordinal = ordinalOf(name, membership.statefulSet, addresses);
  return memberOf(
    membership,
    Object.freeze({ name, ordinal, host, addresses: Object.freeze([...addresses]), port: portOf(host, context) }),
  );
}

/** A peer as a member whom nothing contradicts. */
export function memberOf({ departed }: Membership, peer: Peer): Member {
  return Object.freeze({
    peer,
    hasReturned: departed.has(peer.name),
    isUnnamed: false,
    isLastKnown: false,
    isShown: true,
    families: Object.freeze({
      ipv4: familyOfAddresses(peer.addresses.filter((address) => familyOf(address) === 'ipv4')),
      ipv6: familyOfAddresses(peer.addresses.filter((address) => familyOf(address) === 'ipv6')),
    }),
    past: Object.freeze([]),
    doubt: undefined,
  });
}

/** The port of the peer `host`: the option, else what SRV says of it, else what SRV last said of all. */
function portOf(host: string, { evidence, membership, policy }: RoundContext): number | undefined {
  if (policy.port !== undefined) return policy.port;
  const told = policy.portName === undefined ? undefined : evidence.ports?.get(host);
  return told ?? membership.memory.agreedPort;
}

/** The members with the ports that this round's SRV answer gives them. The same list when nothing changes. */
export function withPorts(members: readonly Member[], context: RoundContext): readonly Member[] {
  if (context.evidence.ports === undefined) return members;
  let isChanged = false;
  const next = members.map((member) => {
    const port = portOf(member.peer.host, context);
    if (port === member.peer.port) return member;
    isChanged = true;
    return Object.freeze({ ...member, peer: Object.freeze({ ...member.peer, port }) });
  });
  return isChanged ? next : members;
}
