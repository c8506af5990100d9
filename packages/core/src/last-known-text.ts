import { canonicalAddress, compareAddresses, isForeign } from './lookup/addresses.ts';
import type { Cidr } from './lookup/addresses.ts';
import type { Peer } from './membership/peer.ts';
import type { Policy } from './membership/policy.ts';
import type { Snapshot } from './membership/snapshot.ts';
import { valueText } from './option-issues.ts';
import { isDnsName, isLabel, ordinalOf, peerHost } from './service/dns-names.ts';
import type { ServiceIdentity } from './service/service-identity.ts';

/** What a last-known file is read for. */
export interface LastKnownSubject {
  readonly service: ServiceIdentity;
  readonly statefulSet: string | undefined;
  readonly allowed: readonly Cidr[] | undefined;
  readonly policy: Policy;
}

/** What the text of a last-known file comes to. */
export type LastKnown =
  /** `refused`: how many addresses were left out, as they would be of an answer of DNS. */
  | { readonly kind: 'usable'; readonly peers: readonly Peer[]; readonly refused: number }
  | { readonly kind: 'unusable'; readonly reason: string };

/** Ours alone: nobody else writes or reads it. A change that an older peerset must not read takes the next number. */
const VERSION = 1;

/** The peers as text. `savedAt` is for people; nothing reads it. */
export function renderLastKnown({ service, peers }: Snapshot, { port, portName }: Policy, savedAt: string): string {
  const saved = peers.map((peer) => ({
    name: peer.name,
    addresses: peer.addresses,
    // A port that the option says is not known of the peer.
    ...(port === undefined && peer.port !== undefined ? { port: peer.port } : {}),
  }));
  const named = portName === undefined ? {} : { portName };
  return `${JSON.stringify({ version: VERSION, savedAt, service: service.host, ...named, peers: saved }, undefined, 1)}\n`;
}

/** Reads what `renderLastKnown` wrote. Whatever else it is, it is unusable as a whole; addresses are screened as those of answers are. */
export function parseLastKnown(text: string, subject: LastKnownSubject): LastKnown {
  const file = parseJson(text);
  if (!isRecord(file)) return damaged('it is no object');
  const { version, service, portName, peers } = file;
  if (version !== VERSION) return { kind: 'unusable', reason: `its version is ${valueText(version)}, not ${VERSION}` };
  if (service !== subject.service.host)
    return { kind: 'unusable', reason: `it is of ${valueText(service)}, not of ${subject.service.host}` };
  if (!Array.isArray(peers)) return damaged('peers is no list');
  // The port of a peer is that of the port name it was found by.
  const isPortMeant = portName === subject.policy.portName;
  const read = peers.map((peer: unknown) => readPeer(peer, subject, isPortMeant));
  const broken = read.findIndex((peer) => peer === undefined);
  if (broken >= 0) return damaged(`peers.${broken} is no peer`);
  const found = read.filter((peer) => peer !== undefined);
  if (hasTwice(found.map(({ name }) => name))) return damaged('a peer stands there twice');
  if (hasTwice(found.flatMap(({ addresses }) => addresses))) return damaged('an address stands there twice');
  return screened(found, subject.allowed);
}

function screened(peers: readonly Peer[], allowed: readonly Cidr[] | undefined): LastKnown {
  let refused = 0;
  const usable = peers.flatMap((peer) => {
    const addresses = peer.addresses.filter((address) => !isForeign(address, allowed));
    refused += peer.addresses.length - addresses.length;
    return addresses.length === 0 ? [] : [Object.freeze({ ...peer, addresses: Object.freeze(addresses) })];
  });
  return { kind: 'usable', peers: Object.freeze(usable), refused };
}

/** Ordinal and host follow from the name, as they do for a peer that DNS shows. */
function readPeer(value: unknown, { service, statefulSet, policy }: LastKnownSubject, isPortMeant: boolean): Peer | undefined {
  if (!isRecord(value)) return undefined;
  const { name, addresses, port } = value;
  if (typeof name !== 'string' || !isLabel(name) || !isDnsName(peerHost(name, service)) || !Array.isArray(addresses)) return undefined;
  if (port !== undefined && !isPort(port)) return undefined;
  const canonical = addresses.map((address: unknown) => (typeof address === 'string' ? canonicalAddress(address) : undefined));
  const known = canonical.filter((address) => address !== undefined);
  if (known.length < canonical.length) return undefined;
  return {
    name,
    ordinal: ordinalOf(name, statefulSet, known),
    host: peerHost(name, service),
    addresses: known.toSorted(compareAddresses),
    port: policy.port ?? (isPortMeant ? port : undefined),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function isPort(port: unknown): port is number {
  return typeof port === 'number' && Number.isInteger(port) && port >= 1 && port <= 65_535;
}

function hasTwice(values: readonly string[]): boolean {
  return new Set(values).size < values.length;
}

function damaged(what: string): LastKnown {
  return { kind: 'unusable', reason: `it is damaged (${what})` };
}
