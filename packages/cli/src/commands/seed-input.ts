import { readFile } from 'node:fs/promises';
import { declaredPeers } from '@peerset/core';
import type { PeerWatcher } from '@peerset/core';
import { readBootstrapState, seedObservation, whoServes } from '@peerset/cassandra-adapter';
import type { DeclaredNode, SeedInput } from '@peerset/cassandra-adapter';
import { readClusterDocument } from '../cluster-file.ts';
import type { ClusterFile } from '../cluster-file.ts';
import { UsageError } from '../exit-codes.ts';
import { clusterFlags, nodeFlags } from '../flags/cassandra-flags.ts';
import type { NodeSet } from '../flags/node-set.ts';
import type { CommandContext } from './command-context.ts';

const DATA_DIRECTORY = '/var/lib/cassandra/data';

type Passed = Pick<
  SeedInput,
  'selfAddress' | 'joined' | 'joinGate' | 'perDatacenter' | 'externalSeeds' | 'founder' | 'flavour' | 'addressing'
>;

interface ClusterFlags {
  readonly clusterFile: string;
  readonly clusterState: ClusterFile['clusterState'];
  readonly nodeSets: readonly NodeSet[];
  readonly datacenter: string;
  readonly rack: string;
}

interface NodeFlags extends Passed {
  readonly dataDirectory: string;
  readonly bootstrapped: boolean;
  readonly cqlPort: number | 'none';
}

/** Looks at the world: gathers what a plan of this node stands on, as of the call. */
export type ReadSeedInput = () => Promise<SeedInput>;

/**
 * Checks what is given of it. The cluster file is read at each look, and so are the disk and the other nodes.
 *
 * @throws {UsageError} naming what is missing or makes no sense.
 */
export async function openSeedInput(context: CommandContext, watcher: PeerWatcher): Promise<ReadSeedInput> {
  const readCluster = clusterReader(context);
  await readCluster();
  const { dataDirectory = DATA_DIRECTORY, bootstrapped, cqlPort, ...passed } = context.given<NodeFlags>(nodeFlags);
  const self = context.podName;
  if (self === undefined) throw new UsageError("needs this pod's name: give --self, or set POD_NAME");
  if (passed.joined !== undefined && typeof cqlPort === 'number') throw new UsageError('--joined and --cql-port: give one of them');
  const selfAddress = passed.selfAddress ?? context.io.env['POD_IP'];
  return async () => {
    const cluster = await readCluster();
    const isBootstrapped = bootstrapped ?? (await readBootstrapState(dataDirectory)) === 'completed';
    const joined = passed.joined ?? (cqlPort === 'none' ? undefined : await whoServes(watcher.snapshot.peers, { port: cqlPort }));
    return {
      ...passed,
      ...seedObservation(watcher),
      ...(selfAddress !== undefined && { selfAddress }),
      ...(joined !== undefined && { joined }),
      declared: declaredNodes(watcher, cluster.nodeSets),
      clusterState: cluster.clusterState,
      self,
      isBootstrapped,
    };
  };
}

/** What the cluster consists of: by its file, or by flags. */
function clusterReader(context: CommandContext): () => Promise<ClusterFile> {
  const { clusterFile, clusterState, nodeSets, datacenter, rack } = context.given<ClusterFlags>(clusterFlags);
  if (clusterFile !== undefined) {
    if (clusterState !== undefined || nodeSets !== undefined)
      throw new UsageError('--cluster-file says what --cluster-state and --node-set say: give one of them');
    return () => readClusterFile(clusterFile);
  }
  if (clusterState === undefined)
    throw new UsageError('needs --cluster-state: new before the first start of the cluster, existing from then on');
  const cluster = { clusterState, nodeSets: nodeSets ?? [ownSet(context, { datacenter, rack })] };
  return () => Promise.resolve(cluster);
}

async function readClusterFile(path: string): Promise<ClusterFile> {
  const { parse } = await import('yaml');
  try {
    return readClusterDocument(parse(await readFile(path, 'utf8')));
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError(`--cluster-file: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function declaredNodes(watcher: PeerWatcher, nodeSets: readonly NodeSet[]): readonly DeclaredNode[] {
  const { name: service, namespace, clusterDomain } = watcher.snapshot.service;
  return nodeSets.flatMap(({ datacenter, rack, ...set }) =>
    declaredPeers({ ...set, service, namespace, clusterDomain }).map((peer) => ({ ...peer, datacenter, rack })),
  );
}

/** The one StatefulSet that the flags of the Service declare. */
function ownSet(
  context: CommandContext,
  { datacenter = 'datacenter1', rack = 'rack1' }: { datacenter: string | undefined; rack: string | undefined },
): NodeSet {
  const { statefulSet, replicas, firstOrdinal = 0 } = context.watchOptions();
  if (statefulSet === undefined || replicas === undefined) {
    throw new UsageError(
      'needs the nodes of the cluster: --stateful-set and --replicas, a --node-set for each StatefulSet, or --cluster-file',
    );
  }
  return { statefulSet, replicas, firstOrdinal, datacenter, rack };
}
