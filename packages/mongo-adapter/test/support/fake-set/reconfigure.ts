import { changeIssues, withMarks } from './change-rules.ts';
import { CommandError, demand } from './command-error.ts';
import { priorityOf, type StoredConfig } from './config-document.ts';
import type { Fabric } from './fabric.ts';
import type { Mongod } from './mongod.ts';
import { checkForReconfig } from './quorum-check.ts';
import { isCommitted, settle } from './settle.ts';
import { parseConfig } from './static-rules.ts';
import { demandConfig } from './status-reply.ts';
import type { Fields } from './wire-message.ts';

/** `replSetReconfig`: wait until the present configuration is committed, check, install, wait until the new one is committed. */
export async function reconfigure(mongod: Mongod, fabric: Fabric, command: Fields): Promise<Fields> {
  demandConfig(mongod);
  if (command['force'] === true) return force(mongod, fabric, parseConfig(command['replSetReconfig']));
  demandPrimary(mongod);
  const maxTimeMs = typeof command['maxTimeMS'] === 'number' && command['maxTimeMS'] > 0 ? command['maxTimeMS'] : undefined;
  const deadlineMs = maxTimeMs === undefined ? undefined : Date.now() + maxTimeMs;
  const isFree = await committed(mongod, fabric, deadlineMs);
  demand(isFree, 'CurrentConfigNotCommittedYet', 'Cannot run replSetReconfig because the current config is not majority committed');
  demand(!mongod.isReconfiguring, 'ConfigurationInProgress', 'another configuration change is under way');
  mongod.isReconfiguring = true;
  try {
    await change(mongod, fabric, parseConfig(command['replSetReconfig']));
  } finally {
    mongod.isReconfiguring = false;
  }
  settle(fabric);
  demand(await committed(mongod, fabric, deadlineMs), 'MaxTimeMSExpired', 'operation exceeded time limit while the new config spread');
  return { ok: 1 };
}

async function committed(mongod: Mongod, fabric: Fabric, deadlineMs: number | undefined): Promise<boolean> {
  const leftMs = deadlineMs === undefined ? undefined : Math.max(0, deadlineMs - Date.now());
  const isDone = await fabric.until(() => !mongod.isPrimary || isCommitted(fabric, mongod), leftMs, mongod.life.signal);
  demand(mongod.isPrimary, 'PrimarySteppedDown', 'the primary stepped down while it waited for a configuration');
  return isDone;
}

async function change(mongod: Mongod, fabric: Fabric, sent: StoredConfig): Promise<void> {
  const current = mongod.volume.config;
  demand(current !== undefined, 'NotYetInitialized', 'no replset config has been received');
  const marked = mongod.wireVersion >= 13 ? withMarks(current, sent) : sent;
  // The sender need not name the identity and cannot choose the term.
  const next: StoredConfig = {
    ...marked,
    term: mongod.volume.term,
    settings: { ...marked.settings, replicaSetId: marked.settings?.replicaSetId ?? current.settings?.replicaSetId },
  };
  const hasMark = sent.members.some(({ newlyAdded }) => newlyAdded !== undefined);
  const issues = [...(hasMark ? ['newlyAdded belongs to the server'] : []), ...changeIssues(current, next, mongod.wireVersion)];
  if (issues.length > 0) throw new CommandError('NewReplicaSetConfigurationIncompatible', issues.join('; '));
  const selfId = fabric.findSelf(mongod, next);
  const self = next.members.find(({ _id }) => _id === selfId);
  demand(self !== undefined, 'NewReplicaSetConfigurationIncompatible', 'No host described in new configuration maps to this node');
  demand(priorityOf(self) > 0, 'NodeNotElectable', 'This node is not electable under the new configuration');
  await checkForReconfig(mongod, next, fabric);
  demandPrimary(mongod);
  demand(mongod.volume.config === current, 'ConfigurationInProgress', 'the configuration changed meanwhile');
  mongod.install(Object.freeze(next), () => selfId);
}

/** What `force: true` does: no rule is asked, the version jumps, the term goes. It is here to be found in the log, not to be used. */
function force(mongod: Mongod, fabric: Fabric, sent: StoredConfig): Fields {
  const current = mongod.volume.config;
  const version = Math.max(sent.version, current?.version ?? 0) + 10_000 + Math.floor(Math.random() * 90_000);
  const settings = { ...sent.settings, replicaSetId: current?.settings?.replicaSetId };
  mongod.install(Object.freeze({ ...sent, version, term: -1, settings }), (installed) => fabric.findSelf(mongod, installed));
  settle(fabric);
  return { ok: 1 };
}

/** Throws unless this member takes writes. */
export function demandPrimary(mongod: Mongod): void {
  demand(mongod.isPrimary, 'NotWritablePrimary', 'not primary');
}
