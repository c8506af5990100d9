import { describe, expect, test } from 'vitest';
import type { ReplicaSetConfig, ReplicaSetIssueCode } from '../../src/index.ts';
import { validateReplicaSetConfig } from '../../src/index.ts';

type Loose = Record<string, unknown>;

const objectId = { _bsontype: 'ObjectId' };

/** Three members; `changes` of one replace its fields, by index. */
function config(top: Loose = {}, ...changes: readonly Loose[]): ReplicaSetConfig {
  const members = [0, 1, 2].map((_id) => ({ _id, host: `m-${_id}.db:27017`, ...changes[_id] }));
  return { _id: 'rs0', version: 1, members, ...top };
}

function many(count: number, voters: number): Loose {
  const one = (_id: number): Loose => ({ _id, host: `m-${_id}.db:27017`, ...(_id < voters ? {} : { votes: 0, priority: 0 }) });
  return { members: Array.from({ length: count }, (_, id) => one(id)) };
}

const horizons = (n: number, host = `out-${n}.org:1`): Loose => ({ horizons: { out: host } });

describe('validateReplicaSetConfig finds nothing in', () => {
  const rows: readonly { name: string; document: ReplicaSetConfig; wireVersion?: number }[] = [
    { name: 'three members', document: config() },
    {
      name: 'a document as it is read',
      document: config({ term: 4, version: 9, protocolVersion: 1, settings: { replicaSetId: objectId, chainingAllowed: true, fresh: 1 } }),
    },
    { name: '50 members, 7 of them voters', document: config(many(50, 7)) },
    { name: 'one member', document: config(many(1, 1)) },
    { name: 'an arbiter', document: config({}, {}, {}, { arbiterOnly: true, priority: 0, tags: {} }) },
    { name: 'an arbiter with priority 1', document: config({}, {}, {}, { arbiterOnly: true, priority: 1 }) },
    { name: 'a hidden, delayed member', document: config({}, {}, {}, { hidden: true, priority: 0, secondaryDelaySecs: 3_600 }) },
    { name: 'a fraction as priority', document: config({}, { priority: 0.5 }, { priority: 1_000 }) },
    { name: 'horizons', document: config({}, horizons(0), horizons(1), horizons(2)) },
    { name: 'an _id above 255', document: config({}, { _id: 256 }) },
    { name: 'addresses as hosts', document: config({}, { host: '10.0.0.1:27017' }, { host: '[fd00::1]:27017' }, { host: 'm' }) },
    { name: 'localhost throughout', document: config({}, { host: 'localhost:1' }, { host: '127.0.0.1:2' }, { host: '[::1]:3' }) },
    { name: 'slaveDelay before 5.0', document: config({}, {}, {}, { slaveDelay: 5, priority: 0 }), wireVersion: 9 },
    {
      name: 'horizons that are addresses before 5.0',
      document: config({}, ...[0, 1, 2].map((n) => horizons(n, `10.0.0.${n}:1`))),
      wireVersion: 9,
    },
    { name: 'config servers', document: config({ configsvr: true }) },
    {
      name: 'a write concern mode of tags',
      document: config(
        { settings: { getLastErrorModes: { far: { dc: 2 } }, getLastErrorDefaults: { w: 1, wtimeout: 0 } } },
        { tags: { dc: 'a' } },
      ),
    },
  ];
  test.each(rows)('$name', ({ document, wireVersion }) => {
    expect(validateReplicaSetConfig(document, wireVersion === undefined ? {} : { wireVersion })).toEqual([]);
  });
});

describe('validateReplicaSetConfig finds', () => {
  const rows: readonly { name: string; document: unknown; code: ReplicaSetIssueCode; path: string; wireVersion?: number }[] = [
    { name: 'no document', document: 'rs0', code: 'WRONG_TYPE', path: '' },
    { name: 'members that are no list', document: config({ members: {} }), code: 'WRONG_TYPE', path: 'members' },
    { name: 'a member that is no document', document: config({ members: [1] }), code: 'WRONG_TYPE', path: 'members' },
    { name: 'settings that are no document', document: config({ settings: [] }), code: 'WRONG_TYPE', path: 'settings' },
    { name: 'a boolean that is none', document: config({}, { hidden: 1 }), code: 'WRONG_TYPE', path: 'members.0.hidden' },
    { name: 'an unknown field', document: config({ memebers: 1 }), code: 'UNKNOWN_FIELD', path: 'memebers' },
    { name: 'an unknown field of a member', document: config({}, { prio: 1 }), code: 'UNKNOWN_FIELD', path: 'members.0.prio' },
    { name: 'newlyAdded', document: config({}, { newlyAdded: true }), code: 'SERVER_FIELD', path: 'members.0.newlyAdded' },
    { name: 'an empty name of the set', document: config({ _id: '' }), code: 'SET_NAME', path: '_id' },
    { name: 'version 0', document: config({ version: 0 }), code: 'VERSION', path: 'version' },
    { name: 'a version of more than 31 bits', document: config({ version: 2 ** 31 }), code: 'VERSION', path: 'version' },
    { name: 'term -2', document: config({ term: -2 }), code: 'TERM', path: 'term' },
    { name: 'protocol version 0', document: config({ protocolVersion: 0 }), code: 'PROTOCOL_VERSION', path: 'protocolVersion' },
    { name: '51 members', document: config(many(51, 7)), code: 'MEMBER_COUNT', path: 'members' },
    { name: '8 voters', document: config(many(8, 8)), code: 'VOTER_COUNT', path: 'members' },
    {
      name: 'priority 0 everywhere',
      document: config({}, { priority: 0 }, { priority: 0 }, { priority: 0 }),
      code: 'NO_ELECTABLE_MEMBER',
      path: 'members',
    },
    { name: 'a negative _id', document: config({}, { _id: -1 }), code: 'MEMBER_ID', path: 'members.0._id' },
    { name: 'an _id above 255 before 5.0', document: config({}, { _id: 256 }), code: 'MEMBER_ID', path: 'members.0._id', wireVersion: 12 },
    { name: 'the same _id twice', document: config({}, {}, { _id: 0 }), code: 'DUPLICATE_MEMBER_ID', path: 'members.1._id' },
    { name: 'a host with a blank', document: config({}, { host: 'a b:1' }), code: 'HOST', path: 'members.0.host' },
    { name: 'port 0', document: config({}, { host: 'a:0' }), code: 'HOST', path: 'members.0.host' },
    {
      name: 'the same host twice, in other letters',
      document: config({}, {}, { host: 'M-0.db' }),
      code: 'DUPLICATE_HOST',
      path: 'members.1.host',
    },
    { name: 'one member on localhost', document: config({}, { host: 'localhost:1' }), code: 'MIXED_LOCALHOST', path: 'members' },
    { name: 'a priority above 1000', document: config({}, { priority: 1_001 }), code: 'PRIORITY', path: 'members.0.priority' },
    { name: 'a negative priority', document: config({}, { priority: -1 }), code: 'PRIORITY', path: 'members.0.priority' },
    { name: 'two votes', document: config({}, { votes: 2 }), code: 'VOTES', path: 'members.0.votes' },
    {
      name: 'a delay of 367 days',
      document: config({}, { secondaryDelaySecs: 31_708_800, priority: 0 }),
      code: 'DELAY',
      path: 'members.0.secondaryDelaySecs',
    },
    { name: 'slaveDelay since 5.0', document: config({}, { slaveDelay: 0 }), code: 'DELAY_NAME', path: 'members.0.slaveDelay' },
    {
      name: 'secondaryDelaySecs before 5.0',
      document: config({}, { secondaryDelaySecs: 0 }),
      code: 'DELAY_NAME',
      path: 'members.0.secondaryDelaySecs',
      wireVersion: 9,
    },
    { name: 'a tag that is no text', document: config({}, { tags: { dc: 1 } }), code: 'TAG_VALUE', path: 'members.0.tags.dc' },
    { name: 'priority without vote', document: config({}, { votes: 0 }), code: 'NON_VOTER_PRIORITY', path: 'members.0.priority' },
    { name: 'priority of a hidden member', document: config({}, { hidden: true }), code: 'HIDDEN_PRIORITY', path: 'members.0.priority' },
    {
      name: 'priority of a delayed member',
      document: config({}, { secondaryDelaySecs: 1 }),
      code: 'DELAYED_PRIORITY',
      path: 'members.0.priority',
    },
    {
      name: 'priority without indexes',
      document: config({}, { buildIndexes: false }),
      code: 'UNINDEXED_PRIORITY',
      path: 'members.0.priority',
    },
    {
      name: 'priority 2 of an arbiter',
      document: config({}, { arbiterOnly: true, priority: 2 }),
      code: 'ARBITER_PRIORITY',
      path: 'members.0.priority',
    },
    {
      name: 'an arbiter without vote',
      document: config({}, { arbiterOnly: true, votes: 0 }),
      code: 'ARBITER_WITHOUT_VOTE',
      path: 'members.0.votes',
    },
    {
      name: 'an arbiter with tags',
      document: config({}, { arbiterOnly: true, tags: { dc: 'a' } }),
      code: 'ARBITER_TAGS',
      path: 'members.0.tags',
    },
    { name: 'no horizon', document: config({}, { horizons: {} }), code: 'HORIZON_NAME', path: 'members.0.horizons' },
    {
      name: 'a horizon that is no host',
      document: config({}, horizons(0, 'a b'), horizons(1), horizons(2)),
      code: 'HORIZON_ENDPOINT',
      path: 'members.0.horizons.out',
    },
    {
      name: 'a horizon that is an address',
      document: config({}, horizons(0, '10.0.0.1:1'), horizons(1), horizons(2)),
      code: 'HORIZON_ADDRESS',
      path: 'members.0.horizons.out',
    },
    { name: 'a horizon on one member', document: config({}, {}, horizons(1)), code: 'UNEQUAL_HORIZONS', path: 'members.1.horizons' },
    {
      name: 'an endpoint on two members',
      document: config({}, horizons(0), horizons(0), horizons(2)),
      code: 'DUPLICATE_HORIZON_ENDPOINT',
      path: 'members.1.horizons.out',
    },
    {
      name: 'a horizon with the member’s own name',
      document: config({}, horizons(0, 'm-0.db:2'), horizons(1), horizons(2)),
      code: 'DUPLICATE_HORIZON_ENDPOINT',
      path: 'members.0.horizons.out',
    },
    {
      name: 'an arbiter of config servers',
      document: config({ configsvr: true }, { arbiterOnly: true }),
      code: 'CONFIG_SERVER',
      path: 'members.0.arbiterOnly',
    },
    {
      name: 'config servers without journal',
      document: config({ configsvr: true, writeConcernMajorityJournalDefault: false }),
      code: 'CONFIG_SERVER',
      path: 'writeConcernMajorityJournalDefault',
    },
    {
      name: 'a heartbeat of 0',
      document: config({ settings: { heartbeatIntervalMillis: 0 } }),
      code: 'SETTING',
      path: 'settings.heartbeatIntervalMillis',
    },
    {
      name: 'a catch-up of -2',
      document: config({ settings: { catchUpTimeoutMillis: -2 } }),
      code: 'SETTING',
      path: 'settings.catchUpTimeoutMillis',
    },
    {
      name: 'a mode of a tag that nobody has',
      document: config({ settings: { getLastErrorModes: { far: { dc: 2 } } } }),
      code: 'WRITE_CONCERN_MODE',
      path: 'settings.getLastErrorModes.far.dc',
    },
    {
      name: 'a mode of 0 tags',
      document: config({ settings: { getLastErrorModes: { far: { dc: 0 } } } }, { tags: { dc: 'a' } }),
      code: 'WRITE_CONCERN_MODE',
      path: 'settings.getLastErrorModes.far.dc',
    },
    {
      name: 'a write concern of its own',
      document: config({ settings: { getLastErrorDefaults: { w: 2 } } }),
      code: 'WRITE_CONCERN_DEFAULT',
      path: 'settings.getLastErrorDefaults',
    },
    {
      name: 'a set id that went through JSON',
      document: config({ settings: { replicaSetId: '65f0c0ffee' } }),
      code: 'REPLICA_SET_ID',
      path: 'settings.replicaSetId',
    },
  ];
  test.each(rows)('$name', ({ document, code, path, wireVersion }) => {
    const found = validateReplicaSetConfig(document as ReplicaSetConfig, wireVersion === undefined ? {} : { wireVersion });
    expect(found.map((issue) => ({ code: issue.code, path: issue.path }))).toEqual([{ code, path }]);
  });

  test('the reserved horizon, on each member that has it', () => {
    const document = config({}, ...[0, 1, 2].map((n) => ({ horizons: { __default: `h${n}` } })));
    expect(validateReplicaSetConfig(document).map(({ code }) => code)).toEqual(['HORIZON_NAME', 'HORIZON_NAME', 'HORIZON_NAME']);
  });

  test('every rule at once, each in its place', () => {
    const document = config({ version: 0 }, { priority: -1 }, { votes: 3 });
    expect(validateReplicaSetConfig(document).map(({ code }) => code)).toEqual(['VERSION', 'PRIORITY', 'VOTES']);
  });
});
