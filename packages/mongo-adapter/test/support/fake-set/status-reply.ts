import { demand } from './command-error.ts';
import { hasVote, majorityOf, shownConfig, type StoredMember } from './config-document.ts';
import type { Fabric } from './fabric.ts';
import { type Mongod, states } from './mongod.ts';
import { isCommitted } from './settle.ts';
import type { Fields } from './wire-message.ts';

/** `replSetGetStatus`. */
export function statusReply(mongod: Mongod, fabric: Fabric): Fields {
  demandConfig(mongod);
  const { config } = mongod.volume;
  const { entry } = mongod;
  demand(
    config !== undefined && entry !== undefined,
    'InvalidReplicaSetConfig',
    'Our replica set config is invalid or we are not a member of it',
  );
  return {
    set: config._id,
    date: new Date(),
    myState: states[mongod.state],
    term: mongod.volume.term,
    heartbeatIntervalMillis: 2_000,
    majorityVoteCount: majorityOf(config),
    writeMajorityCount: majorityOf(config),
    votingMembersCount: config.members.filter(hasVote).length,
    members: config.members.map((member) => (member === entry ? ownLine(mongod, member) : otherLine(mongod, member, fabric))),
    ok: 1,
  };
}

/** `replSetGetConfig`: a removed member answers too, with the configuration that it is not in. */
export function configReply(mongod: Mongod, fabric: Fabric, wantsCommitment: boolean): Fields {
  demandConfig(mongod);
  const { config } = mongod.volume;
  demand(config !== undefined, 'NotYetInitialized', 'no replset config has been received');
  demand(!wantsCommitment || mongod.isPrimary, 'NotWritablePrimary', 'commitmentStatus is only known to the primary');
  return { config: shownConfig(config), ...(wantsCommitment && { commitmentStatus: isCommitted(fabric, mongod) }), ok: 1 };
}

/** Throws where there is no configuration, or none yet. */
export function demandConfig(mongod: Mongod): void {
  demand(mongod.setName !== undefined, 'NoReplicationEnabled', 'not running with --replSet');
  demand(!mongod.isLoading && mongod.volume.config !== undefined, 'NotYetInitialized', 'no replset config has been received');
}

function ownLine(mongod: Mongod, { _id, host }: StoredMember): Fields {
  return { _id, name: host, health: 1, ...stateFields(mongod), ...dataFields(mongod), self: true };
}

function otherLine(mongod: Mongod, member: StoredMember, fabric: Fabric): Fields {
  const { _id, host } = member;
  const other = fabric.colleagues(mongod).find(({ entry }) => entry === member)?.mongod;
  if (other !== undefined) mongod.lastHeard.set(_id, new Date());
  const heard = mongod.lastHeard.get(_id) ?? new Date(0);
  const times = { lastHeartbeat: new Date(), lastHeartbeatRecv: heard };
  if (other === undefined) {
    const state = { state: states.DOWN, stateStr: '(not reachable/healthy)' };
    return {
      _id,
      name: host,
      health: 0,
      ...state,
      optimeDate: new Date(0),
      ...times,
      lastHeartbeatMessage: 'no answer',
      configVersion: -1,
      configTerm: -1,
    };
  }
  return { _id, name: host, health: 1, ...stateFields(other), ...dataFields(other), ...times, lastHeartbeatMessage: '' };
}

function stateFields(mongod: Mongod): Fields {
  return { state: states[mongod.state], stateStr: mongod.state };
}

function dataFields({ volume }: Mongod): Fields {
  const last = volume.log.at(-1);
  return {
    optime: { ts: volume.log.length, t: last?.term ?? 0 },
    optimeDate: last?.at ?? new Date(0),
    configVersion: volume.config?.version ?? -1,
    configTerm: volume.config?.term ?? -1,
  };
}
