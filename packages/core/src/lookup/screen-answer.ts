import { isForeign } from './addresses.ts';
import type { Cidr } from './addresses.ts';
import type { Lookup, SrvTarget } from './outcome.ts';
import { peerNameUnder } from '../service/dns-names.ts';
import type { ServiceIdentity } from '../service/service-identity.ts';

/**
 * The lookup without what cannot belong to a peer: foreign addresses, and SRV targets outside the Service. What was refused is counted.
 * An answer of which nothing is left is unknown: somebody lies, and that says nothing about the members. The same lookup when all is well.
 */
export function screenAnswer(lookup: Lookup, service: ServiceIdentity, allowed: readonly Cidr[] | undefined): Lookup {
  const { outcome } = lookup;
  if (outcome.kind !== 'found') return lookup;
  // A Service with a cluster IP names itself as target: not a peer, but no lie either.
  const isOurs = ({ host }: SrvTarget): boolean => host === service.host || peerNameUnder(host, service) !== undefined;
  // Nearly every answer is good: it is not copied.
  if (!outcome.addresses.some((address) => isForeign(address, allowed)) && outcome.targets.every(isOurs)) return lookup;
  const addresses = outcome.addresses.filter((address) => !isForeign(address, allowed));
  const targets = outcome.targets.filter(isOurs);
  const refused = outcome.addresses.length - addresses.length + outcome.targets.length - targets.length;
  const isEmpty = addresses.length === 0 && targets.length === 0;
  return { ...lookup, refused, outcome: isEmpty ? { kind: 'unknown', code: 'EFOREIGN' } : { ...outcome, addresses, targets } };
}
