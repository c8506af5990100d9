import type { OptionIssue, Peer, PeerIdentity, Snapshot } from '@peerset/core';
import { DiscoveryError } from '@peerset/core/errors';
import { compareText, shownValue } from './uri-text.ts';

type Peers = Snapshot | readonly PeerIdentity[];

/** Who may stand in the string: sorted, each host once, and what is wrong with the others. */
export interface Candidates {
  readonly peers: readonly (PeerIdentity | Peer)[];
  readonly issues: readonly OptionIssue[];
}

/**
 * The peers of a snapshot (with the missing ones, unless only `present` ones are asked for) or of a list, by ordinal, then name; hosts
 * in lower case and without the final dot, which drivers would keep and then not find in the replica set's own list.
 */
export function readPeers(peers: Peers, include: 'members' | 'present' = 'members'): Candidates {
  const issues: OptionIssue[] = [];
  const byHost = new Map<string, PeerIdentity | Peer>();
  for (const [path, peer] of listed(peers, include)) {
    const read = readHost(peer.host, `${path}.host`);
    issues.push(...read.issues);
    if (read.issues.length === 0 && !byHost.has(read.host)) byHost.set(read.host, { ...peer, host: read.host });
  }
  return { peers: [...byHost.values()].toSorted(byOrdinalThenName), issues };
}

/** A host as a string prints it, and what is wrong with it. */
export function readHost(given: string, path: string): { readonly host: string; readonly issues: readonly OptionIssue[] } {
  const host = given.toLowerCase().replace(/\.$/, '');
  const rule = 'must be a DNS name, not an address or a socket';
  return { host, issues: isHostName(host) ? [] : [{ path, value: shownValue(given), rule }] };
}

/**
 * Refuses what no string can be made of.
 *
 * @throws {DiscoveryError} `UNUSABLE_SNAPSHOT` when there is nobody; `PORT_MISMATCH` when a peer has another port. Missing peers have no
 * port of their own, so the string would change with every restart if it followed the ports of the others.
 */
export function requireUsable(candidates: readonly (PeerIdentity | Peer)[], peers: Peers, port: number): void {
  if (candidates.length === 0) throw new DiscoveryError('UNUSABLE_SNAPSHOT', `no host for a connection string: ${whatIsMissing(peers)}`);
  for (const peer of candidates) {
    if (!('port' in peer) || peer.port === undefined || peer.port === port) continue;
    throw new DiscoveryError('PORT_MISMATCH', `${peer.host} has port ${peer.port}, the connection string ${port}: set the option port`);
  }
}

function listed(peers: Peers, include: 'members' | 'present'): readonly (readonly [string, PeerIdentity | Peer])[] {
  if (!('peers' in peers)) return peers.map((peer, index) => [`peers.${index}`, peer]);
  const present = peers.peers.map((peer, index) => [`peers.${index}`, peer] as const);
  return include === 'present' ? present : [...present, ...peers.missing.map((peer, index) => [`missing.${index}`, peer] as const)];
}

function whatIsMissing(peers: Peers): string {
  if (!('peers' in peers)) return 'the list of peers is empty';
  const { service, missing } = peers;
  if (missing.length === 0)
    return `${service.host} has no peers and none are declared; declare statefulSet and replicas, or wait until it is ready`;
  const names = missing.slice(0, 3).map(({ name }) => name);
  const rest = missing.length > names.length ? ` and ${missing.length - names.length} more` : '';
  return `no peer of ${service.host} is present, missing are ${names.join(', ')}${rest}; wait for them, or include members`;
}

/** RFC 1123 labels, and `_`, which some zones use. What ends in a number is an address to URL parsers (WHATWG URL, "ends in a number"). */
function isHostName(host: string): boolean {
  const labels = host.split('.');
  if (host.length > 253 || /^(?:\d+|0x[\da-f]*)$/.test(labels.at(-1) ?? '')) return false;
  return labels.every((label) => /^[a-z\d_](?:[a-z\d_-]{0,61}[a-z\d_])?$/.test(label));
}

function byOrdinalThenName(a: PeerIdentity, b: PeerIdentity): number {
  const [first, second] = [a.ordinal ?? Infinity, b.ordinal ?? Infinity];
  if (first !== second) return first < second ? -1 : 1;
  return compareText(a.name, b.name) || compareText(a.host, b.host);
}
