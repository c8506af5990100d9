import { declaredPeers } from '@peerset/core';
import type { PeerWatcher, ServiceOptions } from '@peerset/core';
import { readBootstrapState } from '@peerset/cassandra-adapter';
import type { DeclaredNode, SeedInput } from '@peerset/cassandra-adapter';
import { UsageError } from '../exit-codes.ts';
import { seedInputFlags } from '../flags/cassandra-flags.ts';
import type { NodeSet } from '../flags/node-set.ts';
import type { CommandContext } from './command-context.ts';

const DATA_DIRECTORY = '/var/lib/cassandra/data';

type Passed = Pick<
  SeedInput,
  'selfAddress' | 'joined' | 'joinGate' | 'perDatacenter' | 'externalSeeds' | 'founder' | 'flavour' | 'addressing' | 'clusterState'
>;

interface Given extends Passed {
  readonly nodeSets: readonly NodeSet[];
  readonly datacenter: string;
  readonly rack: string;
  readonly dataDirectory: string;
  readonly bootstrapped: boolean;
}

/** What a plan of this node stands on, as of the call. */
export type ReadSeedInput = () => Promise<SeedInput>;

/**
 * Checks what is given of it.
 *
 * @throws {UsageError} naming what is missing.
 */
export function openSeedInput(context: CommandContext, watcher: PeerWatcher): ReadSeedInput {
  const {
    nodeSets,
    datacenter,
    rack,
    dataDirectory = DATA_DIRECTORY,
    bootstrapped,
    clusterState,
    ...passed
  } = context.given<Given>(seedInputFlags);
  if (clusterState === undefined)
    throw new UsageError('needs --cluster-state: new before the first start of the cluster, existing from then on');
  const self = context.podName;
  if (self === undefined) throw new UsageError("needs this pod's name: give --self, or set POD_NAME");
  const declared = declaredNodes(watcher, nodeSets ?? [ownSet(context, { datacenter, rack })]);
  const selfAddress = passed.selfAddress ?? context.io.env['POD_IP'];
  return async () => {
    const isBootstrapped = bootstrapped ?? (await readBootstrapState(dataDirectory)) === 'completed';
    const { phase, failuresInARow, unconfirmed } = watcher.status;
    return {
      ...passed,
      ...(selfAddress !== undefined && { selfAddress }),
      declared,
      present: watcher.snapshot,
      unconfirmed,
      self,
      isBootstrapped,
      clusterState,
      lookupsComplete: (phase === 'settling' || phase === 'settled') && failuresInARow === 0,
    };
  };
}

function declaredNodes(watcher: PeerWatcher, nodeSets: readonly NodeSet[]): readonly DeclaredNode[] {
  const { service } = watcher.snapshot;
  return nodeSets.flatMap(({ datacenter, rack, ...set }) => {
    const options: ServiceOptions = { ...set, service: service.host, clusterDomain: service.clusterDomain };
    return declaredPeers(options).map((peer) => ({ ...peer, datacenter, rack }));
  });
}

/** The one StatefulSet that the flags of the Service declare. */
function ownSet(
  context: CommandContext,
  { datacenter = 'datacenter1', rack = 'rack1' }: { datacenter: string | undefined; rack: string | undefined },
): NodeSet {
  const { statefulSet, replicas, firstOrdinal = 0 } = context.watchOptions();
  if (statefulSet === undefined || replicas === undefined) {
    throw new UsageError('needs the nodes of the cluster: --stateful-set and --replicas, or a --node-set for each StatefulSet');
  }
  return { statefulSet, replicas, firstOrdinal, datacenter, rack };
}
