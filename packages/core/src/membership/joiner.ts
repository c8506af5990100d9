import { compareAddresses, familyOf } from '../lookup/addresses.ts';
import type { Outcome } from '../lookup/outcome.ts';
import { ordinalOf, peerHost } from '../service/dns-names.ts';
import type { Attribution } from './attribute.ts';
import type { RoundContext } from './decide-round.ts';
import { familyOfAddresses, NO_ADDRESSES } from './member-addresses.ts';
import type { Member, Membership } from './membership.ts';
import type { Peer } from './peer.ts';

/** Members seen for the first time: names that answered with addresses, and a name that attribution found. */
export function joinersOf(context: RoundContext, attributed: Attribution | undefined): readonly Member[] {
  const { membership, evidence } = context;
  const joiners: Member[] = [];
  for (const [name, answers] of evidence.own) {
    if (membership.membersByName.has(name)) continue;
    const addresses = [...addressesIn(answers.ipv4), ...addressesIn(answers.ipv6)];
    if (addresses.length > 0) joiners.push(joiner(name, addresses, context));
  }
  if (attributed !== undefined && !membership.membersByName.has(attributed.name)) {
    joiners.push(joiner(attributed.name, attributed.addresses.toSorted(compareAddresses), context));
  }
  return joiners;
}

function addressesIn(outcome: Outcome | undefined): readonly string[] {
  return outcome?.kind === 'found' ? outcome.addresses : [];
}

/** A member with a name that was not known before. */
export function joiner(name: string, addresses: readonly string[], context: RoundContext): Member {
  const { membership } = context;
  const host = peerHost(name, membership.service);
  const ordinal = ordinalOf(name, membership.statefulSet, addresses);
  return memberOf(
    membership,
    Object.freeze({ name, ordinal, host, addresses: Object.freeze([...addresses]), port: portOf(host, context) }),
  );
}

const NO_PAST: Member['past'] = Object.freeze([]);

/** A peer as a member whom nothing contradicts. */
export function memberOf({ departed }: Membership, peer: Peer): Member {
  return Object.freeze({
    peer,
    hasReturned: departed.has(peer.name),
    isUnnamed: false,
    isLastKnown: false,
    isShown: true,
    families: familiesOf(peer),
    past: NO_PAST,
    doubt: undefined,
  });
}

/** Nearly every peer has addresses of one family: then that holds the peer's own list. */
function familiesOf({ addresses }: Peer): Member['families'] {
  const ipv4 = addresses.filter((address) => familyOf(address) === 'ipv4');
  if (ipv4.length === addresses.length) return Object.freeze({ ipv4: familyOfAddresses(addresses), ipv6: NO_ADDRESSES });
  const ipv6 = ipv4.length === 0 ? addresses : addresses.filter((address) => familyOf(address) === 'ipv6');
  return Object.freeze({ ipv4: familyOfAddresses(ipv4), ipv6: familyOfAddresses(ipv6) });
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
