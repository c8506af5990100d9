import { addressOfDashedLabel } from './ip-address.ts';
import { type NameRecords, nameRecords } from './name-records.ts';
import { type Random, shuffled } from './random.ts';
import type { Rcode, ResourceRecord, Sections, SoaRecord } from './records.ts';
import type { ServiceZone } from './service-zone.ts';

/** What the DNS server knows at one moment. */
export interface Zone {
  readonly clusterDomain: string;
  readonly ttlSeconds: number;
  /** Changes with every change of the world. */
  readonly serial: number;
  hasNamespace(namespace: string): boolean;
  /** By `<service>.<namespace>`. */
  service(key: string): ServiceZone | undefined;
  /** The names that the PTR records of `<reversed address>.in-addr.arpa` or `.ip6.arpa` point to. */
  pointers(reverseName: string): readonly string[] | undefined;
}

/** A reply before faults and size limits. */
export interface Answer extends Sections {
  readonly rcode: Rcode;
}

/** What a name has that exists without having anything: a namespace, `svc`, the zone itself. */
const BARE: NameRecords = Object.freeze({ ipv4: [], ipv6: [], srv: [], glue: [] });

/** TTL of the TXT record of `dns-version`, whatever the zone's TTL. */
const VERSION_TTL_SECONDS = 28_800;

/** SOA records live no longer than this, whatever the zone's TTL. */
const LONGEST_SOA_TTL_SECONDS = 300;

const NOTHING: readonly ResourceRecord[] = Object.freeze([]);
const REFUSED: Answer = Object.freeze({ rcode: 'REFUSED', answers: NOTHING, authority: NOTHING, additional: NOTHING });

/** The zone a name belongs to: the cluster domain or one of the reverse zones; undefined for foreign names. */
export function zoneNameOf(name: string, clusterDomain: string): string | undefined {
  return [clusterDomain, 'in-addr.arpa', 'ip6.arpa'].find((zoneName) => name === zoneName || name.endsWith(`.${zoneName}`));
}

/**
 * Answers one question as CoreDNS's `kubernetes` plugin does, with `pods insecure` as kubeadm sets it.
 *
 * @param name - Lower-case, without a final dot.
 * @param type - Upper-case mnemonic, `A` or `TYPE65`.
 */
export function answerQuestion(zone: Zone, { name, type }: { name: string; type: string }, random: Random): Answer {
  const zoneName = zoneNameOf(name, zone.clusterDomain);
  if (zoneName === undefined) return REFUSED;
  const authority = startOfAuthority(zone, zoneName);
  const base = name.slice(0, Math.max(0, name.length - zoneName.length - 1));
  // CoreDNS looks at the name only for questions that could have an answer.
  if (type === 'SOA') return base === '' ? positive([authority]) : negative('NOERROR', authority);
  if (type === 'TXT' && base === 'dns-version') return positive([{ type, name, ttlSeconds: VERSION_TTL_SECONDS, text: '1.1.0' }]);
  const targets = type === 'PTR' ? zone.pointers(name) : undefined;
  if (targets !== undefined) return positive(targets.map((target) => ({ type: 'PTR', name, ttlSeconds: zone.ttlSeconds, target })));

  const found = find(zone, { name, zoneName, base });
  // Only for TXT a name without records of its own, such as a namespace, counts as absent.
  if (found === undefined || (found === BARE && type === 'TXT')) return negative('NXDOMAIN', authority);
  const { answers, additional } = recordsOf(found, type, random);
  return answers.length === 0 ? negative('NOERROR', authority) : positive(answers, additional);
}

/** The SOA record of negative answers. */
export function startOfAuthority(zone: Zone, zoneName: string = zone.clusterDomain): SoaRecord {
  return {
    type: 'SOA',
    name: zoneName,
    ttlSeconds: Math.min(zone.ttlSeconds, LONGEST_SOA_TTL_SECONDS),
    primaryName: `ns.dns.${zoneName}`,
    mailbox: `hostmaster.${zoneName}`,
    serial: zone.serial,
    refreshSeconds: 7_200,
    retrySeconds: 1_800,
    expireSeconds: 86_400,
    minimumSeconds: zone.ttlSeconds,
  };
}

/** `base` is the name without its zone: `[<pod>.|<port>.<protocol>.]<service>.<namespace>.svc`, or the like below `pod`. */
function find(zone: Zone, { name, zoneName, base }: { name: string; zoneName: string; base: string }): NameRecords | undefined {
  if (base === '' || base === 'svc' || base === 'pod') return BARE;
  const [kind, namespace = '', owner, first, second, ...more] = base.split('.').toReversed();
  if ((kind !== 'svc' && kind !== 'pod') || more.length > 0) return undefined;
  if (zoneName !== zone.clusterDomain || !zone.hasNamespace(namespace)) return undefined;
  if (owner === undefined) return BARE;
  // CoreDNS does not look at what stands before a dashed address.
  if (kind === 'pod') return addressName(zone, { name, label: owner, namespace });
  const service = zone.service(`${owner}.${namespace}`);
  if (first === undefined) return service?.bare();
  return second === undefined ? service?.endpoint(first) : service?.port(second, first);
}

/** `pods insecure`: every address has a name in every namespace, whether or not a pod has it. Such a name even has SRV, with port 0. */
function addressName(zone: Zone, { name, label, namespace }: { name: string; label: string; namespace: string }): NameRecords | undefined {
  const address = addressOfDashedLabel(label);
  const target = `${label}.${namespace}.pod.${zone.clusterDomain}`;
  return address === undefined ? undefined : nameRecords(name, [{ address, target, port: 0 }], zone.ttlSeconds);
}

/** The stock Corefile has `loadbalance`, which deals addresses anew for every reply. SRV records keep their order. */
function recordsOf({ ipv4, ipv6, srv, glue }: NameRecords, type: string, random: Random): Pick<Answer, 'answers' | 'additional'> {
  switch (type) {
    case 'A':
      return { answers: shuffled(ipv4, random), additional: NOTHING };
    case 'AAAA':
      return { answers: shuffled(ipv6, random), additional: NOTHING };
    case 'SRV':
      return { answers: srv, additional: shuffled(glue, random) };
    default:
      return { answers: NOTHING, additional: NOTHING };
  }
}

/** A cached answer as the next asker gets it: addresses in another order. */
export function reshuffled(answer: Answer, random: Random): Answer {
  return { ...answer, answers: addressesShuffled(answer.answers, random), additional: addressesShuffled(answer.additional, random) };
}

/** All else keeps its order, and goes first. */
function addressesShuffled(records: readonly ResourceRecord[], random: Random): readonly ResourceRecord[] {
  if (records.every(isAddress)) return records.length < 2 ? records : shuffled(records, random);
  return [...records.filter((record) => !isAddress(record)), ...shuffled(records.filter(isAddress), random)];
}

function isAddress({ type }: ResourceRecord): boolean {
  return type === 'A' || type === 'AAAA';
}

function positive(answers: readonly ResourceRecord[], additional: readonly ResourceRecord[] = NOTHING): Answer {
  return { rcode: 'NOERROR', answers, authority: NOTHING, additional };
}

function negative(rcode: Rcode, authority: SoaRecord): Answer {
  return { rcode, answers: NOTHING, authority: [authority], additional: NOTHING };
}
