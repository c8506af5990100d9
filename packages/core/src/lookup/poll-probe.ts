import type { Membership } from '../membership/membership.ts';
import { LARGEST_ORDINAL, ordinalName, peerHost, statefulSetOf } from '../service/dns-names.ts';
import type { Question } from './outcome.ts';
import { HOST_PACE_MS, probeOf } from './probe.ts';
import { isCacheSeen } from './ttl-memory.ts';

/** A server that says of every name that it exists misleads the probe: after so many rounds in a row it is left alone for a while. */
const MISLED_ROUNDS = 3;
const MISLED_MS = 600_000;

/**
 * The existence probe that a poll takes along, when its turn has come:
 * - of the Service, after a round in which no server said anything about the set: a small answer that does arrive tells that large ones
 *   are held up (TCP);
 * - of the ordinal above the highest, where answers come from a cache: the cached set does not show a scale-up before it has expired.
 */
export function pollProbe(membership: Membership, nowMs: number): readonly Question[] {
  const { probes } = membership.memory;
  const host = hostWorthProbing(membership, nowMs);
  if (host === undefined || nowMs - (probes.hosts.get(host)?.atMs ?? -Infinity) < HOST_PACE_MS) return [];
  return [probeOf(host, probes)];
}

function hostWorthProbing(membership: Membership, nowMs: number): string | undefined {
  const { memory, service } = membership;
  if (memory.isUnreached) return service.host;
  const isMisleading = memory.probes.misledRounds >= MISLED_ROUNDS && nowMs - memory.probes.lastAtMs < MISLED_MS;
  return isCacheSeen(memory.ttls, nowMs) && !isMisleading ? nextOrdinalHost(membership) : undefined;
}

function nextOrdinalHost({ statefulSet, members, declared, service }: Membership): string | undefined {
  // In the order of ordinals; those without one come last.
  const highest = members.findLast(({ peer }) => peer.ordinal !== undefined)?.peer;
  if (highest?.ordinal === undefined) return undefined;
  const set = statefulSet ?? statefulSetOf(highest.name);
  const next = Math.max(highest.ordinal, declared?.at(-1)?.ordinal ?? 0) + 1;
  return set === undefined || next > LARGEST_ORDINAL ? undefined : peerHost(ordinalName(set, next), service);
}
