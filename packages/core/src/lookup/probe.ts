import type { Membership } from '../membership/membership.ts';
import type { Policy } from '../membership/policy.ts';
import type { ServiceIdentity } from '../service/service-identity.ts';
import { isAddressType } from './outcome.ts';
import type { Lookup, Question, RecordType } from './outcome.ts';

/**
 * Types that carry nothing in a cluster's zone. CoreDNS answers them with NODATA for a name that exists and with NXDOMAIN for one that does
 * not. SOA is not among them: it is always NODATA.
 */
const PROBE_TYPES: readonly RecordType[] = Object.freeze(['TXT', 'MX', 'NS', 'CNAME', 'NAPTR', 'CAA', 'PTR']);

/** How long a cache may keep a denial of a name in one type: a type is asked no more often. */
const DENIAL_MS = 30_000;
/** So each host may be probed this often, a type at a time. */
export const HOST_PACE_MS: number = DENIAL_MS / PROBE_TYPES.length;

/** When hosts were probed, and with which type. Frozen. */
export interface ProbeMemory {
  readonly lastAtMs: number;
  readonly hosts: ReadonlyMap<string, { readonly atMs: number; readonly type: number }>;
  /** Rounds in a row in which a name was shown to exist by a probe and then had no address. */
  readonly misledRounds: number;
}

export const NO_PROBES: ProbeMemory = Object.freeze({ lastAtMs: -Infinity, hosts: new Map(), misledRounds: 0 });

/** A probe, and when it may be asked. */
export interface Probe {
  readonly question: Question;
  readonly dueMs: number;
}

/**
 * The next existence probe, while the set is absent or declared peers are missing; undefined when there is nothing to find. A name that was
 * asked for too early stays denied in caches for half a minute, but in the type that was asked only: asking in types that carry nothing
 * shows at once that it exists now. All hosts together are probed evenly, every half minute in each type.
 */
export function nextProbe({ service, snapshot, memory }: Membership, { settlingIntervalMs }: Policy): Probe | undefined {
  const wasAsked = memory.families.ipv4.askedAtMs > -Infinity || memory.families.ipv6.askedAtMs > -Infinity;
  if (!wasAsked || (memory.setAbsence === undefined && snapshot.missing.length === 0)) return undefined;
  const hosts = [...(memory.setAbsence === undefined ? [] : [service.host]), ...snapshot.missing.map(({ host }) => host)];
  const { probes } = memory;
  const lastMs = (host: string): number => probes.hosts.get(host)?.atMs ?? -Infinity;
  let [next] = hosts;
  if (next === undefined) return undefined;
  for (const host of hosts) if (lastMs(host) < lastMs(next)) next = host;
  const paceMs = Math.max(settlingIntervalMs, HOST_PACE_MS / hosts.length);
  return { question: probeOf(next, probes), dueMs: Math.max(probes.lastAtMs + paceMs, lastMs(next) + HOST_PACE_MS) };
}

/** A timer may fire a fraction of a millisecond early. */
export function isProbeDue(probe: Probe | undefined, nowMs: number): probe is Probe {
  return probe !== undefined && probe.dueMs - nowMs < 1;
}

/** The probe of a host, in the type whose turn it is. */
export function probeOf(host: string, { hosts }: ProbeMemory): Question {
  return { name: host, type: PROBE_TYPES[((hosts.get(host)?.type ?? -1) + 1) % PROBE_TYPES.length] ?? 'TXT' };
}

/** Hosts of the Service that a probe of this round has shown to exist: any answer but "no such name". */
export function provenHosts(lookups: readonly Lookup[], service: ServiceIdentity): readonly string[] {
  const isProof = ({ question, outcome }: Lookup): boolean =>
    isProbe(question, service) && (outcome.kind === 'found' || (outcome.kind === 'absent' && outcome.reason === 'no-such-record'));
  return lookups.filter(isProof).map(({ question }) => question.name);
}

/** The memory after a round. The same when it did not probe. */
export function rememberProbes(
  probes: ProbeMemory,
  lookups: readonly Lookup[],
  { service, nowMs }: { service: ServiceIdentity; nowMs: number },
): ProbeMemory {
  const asked = lookups.filter(({ question }) => isProbe(question, service));
  if (asked.length === 0) return probes;
  const hosts = new Map([...probes.hosts].filter(([, { atMs }]) => nowMs - atMs < DENIAL_MS));
  for (const { question } of asked) hosts.set(question.name, Object.freeze({ atMs: nowMs, type: PROBE_TYPES.indexOf(question.type) }));
  return Object.freeze({ lastAtMs: nowMs, hosts, misledRounds: misledAfter(probes, lookups, service) });
}

function misledAfter({ misledRounds }: ProbeMemory, lookups: readonly Lookup[], service: ServiceIdentity): number {
  const proven = new Set(provenHosts(lookups, service));
  const own = lookups.filter(({ question }) => isAddressType(question.type) && question.name !== service.host && proven.has(question.name));
  if (own.length === 0) return misledRounds;
  return own.every(({ outcome }) => outcome.kind === 'absent') ? misledRounds + 1 : 0;
}

/** `dns-version` is asked for in the same type, and is no host of the Service. */
function isProbe({ name, type }: Question, { host }: ServiceIdentity): boolean {
  return PROBE_TYPES.includes(type) && (name === host || name.endsWith(`.${host}`));
}
