import { InvalidOptionsError } from '../errors.ts';
import type { OptionIssue } from '../errors.ts';
import { valueText } from '../option-issues.ts';
import { isLabel, ordinalOf, peerHost } from '../service/dns-names.ts';
import type { PeerSource } from '../source.ts';
import { canonicalAddress, compareAddresses } from './addresses.ts';

/** A peer of a fixed list. */
export interface StaticPeer {
  /** The hostname label: `color-ss-0`. */
  readonly name: string;
  /** IPv4 or IPv6; at least one. */
  readonly addresses: readonly string[];
  /** 1 to 65535; default: the watcher's option `port`. */
  readonly port?: number | undefined;
}

/**
 * A source that knows a fixed list of peers and asks nobody: for laptops and tests. Its word is final.
 *
 * @throws {InvalidOptionsError} `INVALID_OPTIONS` for a name that is no label or stands twice, an address that is none, a bad port.
 */
export function staticSource(peers: readonly StaticPeer[]): PeerSource {
  const issues = peers.flatMap((peer, index) => issuesOf(peer, index, peers));
  if (issues.length > 0) throw new InvalidOptionsError(issues);
  // Copied: a list that the caller changes later would change members without a word.
  const known = peers.map(({ name, addresses, port }) => ({
    name: name.toLowerCase(),
    addresses: Object.freeze(addresses.map((address) => canonicalAddress(address) ?? address).toSorted(compareAddresses)),
    port,
  }));
  return {
    look({ service, membership, policy }) {
      return Promise.resolve({
        kind: 'complete',
        peers: known.map(({ name, addresses, port }) =>
          Object.freeze({
            name,
            ordinal: ordinalOf(name, membership.statefulSet, addresses),
            host: peerHost(name, service),
            addresses,
            port: port ?? policy.port,
          }),
        ),
      });
    },
    close() {},
  };
}

function issuesOf(peer: StaticPeer, index: number, peers: readonly StaticPeer[]): readonly OptionIssue[] {
  const issues: OptionIssue[] = [];
  const refuse = (path: string, value: unknown, rule: string): void => {
    issues.push({ path: `${index}.${path}`, value: valueText(value), rule });
  };
  const { name, addresses, port } = peer;
  if (typeof name !== 'string' || !isLabel(name.toLowerCase())) refuse('name', name, 'must be one DNS label (RFC 1123)');
  else if (peers.findIndex((other) => other.name.toLowerCase() === name.toLowerCase()) !== index)
    refuse('name', name, 'must stand in the list once');
  if (!Array.isArray(addresses) || addresses.length === 0) refuse('addresses', addresses, 'must hold one IP address or more');
  else
    for (const [i, address] of addresses.entries())
      if (canonicalAddress(String(address)) === undefined) refuse(`addresses.${i}`, address, 'must be an IP address');
  if (port !== undefined && !(Number.isInteger(port) && port >= 1 && port <= 65_535))
    refuse('port', port, 'must be a whole number from 1 to 65535');
  return issues;
}
