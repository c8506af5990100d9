import { addressType, FAMILIES } from '../lookup/outcome.ts';
import type { LookupReport } from '../round-report.ts';
import type { Membership } from './membership.ts';
import { namesOf } from './names-of.ts';
import { confirmedSnapshot } from './recall.ts';

/** Why the wait for peers has not ended, from the lookups already made: one sentence for a person. Asks nothing. */
export function hintOf(membership: Membership, lookups: readonly LookupReport[]): string {
  const { snapshot, hasLastKnown } = membership;
  if (!hasLastKnown) return reasonOf(membership, lookups);
  const confirmed = new Set(confirmedSnapshot(membership).peers);
  const others = snapshot.peers.filter((peer) => !confirmed.has(peer));
  return `${namesOf(others)} known from the last-known file alone, which does not count; ${reasonOf(membership, lookups)}`;
}

function reasonOf({ service, snapshot, problems }: Membership, lookups: readonly LookupReport[]): string {
  const types: readonly string[] = FAMILIES.map(addressType);
  const set = lookups.filter(({ name, type }) => name === service.host && types.includes(type));
  const told = problems.find(({ code }) => code !== 'CLUSTER_DOMAIN_GUESSED');
  if (set.length === 0) return `no question about ${service.host} has been answered yet`;
  if (set.every(({ outcome }) => outcome === 'unknown')) {
    const codes = [...new Set(set.map(({ code }) => code))].join(', ');
    return `DNS gives no usable answer for ${service.host} (${codes}); check the DNS servers, and that UDP and TCP port 53 to them are open`;
  }
  if (told !== undefined) return `${told.message}; ${told.hint}`;
  if (snapshot.missing.length > 0) {
    return `${namesOf(snapshot.missing)} not in DNS: not ready (publishNotReadyAddresses: true shows pods before they are), not started, or not of Service ${service.name}`;
  }
  return `${service.host} shows ${snapshot.peers.length} peers; more come when more pods are ready`;
}
