import type { OptionIssue, Peer, Snapshot } from '@peerset/core';
import { DiscoveryError } from '@peerset/core/errors';
import { chooseSeeds } from '../seeds/choose-seeds.ts';
import type { DeclaredNode } from '../seeds/choose-seeds.ts';
import { declaredIssues } from '../seeds/seed-shape.ts';
import { rangeIssues, refuse, refuseNoObject, shapeIssues, unknownKeyIssues } from '../check-options.ts';

/** Which names a client is to begin with. */
export interface ContactPointOptions {
  /** Says where each node stands: names come in the order of seeds, racks in turn. Default: all peers in one rack, by ordinal. */
  readonly declared?: readonly DeclaredNode[];
  /** Only nodes of this data centre. Needs `declared`. Default: all. */
  readonly datacenter?: string;
  /** Written behind each name, 1..65535. Default: none; a driver then takes the port of its own options. */
  readonly port?: number;
  /** Names of pods at most, 1..20. Default 5. */
  readonly max?: number;
}

const keys: readonly string[] = ['declared', 'datacenter', 'port', 'max'] satisfies readonly (keyof ContactPointOptions)[];
const defaultMax = 5;

/**
 * The names that a client of Cassandra begins with: pods that are there, in the order of seeds, then the Service itself. Names, since a driver
 * resolves them again whenever it has lost everyone; addresses it would call for ever. The array is the caller's own.
 *
 * @throws {DiscoveryError} `UNUSABLE_SNAPSHOT` when nobody is there.
 * @throws {InvalidOptionsError} `INVALID_OPTIONS`.
 */
export function contactPoints(snapshot: Snapshot, options: ContactPointOptions = {}): string[] {
  refuseNoObject('options', options);
  const { port, max = defaultMax } = options;
  refuse([...shapeIssues('snapshot', snapshot, ['service', 'peers'], 'must be a snapshot of a watcher'), ...issuesOf(options)]);
  const hosts = inSeedOrder(snapshot.peers, options).slice(0, max);
  if (hosts.length === 0) {
    const where = options.datacenter === undefined ? '' : ` in ${options.datacenter}`;
    throw new DiscoveryError('UNUSABLE_SNAPSHOT', `no contact points: no peer of ${snapshot.service.host} is there${where}`);
  }
  return [...hosts, snapshot.service.host].map((host) => (port === undefined ? host : `${host}:${port}`));
}

function inSeedOrder(peers: readonly Peer[], { declared, datacenter }: ContactPointOptions): readonly string[] {
  if (declared === undefined) return peers.map(({ host }) => host);
  const present = new Set(peers.map(({ name }) => name));
  const nodes = declared.filter((node) => present.has(node.name) && (datacenter === undefined || node.datacenter === datacenter));
  return chooseSeeds(nodes, nodes.length, nodes.length).map(({ host }) => host);
}

function issuesOf(options: ContactPointOptions): readonly OptionIssue[] {
  const { declared, datacenter, port, max = defaultMax } = options;
  const isLost = datacenter !== undefined && declared === undefined;
  return [
    ...unknownKeyIssues(options, keys),
    ...(declared === undefined ? [] : declaredIssues(declared)),
    ...(port === undefined ? [] : rangeIssues('port', port, [1, 65_535])),
    ...rangeIssues('max', max, [1, 20]),
    ...(isLost
      ? [{ path: 'datacenter', value: JSON.stringify(datacenter), rule: 'needs declared, since DNS does not tell where a node stands' }]
      : []),
  ];
}
