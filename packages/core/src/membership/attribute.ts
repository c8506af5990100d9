import { familyOf } from '../lookup/addresses.ts';
import type { Family, Outcome } from '../lookup/outcome.ts';
import { dashedName, isDashedAddress } from '../service/dns-names.ts';
import type { Membership } from './membership.ts';
import type { RoundEvidence } from './round-evidence.ts';

/** A name that must be the owner of addresses, although its own answer denies it. */
export interface Attribution {
  readonly name: string;
  readonly addresses: readonly string[];
}

/** An SRV answer of this many records may have been cut: what it does not show proves nothing. */
const SRV_RECORDS_TRUSTED = 600;

/**
 * Names for new addresses by elimination. A negative cache may hide the own name of a pod that SRV already shows: when SRV shows exactly
 * one name without an address in the set, that name's own answer is absent, and exactly one address of a family is unowned, they belong
 * together. Never without SRV: a pod that was scaled in must not inherit a stranger's address. Nor with an SRV answer that lacks the owner of
 * another address: of a part nothing follows by elimination.
 */
export function attribute(membership: Membership, evidence: RoundEvidence): Attribution | undefined {
  const { srv, srvNames, unowned } = evidence;
  if (srv?.kind !== 'found' || srv.targets.length >= SRV_RECORDS_TRUSTED || unowned.length === 0) return undefined;
  const families = new Set(unowned.map(familyOf));
  if (families.size !== unowned.length) return undefined;
  const [name, ...others] = srvNames.filter((candidate) => !isShown(membership, evidence, candidate));
  if (name === undefined || others.length > 0) return undefined;
  // A dashed name says itself whose it is.
  if (isDashedAddress(name) && unowned.some((address) => dashedName(address) !== name)) return undefined;
  if (!isWhole(membership, evidence)) return undefined;
  const rest = srvNames.filter((each) => each !== name);
  if (!rest.every((each) => unowned.every((address) => isAccountedFor(each, familyOf(address), { membership, evidence }))))
    return undefined;
  const answers = Object.values(evidence.own.get(name) ?? {});
  if (answers.length === 0 || !answers.every(isAbsent)) return undefined;
  return { name, addresses: unowned };
}

/** Whether SRV lists the owner of every address of the set that has one. */
function isWhole({ owners }: Membership, { set, claims, unowned, srvNames }: RoundEvidence): boolean {
  const listed = new Set(srvNames);
  return Object.values(set)
    .flatMap((outcome) => (outcome.kind === 'found' ? outcome.addresses : []))
    .filter((address) => !unowned.includes(address))
    .every((address) => listed.has(claims.get(address) ?? owners.get(address) ?? ''));
}

/** Whether the name has an address that the set shows: by its own answer of this round, else as the member it is. */
function isShown(membership: Membership, { own, shown }: RoundEvidence, name: string): boolean {
  const answers = Object.values(own.get(name) ?? {});
  const named = answers.flatMap((outcome) => (outcome.kind === 'found' ? outcome.addresses : []));
  const addresses = named.length > 0 ? named : (membership.membersByName.get(name)?.peer.addresses ?? []);
  return addresses.some((address) => shown.has(address));
}

/**
 * Whether it is known where the name is in a family: at an address that the set shows. One of which only the other family is known may be
 * who holds the address, whatever a negative cache says.
 */
function isAccountedFor(
  name: string,
  family: Family,
  { membership, evidence }: { membership: Membership; evidence: RoundEvidence },
): boolean {
  const answer = evidence.own.get(name)?.[family];
  const known = membership.membersByName.get(name)?.families[family].addresses ?? [];
  return (answer?.kind === 'found' ? answer.addresses : known).some((address) => evidence.shown.has(address));
}

function isAbsent({ kind }: Outcome): boolean {
  return kind === 'absent';
}
