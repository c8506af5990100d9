import { describe, expect, test } from 'vitest';
import { planReplicaSet } from '@peerset/mongo-adapter';
import type { ReplicaSetMember } from '@peerset/mongo-adapter';
import { host, member, range, seenByPrimary, silent } from './observation-of.ts';
import type { Scene } from './observation-of.ts';

const voters = (count: number): readonly ReplicaSetMember[] => range(count).map((ordinal) => member(ordinal));
const old = (ordinal: number): ReplicaSetMember => member(ordinal, { host: host(ordinal, 'old-svc') });
const surplus: Scene = { self: 3, members: voters(4), replicas: 3 };
const answering = { 0: { kind: 'member' }, 1: { kind: 'member' }, 2: { kind: 'member' } } as const;

describe('a primary that would have to go', () => {
  test.each<{ name: string; scene: Scene; reason: string }>([
    { name: 'is not declared', scene: surplus, reason: `remove ${host(3)}, of 3 declared, which is primary` },
    {
      name: 'has another name',
      scene: { members: [old(0), member(1), member(2)] },
      reason: `rename ${old(0).host} to ${host(0)}, which is primary`,
    },
    {
      name: 'shall have no vote',
      scene: { self: 7, members: [...voters(6), silent(6), member(7)], replicas: 8 },
      reason: `take the vote of ${host(7)}, which is primary`,
    },
    {
      name: 'shall never lead',
      scene: { attributes: { 0: { priority: 0, hidden: true } } },
      reason: `change attributes of ${host(0)}, which is primary`,
    },
    {
      name: 'is not declared, and a stranger might lead',
      scene: { ...surplus, members: [...voters(4), { _id: 9, host: 'db.example.com:27017' }] },
      reason: `remove ${host(3)}, of 3 declared, which is primary`,
    },
  ])('steps down: it $name', ({ scene, reason }) => {
    expect(planReplicaSet(seenByPrimary(scene))).toEqual({ kind: 'step-down', reason });
  });

  test.each<{ name: string; scene: Scene; says: string }>([
    {
      name: 'nobody could lead',
      scene: {
        ...surplus,
        members: [silent(0), silent(1), silent(2), member(3)],
        states: { 0: 'RECOVERING', 1: 'RECOVERING', 2: 'RECOVERING' },
      },
      says: `remove ${host(3)}, of 3 declared, which is primary: no other member of the StatefulSet that stays could become primary`,
    },
    {
      name: 'all others have priority 0',
      scene: { ...surplus, members: [...range(3).map((ordinal) => member(ordinal, { priority: 0 })), member(3)] },
      says: `remove ${host(3)}, of 3 declared, which is primary: no other member of the StatefulSet that stays could become primary`,
    },
    {
      name: 'only a stranger could lead',
      scene: {
        ...surplus,
        members: [...range(3).map((ordinal) => member(ordinal, { priority: 0 })), member(3), { _id: 9, host: 'db.example.com:27017' }],
      },
      says: `remove ${host(3)}, of 3 declared, which is primary: no other member of the StatefulSet that stays could become primary`,
    },
    {
      name: 'its removal would then cost the majority',
      scene: { self: 4, members: voters(5), replicas: 4, states: { 2: 'DOWN', 3: 'DOWN' } },
      says: `remove ${host(4)}, of 4 declared: fewer voters than a majority would then be healthy`,
    },
    {
      name: 'who takes over would have to be renamed too, and does not answer under the new name',
      scene: { members: [old(0), old(1), member(2)], probes: {} },
      says: `rename ${old(1).host} to ${host(1)}: it does not answer as a member of rs0 under the new name`,
    },
    {
      name: 'who takes over would have to be removed too',
      scene: { self: 4, members: voters(5), replicas: 3, states: { 1: 'DOWN', 2: 'DOWN' } },
      says: `remove ${host(3)}, of 3 declared: fewer voters than a majority would then be healthy`,
    },
  ])('waits where $name', ({ scene, says }) => {
    expect(planReplicaSet(seenByPrimary(scene))).toEqual({ kind: 'wait', reason: says });
  });

  test.each<{ name: string; scene: Scene; reason: string }>([
    {
      name: 'makes an heir first',
      scene: { ...surplus, members: [silent(0), silent(1), silent(2), member(3)] },
      reason: `give ${host(0)} a vote`,
    },
    {
      name: 'renames the others before',
      scene: { members: [old(0), old(1), old(2)], probes: answering },
      reason: `rename ${old(1).host} to ${host(1)}`,
    },
    { name: 'removes the others before', scene: { ...surplus, members: voters(6) }, reason: `remove ${host(5)}, of 3 declared` },
    {
      name: 'changes the others before, and what it can of itself',
      scene: { attributes: { 0: { priority: 0, hidden: true, tags: { zone: 'a' } }, 1: { priority: 0 } } },
      reason: `change attributes of ${host(0)}, ${host(1)}`,
    },
  ])('$name', ({ scene, reason }) => {
    expect(planReplicaSet(seenByPrimary(scene))).toMatchObject({ kind: 'reconfig', reason });
  });

  test('stays electable while it is primary', () => {
    const attributes = { 0: { priority: 0, hidden: true, tags: { zone: 'a' } }, 1: { priority: 0 } };
    expect(planReplicaSet(seenByPrimary({ attributes }))).toMatchObject({
      config: { members: [member(0, { tags: { zone: 'a' } }), member(1, { priority: 0 }), member(2)] },
    });
  });
});
