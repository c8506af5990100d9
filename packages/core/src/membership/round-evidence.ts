import { compareAddresses, familyOf } from '../lookup/addresses.ts';
import { FAMILIES, isAddressType, outcomesIn } from '../lookup/outcome.ts';
import { provenHosts } from '../lookup/probe.ts';
import type { Family, Lookup, Outcome, RecordType } from '../lookup/outcome.ts';
import { peerNameUnder } from '../service/dns-names.ts';
import type { ServiceIdentity } from '../service/service-identity.ts';
import type { Member, Membership } from './membership.ts';
import type { Addresses, OwnersComparison } from './owners.ts';

/** What was asked in each family, and what it came to. */
export type OutcomeByFamily = Readonly<Partial<Record<Family, Outcome>>>;

/** The answers of one round, sorted by what they are about. Planning and observing read the same evidence. */
export interface RoundEvidence extends OwnersComparison {
  /** The set question, in the families that were asked. */
  readonly set: OutcomeByFamily;
  /** The set question was asked at all. */
  readonly isAsked: boolean;
  /** At least one family of the set was answered with authority. */
  readonly isAnswered: boolean;
  /** Every authoritative answer about the set was an authoritative no. */
  readonly isSetAbsent: boolean;
  /** The set shows exactly the addresses of the members: everyone is confirmed. */
  readonly isSettled: boolean;
  /** The answer about the set may have been cut without a sign: it can add, never contradict. */
  readonly mayBeCut: boolean;
  /** Own-name answers, by peer name. */
  readonly own: ReadonlyMap<string, OutcomeByFamily>;
  /** Address -> the name whose own answer holds it. */
  readonly claims: ReadonlyMap<string, string>;
  /** Addresses of the set that neither a member nor this round's own answers account for. */
  readonly unowned: readonly string[];
  /** What the last SRV question came to; undefined when none was asked. */
  readonly srv: Outcome | undefined;
  /** Host -> port, by the SRV records that tell ports; undefined when they were not found. */
  readonly ports: ReadonlyMap<string, number> | undefined;
  /** Hosts that an existence probe has shown to exist: the Service's, or those of peers. */
  readonly proven: readonly string[];
  /** Peer names that the SRV answer shows, in its order. */
  readonly srvNames: readonly string[];
}

/**
 * The last reading. Planning and observing read the same answers of the same members, the last time a round is planned, one right after the
 * other: once is enough.
 */
let last: Reading | undefined;

interface Reading {
  readonly lookups: readonly Lookup[];
  readonly service: ServiceIdentity;
  readonly owners: Membership['owners'];
  /** A round's list may have grown since. */
  readonly length: number;
  readonly evidence: RoundEvidence;
}

export function readRound(membership: Membership, lookups: readonly Lookup[]): RoundEvidence {
  const { service, owners } = membership;
  const { length } = lookups;
  if (last !== undefined && last.lookups === lookups && last.owners === owners && last.length === length) return last.evidence;
  const earlier = last?.service === service && last.owners === owners ? last.evidence : undefined;
  const evidence = readAnew(membership, lookups, earlier);
  last = { lookups, service, owners, length, evidence };
  return evidence;
}

/**
 * @param earlier - A reading of the same members, probably with the first answers of the same round: what those say is not worked out again.
 */
function readAnew(membership: Membership, lookups: readonly Lookup[], earlier: RoundEvidence | undefined): RoundEvidence {
  const { service } = membership;
  const set = readSet(lookups, service);
  const outcomes = outcomesIn(set);
  const isAnswered = outcomes.some(({ kind }) => kind !== 'unknown');
  const isSetAlone = lookups.length === outcomes.length;
  const addresses = allAddressesOf(outcomes);
  const sameSet = earlier?.set.ipv4 === set.ipv4 && earlier?.set.ipv6 === set.ipv6 ? earlier : undefined;
  const { shown, strangers, missed } = sameSet ?? membership.owners.compare(addresses);
  const isSettled = isExactly(membership, strangers, missed);
  if (isSetAlone && isSettled) return settledEvidence(set, { shown, strangers, missed });
  // Where a port is named, its records come first, and those of the bare name only if it has none.
  const srvs = lookups.filter(({ question }) => question.type === 'SRV').map(({ outcome }) => outcome);
  const srv = srvs.at(-1);
  const own = isSetAlone ? NO_OWN : readOwn(lookups, service);
  const claims = readClaims(own);
  return {
    set,
    isAsked: outcomes.length > 0,
    isAnswered,
    isSetAbsent: isAnswered && outcomes.every(({ kind }) => kind !== 'found'),
    isSettled,
    mayBeCut: FAMILIES.some((family) => isNearLimit(family, set[family])),
    shown,
    strangers,
    missed,
    own,
    claims,
    unowned: unownedOf(addresses, { strangers, missed, claims, own }, membership),
    srv,
    ports: srvs[0]?.kind === 'found' ? new Map(srvs[0].targets.map(({ host, port }) => [host, port])) : undefined,
    proven: provenHosts(lookups, service),
    srvNames: earlier?.srv === srv ? (earlier?.srvNames ?? NOTHING) : srvNamesOf(srv, service),
  };
}

function srvNamesOf(srv: Outcome | undefined, service: ServiceIdentity): readonly string[] {
  return srv?.kind === 'found' ? [...new Set(srv.targets.flatMap(({ host }) => peerNameUnder(host, service) ?? []))] : NOTHING;
}

const NO_OWN: RoundEvidence['own'] = new Map();
const NO_CLAIMS: RoundEvidence['claims'] = new Map();
const NOTHING: readonly string[] = Object.freeze([]);

/** A settled poll, as nearly all are: the set was asked, nothing else, and shows just the members. */
function settledEvidence(set: OutcomeByFamily, { shown, strangers, missed }: OwnersComparison): RoundEvidence {
  return {
    set,
    isAsked: true,
    isAnswered: true,
    isSetAbsent: false,
    isSettled: true,
    mayBeCut: FAMILIES.some((family) => isNearLimit(family, set[family])),
    shown,
    strangers,
    missed,
    own: NO_OWN,
    claims: NO_CLAIMS,
    unowned: NOTHING,
    srv: undefined,
    ports: undefined,
    proven: NOTHING,
    srvNames: NOTHING,
  };
}

/**
 * The families in which a peer's own name is worth asking: those of the set, without one that the set has no record of, and without one
 * that fails and never had a member.
 */
export function ownFamilies({ set }: RoundEvidence, { memory }: Membership): readonly Family[] {
  const asked = FAMILIES.filter((family) => set[family] !== undefined);
  if (!asked.some((family) => set[family]?.kind === 'found')) return asked;
  return asked.filter((family) => set[family]?.kind === 'found' || (set[family]?.kind === 'unknown' && memory.families[family].wasFound));
}

/** The set was answered, and shows none of the member's addresses. */
export function isMissed({ set, shown, isSettled }: RoundEvidence, { peer }: Member): boolean {
  if (isSettled || peer.addresses.some((address) => shown.has(address))) return false;
  // A member whose address another name took has nothing that the set could show.
  return peer.addresses.length === 0 || peer.addresses.some((address) => isAnsweredIn(set, familyOf(address)));
}

/**
 * The set shows the member, but not all of it: an address is left out, or there are addresses without a name (`nameless`) in a family of
 * which the member has none.
 */
export function isPartlyMissed({ set, shown, isSettled }: RoundEvidence, { peer, families }: Member, nameless: readonly string[]): boolean {
  if (!isSettled && peer.addresses.some((address) => !shown.has(address) && isAnsweredIn(set, familyOf(address)))) return true;
  return nameless.some((address) => families[familyOf(address)].addresses.length === 0);
}

function unownedOf(
  addresses: readonly string[],
  { strangers, missed, claims, own }: Pick<RoundEvidence, 'strangers' | 'missed' | 'claims' | 'own'>,
  membership: Membership,
): readonly string[] {
  // Only a name that was asked can have let go of an address, and only one that is shown needs another owner.
  const letGo: string[] = [];
  for (const name of own.keys()) {
    const known = membership.membersByName.get(name)?.peer.addresses ?? NOTHING;
    letGo.push(...known.filter((address) => !missed.has(address) && !isHeld(membership, own, address)));
  }
  if (letGo.length === 0) return strangers.filter((address) => !claims.has(address));
  const open = new Set([...strangers, ...letGo]);
  return addresses.filter((address) => open.has(address) && !claims.has(address));
}

/** A message of 64 KiB holds about as many; what goes beyond is left out, and Node does not tell. */
function isNearLimit(family: Family, outcome: Outcome | undefined): boolean {
  return addressesOf(outcome).length >= (family === 'ipv4' ? 4_000 : 2_300);
}

function isAnsweredIn(set: OutcomeByFamily, family: Family): boolean {
  return set[family] !== undefined && set[family].kind !== 'unknown';
}

function readSet(lookups: readonly Lookup[], service: ServiceIdentity): OutcomeByFamily {
  const set: Partial<Record<Family, Outcome>> = {};
  for (const { question, outcome } of lookups) {
    if (question.name !== service.host) continue;
    if (question.type === 'A') set.ipv4 = outcome;
    if (question.type === 'AAAA') set.ipv6 = outcome;
  }
  return set;
}

function readOwn(lookups: readonly Lookup[], service: ServiceIdentity): Map<string, OutcomeByFamily> {
  const own = new Map<string, OutcomeByFamily>();
  for (const { question, outcome } of lookups) {
    if (!isAddressType(question.type)) continue;
    const name = peerNameUnder(question.name, service);
    if (name !== undefined) own.set(name, withAnswer(own.get(name), question.type, inOrder(outcome)));
  }
  return own;
}

/** Spelled out: objects that grow by computed keys are slow to read. */
function withAnswer(answers: OutcomeByFamily | undefined, type: RecordType, outcome: Outcome): OutcomeByFamily {
  if (type === 'A') return answers?.ipv6 === undefined ? { ipv4: outcome } : { ipv4: outcome, ipv6: answers.ipv6 };
  return answers?.ipv4 === undefined ? { ipv6: outcome } : { ipv4: answers.ipv4, ipv6: outcome };
}

/** A peer's addresses are told in order; those of the set are only looked up. */
function inOrder(outcome: Outcome): Outcome {
  if (outcome.kind !== 'found' || outcome.addresses.length < 2) return outcome;
  return { ...outcome, addresses: outcome.addresses.toSorted(compareAddresses) };
}

function readClaims(own: ReadonlyMap<string, OutcomeByFamily>): ReadonlyMap<string, string> {
  const claims = new Map<string, string>();
  for (const [name, outcomes] of own) {
    for (const address of addressesOf(outcomes.ipv4)) claims.set(address, name);
    for (const address of addressesOf(outcomes.ipv6)) claims.set(address, name);
  }
  return claims;
}

function isExactly({ owners, hasAddressless }: Membership, strangers: readonly string[], missed: Addresses): boolean {
  return owners.size > 0 && !hasAddressless && strangers.length === 0 && missed.size === 0;
}

/** Whether a member still holds the address: its own answer of this round, if there is one, may have let it go. */
export function isHeld({ owners }: Membership, own: ReadonlyMap<string, OutcomeByFamily>, address: string): boolean {
  const owner = owners.get(address);
  if (owner === undefined) return false;
  const answer = own.get(owner)?.[familyOf(address)];
  return answer?.kind !== 'found' || answer.addresses.includes(address);
}

function allAddressesOf(outcomes: readonly Outcome[]): readonly string[] {
  return outcomes.length === 1 ? addressesOf(outcomes[0]) : outcomes.flatMap(addressesOf);
}

function addressesOf(outcome: Outcome | undefined): readonly string[] {
  return outcome?.kind === 'found' ? outcome.addresses : NOTHING;
}
