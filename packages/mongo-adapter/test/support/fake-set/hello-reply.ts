import { Long, ObjectId } from 'bson';
import { priorityOf } from './config-document.ts';
import type { Fabric } from './fabric.ts';
import type { Mongod } from './mongod.ts';
import type { Fields } from './wire-message.ts';

/** What `hello` says of a member, without what differs from one call to the next. Asked by everyone, known or not. */
export function helloReply(mongod: Mongod, fabric: Fabric): Fields {
  const isStandalone = mongod.setName === undefined;
  const role = isStandalone ? { isWritablePrimary: true } : { ...roleOf(mongod), ...placeOf(mongod, fabric) };
  return {
    ...role,
    maxBsonObjectSize: 16_777_216,
    maxMessageSizeBytes: 48_000_000,
    maxWriteBatchSize: 100_000,
    logicalSessionTimeoutMinutes: 30,
    minWireVersion: 0,
    maxWireVersion: mongod.wireVersion,
    readOnly: false,
    ok: 1,
  };
}

function roleOf(mongod: Mongod): Fields {
  return { isWritablePrimary: mongod.state === 'PRIMARY', secondary: mongod.state === 'SECONDARY' };
}

function placeOf(mongod: Mongod, fabric: Fabric): Fields {
  const { config } = mongod.volume;
  const { entry, state } = mongod;
  // Without a configuration, still reading it and removed all look the same from outside.
  if (config === undefined || entry === undefined || state === 'STARTUP')
    return { isreplicaset: true, info: 'Does not have a valid replica set config' };
  const shown = config.members.filter(({ hidden }) => hidden !== true);
  const data = shown.filter(({ arbiterOnly }) => arbiterOnly !== true);
  const hostsOf = (members: typeof shown): readonly string[] => members.map(({ host }) => host);
  const passives = hostsOf(data.filter((member) => priorityOf(member) === 0));
  const arbiters = hostsOf(shown.filter(({ arbiterOnly }) => arbiterOnly === true));
  const primary = primaryHost(mongod, fabric);
  const last = mongod.volume.log.at(-1)?.at ?? new Date(0);
  return {
    setName: config._id,
    setVersion: config.version,
    hosts: hostsOf(data.filter((member) => priorityOf(member) > 0)),
    ...(passives.length > 0 && { passives }),
    ...(arbiters.length > 0 && { arbiters }),
    ...(primary !== undefined && { primary }),
    me: entry.host,
    ...(state === 'PRIMARY' && { electionId: electionIdOf(mongod) }),
    ...(state === 'ARBITER' && { arbiterOnly: true }),
    ...(entry.hidden === true && { hidden: true }),
    ...(state !== 'ARBITER' && priorityOf(entry) === 0 && { passive: true }),
    ...(entry.tags !== undefined && { tags: entry.tags }),
    lastWrite: {
      opTime: { ts: Long.fromNumber(last.getTime()), t: mongod.volume.term },
      lastWriteDate: last,
      majorityOpTime: { ts: Long.fromNumber(last.getTime()), t: mongod.volume.term },
      majorityWriteDate: last,
    },
  };
}

function primaryHost(mongod: Mongod, fabric: Fabric): string | undefined {
  if (mongod.isPrimary) return mongod.entry?.host;
  return fabric.colleagues(mongod).find((colleague) => colleague.mongod.isPrimary)?.entry.host;
}

/** It grows with each election, so that drivers can tell the old primary from the new one. */
function electionIdOf({ volume }: Mongod): ObjectId {
  return new ObjectId(`7fffffff${volume.term.toString(16).padStart(16, '0')}`);
}
