import type { Membership } from '../membership/membership.ts';
import { LARGEST_ORDINAL, ordinalName, peerHost, statefulSetOf } from '../service/dns-names.ts';
import type { Question } from './outcome.ts';
import { HOST_PACE_MS, isProbeDue, probeOf } from './probe.ts';
import type { Probe } from './probe.ts';
import { isCacheSeen } from './ttl-memory.ts';

/** A server that says of every name that it exists misleads the probe: after so many rounds in a row it is left alone for a while. */
const MISLED_ROUNDS = 3;
const MISLED_MS = 600_000;

/**
 * The existence probes that a poll takes along: the one that is due, and, when their turn has come,
 * - that of the Service, after a round in which no server said anything about the set: a small answer that does arrive tells that large
 *   ones are held up (TCP);
 * - where nothing else is probed, that of the ordinal above the highest, if answers come from a cache: the cached set does not show a
 *   scale-up before it has expired.
 */
export function pollProbes(membership: Membership, next: Probe | undefined, nowMs: number): readonly Question[] {
  const { memory, service } = membership;
  const due = isProbeDue(next, nowMs) ? [next.question] : [];
  const host = memory.isUnreached ? service.host : next === undefined ? cachedOrdinalHost(membership, nowMs) : undefined;
  if (host === undefined || host === due[0]?.name) return due;
  const { probes } = memory;
  const isPaced = nowMs - (probes.hosts.get(host)?.atMs ?? -Infinity) < HOST_PACE_MS;
  return isPaced ? due : [...due, probeOf(host, probes)];
}

function cachedOrdinalHost(membership: Membership, nowMs: number): string | undefined {
  const { probes, ttls } = membership.memory;
  const isMisleading = probes.misledRounds >= MISLED_ROUNDS && nowMs - probes.lastAtMs < MISLED_MS;
  return isCacheSeen(ttls, nowMs) && !isMisleading ? nextOrdinalHost(membership) : undefined;
}

function nextOrdinalHost({ statefulSet, members, declared, service }: Membership): string | undefined {
  // In the order of ordinals; those without one come last.
  const highest = members.findLast(({ peer }) => peer.ordinal !== undefined)?.peer;
  if (highest?.ordinal === undefined) return undefined;
  const set = statefulSet ?? statefulSetOf(highest.name);
  const next = Math.max(highest.ordinal, declared?.at(-1)?.ordinal ?? 0) + 1;
  return set === undefined || next > LARGEST_ORDINAL ? undefined : peerHost(ordinalName(set, next), service);
}
