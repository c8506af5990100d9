import type { PeerIdentity } from '@peerset/core';
import type { SeedInput } from './seed-input.ts';
import { checkSeedInput } from './check-seed-input.ts';
import type { Seed } from './seed-list.ts';
import { founderSeeds, otherSeeds, ownSeeds } from './seed-list.ts';
import type { SeedView } from './seed-view.ts';
import { readSeedView, turnsBefore } from './seed-view.ts';
import { swappedAddresses } from './swapped-addresses.ts';

/** A list that a node may start with. */
export interface SeedListPlan {
  /**
   * `found`: start a new cluster; the only mode in which a node without data lists itself. `join`: stream from the others. `restart`: the node
   * has data; every such node gets the same list. `replace-suspected`: as `join`, but the node seems to have lost its disk: without
   * `replace_address_first_boot` it would join as one node more and leave its old self behind, down.
   */
  readonly mode: 'found' | 'join' | 'restart' | 'replace-suspected';
  /** 1 to 20 entries, at least one of which resolves. */
  readonly seeds: readonly Seed[];
  /** One sentence for a log. Its text may change. */
  readonly reason: string;
  /**
   * Names that exchanged their addresses since `previousAddresses`, two or more at a time: each has the address that the next one had, the
   * last that of the first. Cassandra before 6.0 starts none of them; another address for one helps. Absent where there are none.
   */
  readonly swappedAddresses?: readonly (readonly string[])[];
}

/** Nothing to start with yet. Time alone never turns it into `found`. */
export interface WaitPlan {
  readonly mode: 'wait';
  /** Nodes that must appear, be confirmed or join first, or the input (`lookupsComplete`, `selfAddress`, `clusterState`) that must change. Not empty. */
  readonly waitingFor: readonly string[];
  /** One sentence for a log. Its text may change. */
  readonly reason: string;
  /** As of a list. */
  readonly swappedAddresses?: readonly (readonly string[])[];
}

/** What a node is to start with, and why. */
export type SeedPlan = SeedListPlan | WaitPlan;

/**
 * Decides the seeds of one node. For one `declared` list and one `founder`, at most one node ever gets `found`, whatever each of them sees.
 * Facts: seed handling of Cassandra 3.11 to 5.0 (source, and tried on 5.0), and of ScyllaDB (documentation).
 *
 * @throws {InvalidOptionsError} `INVALID_OPTIONS` when the input contradicts itself.
 * @throws {DiscoveryError} `UNUSABLE_SNAPSHOT` when nothing is declared.
 */
export function planSeeds(input: SeedInput): SeedPlan {
  const view = readSeedView(input, checkSeedInput(input));
  const plan = decide(view);
  const swapped = swappedAddresses(input);
  return swapped.length === 0 ? plan : { ...plan, swappedAddresses: swapped };
}

function decide(view: SeedView): SeedPlan {
  if (view.input.isBootstrapped) return restart(view);
  return view.live.length === 0 && view.external.length === 0 ? foundOrWait(view) : joinOrWait(view);
}

function restart(view: SeedView): SeedPlan {
  const { self } = view.input;
  const seeds = ownSeeds(view);
  if (seeds) return { mode: 'restart', seeds, reason: `${self} has data` };
  return wait(expected(view), `${self} has data, but nothing on its list would resolve: it would stop at once`);
}

/** Nobody to talk to: the one founder may start a cluster, everyone else waits. */
function foundOrWait(view: SeedView): SeedPlan {
  const { founder, others } = view;
  const { self, clusterState, lookupsComplete, externalSeeds = [] } = view.input;
  const hasCluster = clusterState === 'existing' || externalSeeds.length > 0;
  if (self !== founder) return wait([...new Set([founder, ...expected(view)])], `nobody is live, and only ${founder} may found`);
  if (hasCluster) return wait(expected(view), `${self} has no data, and nobody of the existing cluster is live`);
  if (others.length > 0) return wait(namesOf(others), `${self} may found, but others may still be there`);
  if (!lookupsComplete) return wait(['lookupsComplete'], `${self} may found, but DNS has not answered everything`);
  if (clusterState === 'auto' && view.known.size > 0) {
    const known = [...view.known].filter((name) => name !== self);
    return wait(known.length > 0 ? known : ['clusterState'], `${self} may found, but nodes of a cluster were seen before`);
  }
  const seeds = founderSeeds(view);
  if (!seeds) return wait(['selfAddress'], `${self} may found, but its own name does not resolve and its address is not given`);
  return { mode: 'found', seeds, reason: `${self} is the founder, has no data, and nobody else is there` };
}

function joinOrWait(view: SeedView): SeedPlan {
  const { self, externalSeeds = [], clusterState, joinGate, previousAddresses = {} } = view.input;
  const seeds = otherSeeds(view);
  if (!seeds) return waitForSeeds(view);
  const suspected = { mode: 'replace-suspected', seeds } as const;
  if (view.known.has(self)) {
    const where = Object.hasOwn(previousAddresses, self) ? ` at ${previousAddresses[self]}` : '';
    return { ...suspected, reason: `${self} was seen before${where} and has no data` };
  }
  const joined = new Set(view.input.joined ?? namesOf(view.others));
  // Where a cluster is known to exist, the founder is a node like the others.
  if (self === view.founder && clusterState !== 'existing' && externalSeeds.length === 0) {
    const hasRing = view.live.some(({ name }) => joined.has(name));
    if (hasRing) return { ...suspected, reason: `${self} is the founder, has no data, and others are in the ring` };
    return wait(namesOf(view.live), `${self} may found, but others are there, and none of them is in a ring`);
  }
  const blockers = joinGate === 'none' ? [] : turnsBefore(view, joined);
  if (blockers.length > 0) return wait(namesOf(blockers), 'the nodes of a data centre join one after another');
  return { mode: 'join', seeds, reason: `${self} has no data, and a cluster is there` };
}

/** Somebody is live, but nobody that could stand on the list. */
function waitForSeeds(view: SeedView): WaitPlan {
  const live = namesOf(view.declared).filter((name) => view.liveNames.has(name));
  if (live.length > 0) return wait(live, 'nobody that is live has an address');
  return wait(expected(view), `of those that are live nobody is declared: ${namesOf(view.live).slice(0, 5).join(', ')}`);
}

/** The seeds this node looks out for; where it is the only one, the other nodes; where there are none, the operator. */
function expected({ self, declared, chosen }: SeedView): readonly string[] {
  const [seeds, nodes] = [namesOf(chosen), namesOf(declared)].map((names) => names.filter((name) => name !== self.name));
  if (seeds && seeds.length > 0) return seeds;
  return nodes && nodes.length > 0 ? nodes : ['clusterState'];
}

function namesOf(peers: readonly PeerIdentity[]): readonly string[] {
  return peers.map(({ name }) => name);
}

function wait(waitingFor: readonly string[], reason: string): WaitPlan {
  return { mode: 'wait', waitingFor, reason };
}
