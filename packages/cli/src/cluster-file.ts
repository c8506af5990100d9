import { UsageError } from './exit-codes.ts';
import type { NodeSet } from './flags/node-set.ts';

/** What a file says of a cluster: that of a ConfigMap, so that it changes without a restart. */
export interface ClusterFile {
  readonly clusterState: 'new' | 'existing' | 'auto';
  readonly nodeSets: readonly NodeSet[];
}

const STATES = ['new', 'existing', 'auto'] as const;
const EXAMPLE = 'datacenter: dc1, clusterState: new, racks: [{ name: a, statefulSet: color-rack-a, replicas: 3 }]';

/**
 * Reads the document of a cluster file: `clusterState`; `datacenter`; `racks`, each with `name`, `statefulSet`, `replicas`, and perhaps
 * `firstOrdinal` and a `datacenter` of its own.
 *
 * @throws {UsageError} for anything else.
 */
export function readClusterDocument(document: unknown): ClusterFile {
  const { clusterState, datacenter, racks, ...unknown } = Object(document);
  const state = STATES.find((each) => each === clusterState);
  if (state === undefined) throw refused(`clusterState must be one of ${STATES.join(', ')}`);
  if (!Array.isArray(racks) || racks.length === 0) throw refused('racks must be a list of one or more');
  refuseUnknown(unknown);
  return { clusterState: state, nodeSets: racks.map((rack: unknown) => readRack(rack, datacenter)) };
}

function readRack(document: unknown, ofAll: unknown): NodeSet {
  const { name, statefulSet, replicas, firstOrdinal = 0, datacenter = ofAll, ...unknown } = Object(document);
  refuseUnknown(unknown);
  if (typeof name !== 'string' || typeof statefulSet !== 'string') throw refused('each rack must have a name and a statefulSet');
  if (typeof datacenter !== 'string') throw refused('there must be a datacenter, of all racks or of each');
  if (!isWhole(replicas) || !isWhole(firstOrdinal)) throw refused('replicas and firstOrdinal must be whole numbers');
  return { statefulSet, replicas, firstOrdinal, datacenter, rack: name };
}

function isWhole(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}

function refuseUnknown(rest: object): void {
  const [key] = Object.keys(rest);
  if (key !== undefined) throw refused(`there is no key ${key}`);
}

function refused(rule: string): UsageError {
  return new UsageError(`--cluster-file: ${rule}, as in ${EXAMPLE}`);
}
