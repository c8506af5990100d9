import { ObjectId } from 'bson';
import { CommandError, demand } from './command-error.ts';
import { priorityOf, type StoredConfig } from './config-document.ts';
import type { Fabric } from './fabric.ts';
import type { Mongod } from './mongod.ts';
import { checkForInitiate } from './quorum-check.ts';
import { settle } from './settle.ts';
import { parseConfig, staticIssues } from './static-rules.ts';
import type { Fields } from './wire-message.ts';

/** `replSetInitiate`: the first configuration of a set, on any one member that has none. */
export async function initiate(mongod: Mongod, fabric: Fabric, document: unknown, port: number): Promise<Fields> {
  demand(mongod.setName !== undefined, 'NoReplicationEnabled', 'This node was not started with the replSet option');
  demand(!mongod.isLoading, 'NotYetInitialized', 'the configuration is still being loaded');
  demand(mongod.volume.config === undefined, 'AlreadyInitialized', 'already initialized');
  demand(!mongod.isInitiating, 'ConfigurationInProgress', 'another initiation is under way');
  mongod.isInitiating = true;
  try {
    const config = checked(mongod, fabric, parseConfig(isBlank(document) ? ownConfig(mongod, port) : document));
    await checkForInitiate(mongod, config, fabric);
    demand(mongod.isRunning, 'InterruptedAtShutdown', 'the server stops');
    const settings = { ...config.settings, replicaSetId: new ObjectId() };
    mongod.install(Object.freeze({ ...config, term: 0, settings }), (installed) => fabric.findSelf(mongod, installed));
    // The data it has, if any, is the data of the set.
    mongod.volume = Object.freeze({ ...mongod.volume, isSynced: true });
  } finally {
    mongod.isInitiating = false;
  }
  settle(fabric);
  return { ok: 1 };
}

function checked(mongod: Mongod, fabric: Fabric, config: StoredConfig): StoredConfig {
  const issues = [
    ...(config._id === mongod.setName ? [] : [`the set is called ${mongod.setName ?? 'nothing'}, not ${config._id}`]),
    ...(config.version === 1 ? [] : ['version must be 1']),
    ...(config.settings?.replicaSetId === undefined ? [] : ['replicaSetId belongs to the server']),
    ...(config.members.some(({ newlyAdded }) => newlyAdded !== undefined) ? ['newlyAdded belongs to the server'] : []),
    ...staticIssues(config, mongod.wireVersion),
  ];
  if (issues.length > 0) throw new CommandError('InvalidReplicaSetConfig', issues.join('; '));
  const selfId = fabric.findSelf(mongod, config);
  const self = config.members.find(({ _id }) => _id === selfId);
  demand(self !== undefined, 'NodeNotFound', 'No host described in new configuration maps to this node');
  demand(priorityOf(self) > 0, 'InvalidReplicaSetConfig', 'This node is not electable under the new configuration');
  return config;
}

/** What a server makes of `{}`: itself, by the name that its machine has. In a pod nobody else can resolve it. */
function ownConfig(mongod: Mongod, port: number): Fields {
  return { _id: mongod.setName, version: 1, members: [{ _id: 0, host: `${mongod.podName}:${port}` }] };
}

function isBlank(document: unknown): boolean {
  return typeof document !== 'object' || document === null || Object.keys(document).length === 0;
}
