import type { PeerIdentity } from './peer.ts';
import { comparePeers } from './peer.ts';
import type { FamilyState } from './member-addresses.ts';
import type { Member, Membership } from './membership.ts';
import { Owners } from './owners.ts';
import { patchedMap } from './patched-map.ts';

/**
 * The membership with some fields replaced. Frozen. Spelled out, because objects that spreads grow in steps have a hidden class of their own
 * each, and everything that reads them in every round becomes slow.
 */
export function nextMembership(before: Membership, changes: Partial<Membership>): Membership {
  return Object.freeze({
    service: before.service,
    statefulSet: before.statefulSet,
    firstOrdinal: before.firstOrdinal,
    declared: changes.declared ?? before.declared,
    members: changes.members ?? before.members,
    membersByName: changes.membersByName ?? before.membersByName,
    owners: changes.owners ?? before.owners,
    unconfirmed: changes.unconfirmed ?? before.unconfirmed,
    isWavering: changes.isWavering ?? before.isWavering,
    hasAddressless: changes.hasAddressless ?? before.hasAddressless,
    hasLastKnown: changes.hasLastKnown ?? before.hasLastKnown,
    unnamed: changes.unnamed ?? before.unnamed,
    unownedSinceMs: changes.unownedSinceMs ?? before.unownedSinceMs,
    departed: changes.departed ?? before.departed,
    memory: changes.memory ?? before.memory,
    snapshot: changes.snapshot ?? before.snapshot,
    startedAtMs: before.startedAtMs,
    lastChangeAtMs: changes.lastChangeAtMs ?? before.lastChangeAtMs,
    lastAnswerAtMs: changes.lastAnswerAtMs ?? before.lastAnswerAtMs,
    failuresInARow: changes.failuresInARow ?? before.failuresInARow,
    problems: changes.problems ?? before.problems,
  });
}

/** The StatefulSet was scaled: other names must exist now. Members stay whoever they are. */
export function withDeclared(membership: Membership, declared: readonly PeerIdentity[], nowMs: number): Membership {
  return withSnapshot(nextMembership(membership, { declared }), nowMs);
}

/** Other members, with everything that follows from them. The same list gives the same membership. */
export function withMembers(membership: Membership, members: readonly Member[], nowMs: number): Membership {
  const before = membership.members;
  if (members === before) return membership;
  // Nearly always the same names: then they are in order already, and most have the addresses that they had.
  const isSameNames = members.length === before.length && members.every((member, i) => isSameName(member, before[i]));
  const sorted = Object.freeze(isSameNames ? [...members] : members.toSorted((a, b) => comparePeers(a.peer, b.peer)));
  const changed = isSameNames ? sorted.filter((member, i) => member !== before[i]) : sorted;
  const known = isSameNames ? membership.membersByName : new Map<string, Member>();
  const isSamePeers = isSameNames && changed.every((member) => known.get(member.peer.name)?.peer === member.peer);
  return withSnapshot(
    nextMembership(membership, {
      members: sorted,
      membersByName: withNames(known, changed),
      owners: isSamePeers ? membership.owners : isSameNames ? ownersAfter(membership, changed) : ownersOf(sorted),
      ...(isSameNames && isPlain(membership) && changed.every(isPlainMember) ? undefined : marksOf(membership, sorted)),
    }),
    nowMs,
  );
}

/** What is told of all members together. */
type Marks = Pick<Membership, 'unconfirmed' | 'hasAddressless' | 'hasLastKnown' | 'unnamed' | 'isWavering'>;

function marksOf(membership: Membership, members: readonly Member[]): Marks {
  const unconfirmed = members.filter(({ doubt }) => doubt !== undefined).map(({ peer }) => peer.name);
  return {
    unconfirmed: isSameList(unconfirmed, membership.unconfirmed) ? membership.unconfirmed : Object.freeze(unconfirmed),
    hasAddressless: members.some(({ peer }) => peer.addresses.length === 0),
    hasLastKnown: members.some(({ isLastKnown }) => isLastKnown),
    unnamed: Object.freeze(members.filter(({ isUnnamed }) => isUnnamed).flatMap(({ peer }) => peer.addresses)),
    isWavering: members.some(({ families }) => isWavering(families.ipv4) || isWavering(families.ipv6)),
  };
}

/** No member is marked in any way: then only those that changed can be. */
function isPlain({ unconfirmed, hasAddressless, hasLastKnown, unnamed, isWavering: isAnyWavering }: Marks): boolean {
  return unconfirmed.length === 0 && unnamed.length === 0 && !hasAddressless && !hasLastKnown && !isAnyWavering;
}

function isPlainMember({ peer, doubt, families, isUnnamed, isLastKnown }: Member): boolean {
  const isUnmarked = doubt === undefined && peer.addresses.length > 0 && !isUnnamed && !isLastKnown;
  return isUnmarked && !isWavering(families.ipv4) && !isWavering(families.ipv6);
}

function isSameName(member: Member, before: Member | undefined): boolean {
  return member === before || (member.peer.name === before?.peer.name && member.peer.ordinal === before.peer.ordinal);
}

function isWavering({ loss, moveBack }: FamilyState): boolean {
  return loss !== undefined || moveBack !== undefined;
}

function ownersOf(members: readonly Member[]): Owners {
  return Owners.of(members.flatMap(entriesOf));
}

function entriesOf({ peer }: Member): readonly (readonly [address: string, name: string])[] {
  return peer.addresses.map((address) => [address, peer.name] as const);
}

/** What the changed members had goes before what they have comes: one may have taken over what another gave up. */
function ownersAfter({ owners, membersByName }: Membership, changed: readonly Member[]): Owners {
  const gone = changed.flatMap(({ peer }) => membersByName.get(peer.name)?.peer.addresses ?? []);
  return owners.patched(gone, changed.flatMap(entriesOf));
}

function withNames(membersByName: ReadonlyMap<string, Member>, members: readonly Member[]): ReadonlyMap<string, Member> {
  return patchedMap(
    membersByName,
    [],
    members.map((member) => [member.peer.name, member]),
  );
}

/** Same members and same missing names keep the snapshot: "nothing changed" is a `===` check everywhere else. */
function withSnapshot(membership: Membership, nowMs: number): Membership {
  const { snapshot, members, membersByName } = membership;
  const missing = (membership.declared ?? []).filter(({ name }) => !membersByName.has(name));
  const isSame =
    members.length === snapshot.peers.length &&
    members.every(({ peer }, i) => peer === snapshot.peers[i]) &&
    missing.length === snapshot.missing.length &&
    missing.every(({ name }, i) => name === snapshot.missing[i]?.name);
  if (isSame) return membership;
  return nextMembership(membership, {
    lastChangeAtMs: nowMs,
    snapshot: Object.freeze({
      service: snapshot.service,
      revision: snapshot.revision + 1,
      peers: Object.freeze(members.map(({ peer }) => peer)),
      missing: Object.freeze(missing),
    }),
  });
}

function isSameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}
