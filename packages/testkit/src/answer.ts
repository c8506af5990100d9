import type { NameRecords } from './name-records.ts';
import { type Random, shuffled } from './random.ts';
import type { AddressRecord, Rcode, ResourceRecord, Sections, SoaRecord } from './records.ts';
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

/** `bare` names exist without having anything: namespaces, `svc`, the zone itself. */
type Found = NameRecords | 'bare' | undefined;

/** TTL of the TXT record of `dns-version`, whatever the zone's TTL. */
const VERSION_TTL_SECONDS = 28_800;

/** SOA records live no longer than this, whatever the zone's TTL. */
const LONGEST_SOA_TTL_SECONDS = 300;

const NOTHING: readonly ResourceRecord[] = Object.freeze([]);
const REFUSED: Answer = Object.freeze({ rcode: 'REFUSED', answers: NOTHING, authority: NOTHING, additional: NOTHING });

/**
 * Answers one question as CoreDNS's `kubernetes` plugin does.
 *
 * @param name - Lower-case, without a final dot.
 * @param type - Upper-case mnemonic, `A` or `TYPE65`.
 */
export function answerQuestion(zone: Zone, { name, type }: { name: string; type: string }, random: Random): Answer {
  for (const reverseZone of ['in-addr.arpa', 'ip6.arpa']) {
    if (name === reverseZone || name.endsWith(`.${reverseZone}`)) return answerReverse(zone, { name, type, reverseZone });
  }
  if (name === zone.clusterDomain) return answerApex(zone, type);
  if (!name.endsWith(`.${zone.clusterDomain}`)) return REFUSED;
  return answerForward(zone, { name, type }, random);
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

function answerForward(zone: Zone, { name, type }: { name: string; type: string }, random: Random): Answer {
  // CoreDNS looks at the name only for questions that could have an answer.
  if (type === 'SOA') return negative(zone, 'NOERROR');
  const base = name.slice(0, -zone.clusterDomain.length - 1);
  if (type === 'TXT') return answerText(zone, { name, base });
  const found = find(zone, base);
  if (found === undefined) return negative(zone, 'NXDOMAIN');
  if (found === 'bare') return negative(zone, 'NOERROR');
  switch (type) {
    case 'A':
      return addresses(zone, found.ipv4, random);
    case 'AAAA':
      return addresses(zone, found.ipv6, random);
    case 'SRV':
      return found.srv.length === 0 ? negative(zone, 'NOERROR') : positive(found.srv, shuffled(found.glue, random));
    default:
      return negative(zone, 'NOERROR');
  }
}

function answerText(zone: Zone, { name, base }: { name: string; base: string }): Answer {
  if (base === 'dns-version') return positive([{ type: 'TXT', name, ttlSeconds: VERSION_TTL_SECONDS, text: '1.1.0' }]);
  // Only here a name without records of its own, such as a namespace, counts as absent.
  const found = find(zone, base);
  return negative(zone, found === undefined || found === 'bare' ? 'NXDOMAIN' : 'NOERROR');
}

function answerApex(zone: Zone, type: string): Answer {
  return type === 'SOA' ? positive([startOfAuthority(zone)]) : negative(zone, 'NOERROR');
}

function answerReverse(zone: Zone, { name, type, reverseZone }: { name: string; type: string; reverseZone: string }): Answer {
  if (name === reverseZone || type === 'SOA') {
    const authority = startOfAuthority(zone, reverseZone);
    return name === reverseZone && type === 'SOA' ? positive([authority]) : negative(zone, 'NOERROR', authority);
  }
  const targets = type === 'PTR' ? zone.pointers(name) : undefined;
  if (targets === undefined) return negative(zone, 'NXDOMAIN', startOfAuthority(zone, reverseZone));
  return positive(targets.map((target) => ({ type: 'PTR', name, ttlSeconds: zone.ttlSeconds, target })));
}

/** `base` is the name without the cluster domain: `[<pod>.|<_port>.<_protocol>.]<service>.<namespace>.svc`. */
function find(zone: Zone, base: string): Found {
  if (base === 'svc' || base === 'pod') return 'bare';
  if (!base.endsWith('.svc')) return undefined;
  const inServices = base.slice(0, -'.svc'.length);
  const service = zone.service(inServices);
  if (service !== undefined) return service.bare();
  const labels = inServices.split('.');
  if (labels.length === 1) return zone.hasNamespace(inServices) ? 'bare' : undefined;
  const owner = zone.service(labels.slice(-2).join('.'));
  const [first = '', second = ''] = labels;
  if (labels.length === 3) return owner?.endpoint(first);
  return labels.length === 4 ? owner?.port(first, second) : undefined;
}

function addresses(zone: Zone, records: readonly AddressRecord[], random: Random): Answer {
  // The stock Corefile has `loadbalance`, which deals addresses anew for every reply. SRV records keep their order.
  return records.length === 0 ? negative(zone, 'NOERROR') : positive(shuffled(records, random));
}

function positive(answers: readonly ResourceRecord[], additional: readonly ResourceRecord[] = NOTHING): Answer {
  return { rcode: 'NOERROR', answers, authority: NOTHING, additional };
}

function negative(zone: Zone, rcode: Rcode, authority: SoaRecord = startOfAuthority(zone)): Answer {
  return { rcode, answers: NOTHING, authority: [authority], additional: NOTHING };
}
