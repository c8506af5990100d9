import type { PeerIdentity } from '@peerset/core';

/** A node that must exist, whether or not anyone has seen it, and where it stands. */
export interface DeclaredNode extends PeerIdentity {
  /** As the snitch of this node says it. Not empty. */
  readonly datacenter: string;
  /** As the snitch of this node says it. Nodes without racks: one rack for all. Not empty. */
  readonly rack: string;
}

/** Above this Cassandra warns, and its gossip to seeds gets less effective. */
export const maxSeeds = 20;

/**
 * The nodes that every node should name as seeds, from the declared ones alone: who answers, and in which order, changes nothing. In each
 * data centre (by name) the racks (by name) give their lowest ordinal in turn until there are `perDatacenter`.
 *
 * @param perDatacenter - Seeds of one data centre, 1 or more. Fewer when there are so many data centres that `limit` would be passed.
 * @param limit - Seeds in all, 1 or more. Default 20. With more data centres than that, the last ones get none.
 */
export function chooseSeeds(declared: readonly DeclaredNode[], perDatacenter: number, limit: number = maxSeeds): readonly DeclaredNode[] {
  const datacenters = grouped(declared.toSorted(compareOrdinals), 'datacenter').map((nodes) => takeTurns(nodes, perDatacenter));
  let depth = perDatacenter;
  while (depth > 1 && seedCount(datacenters, depth) > limit) depth -= 1;
  return datacenters.flatMap((nodes) => nodes.slice(0, depth)).slice(0, limit);
}

/** Data centre, then rack, ordinal and name: the order in which one node is first. */
export function compareNodes(a: DeclaredNode, b: DeclaredNode): number {
  return compareText(a.datacenter, b.datacenter) || compareText(a.rack, b.rack) || compareOrdinals(a, b);
}

/** Ordinal, then rack and name: the order in which the nodes of one data centre join. */
export function compareTurns(a: DeclaredNode, b: DeclaredNode): number {
  return (a.ordinal ?? Infinity) === (b.ordinal ?? Infinity)
    ? compareText(a.rack, b.rack) || compareText(a.name, b.name)
    : compareOrdinals(a, b);
}

/** Rounds over the racks: the first of each, then the second of each. No node of a later round than `most` can be needed. */
function takeTurns(nodes: readonly DeclaredNode[], most: number): readonly DeclaredNode[] {
  const racks = grouped(nodes, 'rack');
  const rounds = Math.min(most, Math.max(0, ...racks.map((rack) => rack.length)));
  return Array.from({ length: rounds }, (_, round) => racks.flatMap((rack) => rack.slice(round, round + 1))).flat();
}

/** Groups in order of their key, each in the order of `nodes`. */
function grouped(nodes: readonly DeclaredNode[], key: 'datacenter' | 'rack'): readonly (readonly DeclaredNode[])[] {
  const groups = new Map<string, DeclaredNode[]>();
  for (const node of nodes) {
    const group = groups.get(node[key]);
    if (group) group.push(node);
    else groups.set(node[key], [node]);
  }
  return [...groups].toSorted(([a], [b]) => compareText(a, b)).map(([, group]) => group);
}

function seedCount(datacenters: readonly (readonly DeclaredNode[])[], depth: number): number {
  return datacenters.reduce((sum, nodes) => sum + Math.min(depth, nodes.length), 0);
}

/** Ordinal, then name; nodes without ordinal last. */
export function compareOrdinals(a: PeerIdentity, b: PeerIdentity): number {
  const [first, second] = [a.ordinal ?? Infinity, b.ordinal ?? Infinity];
  if (first !== second) return first < second ? -1 : 1;
  return compareText(a.name, b.name);
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
