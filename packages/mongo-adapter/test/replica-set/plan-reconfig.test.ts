import { Long, ObjectId } from 'bson';
import { describe, expect, test } from 'vitest';
import { planReplicaSet, validateReplicaSetConfig } from '@peerset/mongo-adapter';
import type { ReplicaSetMember, ReplicaSetPlan } from '@peerset/mongo-adapter';
import { host, member, range, seenByPrimary, silent } from './observation-of.ts';
import type { Scene } from './observation-of.ts';

const voters = (count: number): readonly ReplicaSetMember[] => range(count).map((ordinal) => member(ordinal));

/** Members of a plan, in short: `_id`, votes, and the name where it is not the usual one. */
function membersOf(plan: ReplicaSetPlan): readonly string[] {
  return 'config' in plan
    ? plan.config.members.map(
        ({ _id, host: name, votes = 1 }) => `${_id}${votes > 0 ? '' : ' silent'}${name === host(_id) ? '' : ` ${name}`}`,
      )
    : [];
}

describe('the primary', () => {
  test.each<{ name: string; scene: Scene; reason: string; members: readonly string[] }>([
    {
      name: 'renames a secondary that answers under its new name',
      scene: {
        members: [member(0), member(1, { host: host(1, 'old-svc') }), member(2)],
        probes: { 1: { kind: 'member', setName: 'rs0' } },
      },
      reason: `rename ${host(1, 'old-svc')} to ${host(1)}`,
      members: ['0', '1', '2'],
    },
    {
      name: 'removes the highest undeclared',
      scene: { members: voters(5), replicas: 3 },
      reason: `remove ${host(4)}, of 3 declared`,
      members: ['0', '1', '2', '3'],
    },
    {
      name: 'removes one that is down, if it is not declared',
      scene: { members: voters(4), replicas: 3, states: { 3: 'DOWN' } },
      reason: `remove ${host(3)}, of 3 declared`,
      members: ['0', '1', '2'],
    },
    {
      name: 'adds the lowest missing, without a vote',
      scene: { members: [member(0), member(2)], replicas: 4, probes: { 1: { kind: 'ghost' }, 3: { kind: 'ghost' } } },
      reason: `add ${host(1)}`,
      members: ['0', '2', '1 silent'],
    },
    {
      name: 'adds one that was removed before',
      scene: { members: voters(2), probes: { 2: { kind: 'removed' } } },
      reason: `add ${host(2)}`,
      members: ['0', '1', '2 silent'],
    },
    {
      name: 'gives a new member the next id where its ordinal is taken',
      scene: { members: [member(0), { ...member(1), _id: 2 }], probes: { 2: { kind: 'ghost' } } },
      reason: `add ${host(2)}`,
      members: ['0', `2 ${host(1)}`, `3 silent ${host(2)}`],
    },
    {
      name: 'gives the lowest secondary a vote',
      scene: { members: [member(0), silent(1), silent(2)] },
      reason: `give ${host(1)} a vote`,
      members: ['0', '1', '2 silent'],
    },
    {
      name: 'gives a vote to who has the data, not to who is still copying',
      scene: { members: [member(0), silent(1), silent(2)], states: { 1: 'STARTUP2' } },
      reason: `give ${host(2)} a vote`,
      members: ['0', '1 silent', '2'],
    },
    {
      name: 'takes the vote of the highest, for a lower one that waits',
      scene: { members: [...range(6).map((each) => member(each)), silent(6), member(7)], replicas: 8 },
      reason: `take the vote of ${host(7)}`,
      members: ['0', '1', '2', '3', '4', '5', '6 silent', '7 silent'],
    },
  ])('$name', ({ scene, reason, members }) => {
    const observation = seenByPrimary(scene);
    const plan = planReplicaSet(observation);
    expect(plan).toMatchObject({ kind: 'reconfig', reason, maxTimeMS: 30_000, config: { _id: 'rs0', version: 8, term: 3 } });
    expect(membersOf(plan)).toEqual(members);
    expect('config' in plan ? validateReplicaSetConfig(plan.config, { wireVersion: 21 }) : ['no document']).toEqual([]);
    expect(JSON.stringify(plan)).not.toContain('force');
  });

  test('changes the attributes of all that differ at once, and no vote', () => {
    const attributes = { 1: { priority: 2 }, 2: { tags: { zone: 'c' } } };
    const plan = planReplicaSet(seenByPrimary({ attributes }));
    expect(plan).toMatchObject({
      reason: `change attributes of ${host(1)}, ${host(2)}`,
      config: { members: [member(0), member(1, { priority: 2 }), member(2, { tags: { zone: 'c' } })] },
    });
  });

  test('has nothing to do where all is as declared', () => {
    expect(planReplicaSet(seenByPrimary())).toEqual({ kind: 'none', reason: 'the configuration is as declared' });
  });
});

describe('a primary that is not sure', () => {
  test.each<{ name: string; scene: Scene; kind: 'wait' | 'blocked' | 'none'; reason: string }>([
    {
      name: 'its configuration could not be read',
      scene: { local: { config: undefined as never } },
      kind: 'wait',
      reason: 'this member is primary, but its configuration or its status could not be read',
    },
    { name: 'it is not committed', scene: { local: { isCommitted: false } }, kind: 'wait', reason: 'the configuration is not committed' },
    {
      name: 'nobody says whether it is committed',
      scene: { local: { isCommitted: undefined as never } },
      kind: 'wait',
      reason: 'the configuration is not committed',
    },
    {
      name: 'a new member does not count yet',
      scene: { local: { hasPendingNewlyAdded: true } },
      kind: 'wait',
      reason: 'the server has yet to give a new member its vote',
    },
    {
      name: 'a vote is not counted yet',
      scene: { status: { votingMembersCount: 2 } },
      kind: 'wait',
      reason: 'the server has yet to give a new member its vote',
    },
    {
      name: 'no majority is healthy',
      scene: { states: { 1: 'DOWN', 2: 'RECOVERING' } },
      kind: 'wait',
      reason: 'fewer voters than a majority are healthy',
    },
    {
      name: 'the terms differ',
      scene: { config: { term: 2 } },
      kind: 'wait',
      reason: 'the configuration is of another term than the status',
    },
    {
      name: 'the versions differ',
      scene: { config: { version: 9 } },
      kind: 'wait',
      reason: 'configuration and status are of different versions',
    },
    {
      name: 'the status says secondary',
      scene: { status: { myState: 2 } },
      kind: 'wait',
      reason: 'the status says that this member is no primary',
    },
    {
      name: 'it is another set',
      scene: { config: { _id: 'rs9' } },
      kind: 'blocked',
      reason: 'the configuration here is not of rs0, but of rs9',
    },
    {
      name: 'fields are of other types',
      scene: { config: { version: '7' as never } },
      kind: 'blocked',
      reason: 'the configuration or the status has fields of unexpected types',
    },
    {
      name: 'two members have one ordinal',
      scene: { members: [...voters(3), { ...member(2), _id: 9, host: host(2, 'old-svc') }] },
      kind: 'blocked',
      reason: `two members have ordinal 2, one of them ${host(2)}: remove one`,
    },
    {
      name: 'it is called another pod',
      scene: { self: 1, members: [member(0), member(2), member(3, { host: 'elsewhere.example.com:27017' })] },
      kind: 'wait',
      reason: 'the status does not say which member this is',
    },
    {
      name: 'the new member does not resolve',
      scene: { members: voters(2), dns: { ok: true, resolved: [0, 1] } },
      kind: 'wait',
      reason: `add ${host(2)}: it does not resolve`,
    },
    {
      name: 'DNS failed',
      scene: { members: voters(2), dns: { ok: false, resolved: [0, 1, 2] }, probes: { 2: { kind: 'ghost' } } },
      kind: 'wait',
      reason: `add ${host(2)}: it does not resolve`,
    },
    {
      name: 'the new member was not asked',
      scene: { members: voters(2) },
      kind: 'wait',
      reason: `add ${host(2)}: it was not asked`,
    },
    {
      name: 'the new member is a member',
      scene: { members: voters(2), probes: { 2: { kind: 'member', setName: 'rs0' } } },
      kind: 'wait',
      reason: `add ${host(2)}: it says that it is a member already`,
    },
    {
      name: 'the new member is of another set',
      scene: { members: voters(2), probes: { 2: { kind: 'otherSet' } } },
      kind: 'blocked',
      reason: `add ${host(2)}: it is a member of another set`,
    },
    {
      name: 'the new name does not answer',
      scene: { members: [member(0), member(1, { host: host(1, 'old-svc') }), member(2)] },
      kind: 'wait',
      reason: `rename ${host(1, 'old-svc')} to ${host(1)}: it does not answer as a member of rs0 under the new name`,
    },
    {
      name: 'who shall vote is still copying',
      scene: { members: [member(0), member(1), silent(2)], states: { 2: 'STARTUP2' } },
      kind: 'wait',
      reason: `give ${host(2)} a vote: it is no secondary yet`,
    },
    {
      name: 'a removal would cost the majority',
      scene: { members: voters(5), replicas: 3, states: { 1: 'DOWN', 2: 'DOWN' } },
      kind: 'wait',
      reason: `remove ${host(4)}, of 3 declared: fewer voters than a majority would then be healthy`,
    },
  ])('does nothing where $name', ({ scene, kind, reason }) => {
    expect(planReplicaSet(seenByPrimary(scene))).toEqual({ kind, reason });
  });

  test.each<{ name: string; scene: Scene }>([
    { name: 'is down', scene: { states: { 2: 'DOWN' } } },
    { name: 'does not resolve', scene: { dns: { ok: true, resolved: [0] } } },
    { name: 'does not resolve, as nobody does', scene: { dns: { ok: true, resolved: [] } } },
    { name: 'cannot be asked', scene: { probes: { 1: { kind: 'unreachable' }, 2: { kind: 'unreachable' } } } },
    { name: 'wants a login', scene: { probes: { 1: { kind: 'authRefused' } } } },
    { name: 'is unknown while DNS fails', scene: { dns: { ok: false, resolved: [] }, states: { 2: 'UNKNOWN' } } },
  ])('keeps a declared member that $name', ({ scene }) => {
    expect(planReplicaSet(seenByPrimary(scene))).toEqual({ kind: 'none', reason: 'the configuration is as declared' });
  });
});

describe('what was read goes back as it was', () => {
  const settings = { replicaSetId: new ObjectId('0123456789abcdef01234567'), electionTimeoutMillis: Long.fromNumber(10_000) as never };
  const arbiter: ReplicaSetMember = { _id: 100, host: 'arbiter-0.arbiter-svc.db.svc.cluster.local:27017', arbiterOnly: true };
  const strange = member(1, { secondaryDelaySecs: 0, horizons: { outside: 'a.example.com:1' }, tags: { dc: 'x' } });

  test('unknown fields, settings, identities and members of something else', () => {
    const config = { settings, writeConcernMajorityJournalDefault: true, somethingNew: { a: 1 } };
    const scene: Scene = { members: [member(0), strange, arbiter], replicas: 3, probes: { 2: { kind: 'ghost' } }, config, wireVersion: 21 };
    const plan = planReplicaSet(seenByPrimary({ ...scene, status: { votingMembersCount: 3 }, states: { 100: 'ARBITER' } }));
    if (!('config' in plan)) throw new Error(`not sent: ${plan.reason}`);
    const { members, ...others } = plan.config;
    expect(others).toEqual({ _id: 'rs0', version: 8, term: 3, ...config });
    expect(others.settings?.replicaSetId).toBe(settings.replicaSetId);
    expect(members).toEqual([member(0), strange, arbiter, silent(2)]);
  });

  test.each([93, 103, 110])('and is not sent again after %i', (code) => {
    const scene: Scene = { members: voters(5), replicas: 3 };
    const first = planReplicaSet(seenByPrimary(scene));
    if (!('config' in first)) throw new Error(first.reason);
    const second = planReplicaSet(seenByPrimary({ ...scene, rejected: [{ config: structuredClone(first.config), code }] }));
    expect(second).toEqual({
      kind: 'blocked',
      reason: `remove ${host(4)}, of 3 declared: the server refused this document (code ${code})`,
    });
  });

  test('a term that the driver keeps as an object is a term like others', () => {
    const term = Long.fromNumber(3) as never;
    const scene: Scene = { members: voters(4), config: { term }, status: { term: Long.fromNumber(3) as never } };
    expect(planReplicaSet(seenByPrimary(scene))).toMatchObject({ kind: 'reconfig', config: { term } });
    expect(planReplicaSet(seenByPrimary({ ...scene, status: { term: Long.fromNumber(4) as never } }))).toMatchObject({ kind: 'wait' });
  });

  test('but not an identity that became a text on the way, as by JSON', () => {
    const config = { settings: { replicaSetId: settings.replicaSetId.toHexString() } };
    expect(planReplicaSet(seenByPrimary({ members: voters(4), config }))).toEqual({
      kind: 'blocked',
      reason: `remove ${host(3)}, of 3 declared: the document would be invalid: settings.replicaSetId must be the ObjectId that was read`,
    });
  });

  test('and nothing is sent that breaks a rule which the document in force keeps', () => {
    const members = range(2).map((ordinal) => member(ordinal, { horizons: { outside: `${ordinal}.example.com:1` } }));
    const scene: Scene = { members, probes: { 2: { kind: 'ghost' } } };
    expect(planReplicaSet(seenByPrimary(scene))).toEqual({
      kind: 'blocked',
      reason: `add ${host(2)}: the document would be invalid: members.2.horizons must have the same names as those of the first member (outside)`,
    });
    const attributes = { 2: { horizons: { outside: '2.example.com:1' } } };
    expect(planReplicaSet(seenByPrimary({ ...scene, attributes }))).toMatchObject({
      kind: 'reconfig',
      config: { members: [...members, silent(2, attributes[2])] },
    });
  });

  test('before 5.0 an id above 255 is not given', () => {
    const scene: Scene = { members: [member(0, { _id: 2 }), member(1, { _id: 255 })], wireVersion: 9, probes: { 2: { kind: 'ghost' } } };
    expect(planReplicaSet(seenByPrimary(scene))).toEqual({
      kind: 'blocked',
      reason: `add ${host(2)}: no id of at most 255 is left, which servers before 5.0 need`,
    });
    expect(planReplicaSet(seenByPrimary({ ...scene, wireVersion: 13 }))).toMatchObject({
      kind: 'reconfig',
      config: { members: [{ _id: 2 }, { _id: 255 }, { _id: 256 }] },
    });
  });
});
