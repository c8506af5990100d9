import type { Peer, Snapshot } from '@peerset/core';
import type { DeclaredNode } from './choose-seeds.ts';

/** What a node knows when it asks for its seeds. */
export interface SeedInput {
  /**
   * Every node that must exist, of all StatefulSets of the cluster, in any order; the same list on every node. Names are unique. Seeds and
   * the founder come from it, never from who happens to answer. Not empty.
   */
  readonly declared: readonly DeclaredNode[];
  /** What DNS shows, nodes that are not ready included where the Service publishes them. Addresses in canonical text, as of a watcher. */
  readonly present: Snapshot | readonly Peer[];
  /** The name of this node, one of `declared`. */
  readonly self: string;
  /** `status.unconfirmed` of the watcher: members in doubt. They are not live, but nobody founds while they are there. Default: none. */
  readonly unconfirmed?: readonly string[];
  /** Whether this node has data of a cluster, from its own disk. */
  readonly isBootstrapped: boolean;
  /**
   * `new`: an operator says that there is no cluster yet. `existing`: there is one, nobody founds. `auto`: found only if nothing was ever
   * seen of a cluster; it cannot know of a cluster whose every node is down and whose first node lost its disk. Prefer `new`, then `existing`.
   */
  readonly clusterState: 'new' | 'existing' | 'auto';
  /** Whether DNS answered everything: phase `settling` or `settled` with `failuresInARow` 0. Nobody founds on silence. */
  readonly lookupsComplete: boolean;
  /** The own (broadcast) address. A founder lists it, because its own name may not resolve yet. Default: from `present`. */
  readonly selfAddress?: string;
  /**
   * Names known to be in the ring. Default: those in `present`; where records are published before nodes are ready, that says too much, and
   * pods that start at the same time need this list.
   */
  readonly joined?: readonly string[];
  /** `datacenter` (default): nodes of a data centre join one after another, lowest ordinal first. `none`: the caller keeps joins apart. */
  readonly joinGate?: 'datacenter' | 'none';
  /** Names that were seen before, in any earlier run. A known name without data has lost its disk. Default: none. */
  readonly knownNames?: readonly string[];
  /**
   * Names that were seen before, with an address each had: what `knownNames` says and more. Names that exchanged their addresses since are
   * reported as `swappedAddresses`. Default: none.
   */
  readonly previousAddresses?: Readonly<Record<string, string>>;
  /** Seeds of each data centre, 1..20. Default 3. */
  readonly perDatacenter?: number;
  /**
   * Names or addresses of nodes outside `declared`, without port; at most 18. The caller vouches for them: they count as live, and with one
   * of them nobody founds. Default: none.
   */
  readonly externalSeeds?: readonly string[];
  /** The one node that may found, one of `declared`. Default: the first by data centre, rack, ordinal and name. */
  readonly founder?: string;
  /** `scylla`: only seeds that resolve now, at most 3, since ScyllaDB does not start with one that does not. Default `cassandra`. */
  readonly flavour?: 'cassandra' | 'scylla';
  /**
   * `fqdn`: names, which survive a new address. `ip`: the address DNS shows, of the family of `selfAddress`; nodes it does not show are left
   * out. Default: `ip` for ScyllaDB and where `selfAddress` is IPv6 and nodes have IPv4 too (Java takes the IPv4 address of a name), else `fqdn`.
   */
  readonly addressing?: 'fqdn' | 'ip';
}
