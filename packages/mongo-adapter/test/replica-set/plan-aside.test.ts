import { describe, expect, test } from 'vitest';
import { planReplicaSet } from '@peerset/mongo-adapter';
import { host, member, range, seenByPrimary } from './observation-of.ts';
import type { Scene } from './observation-of.ts';

const voters = range(5).map((ordinal) => member(ordinal));
const stranger = { _id: 9, host: 'db.example.com:27017' };

describe('a member that is not primary', () => {
  test.each<{ name: string; scene: Scene; kind: string; reason: string }>([
    {
      name: 'sees a primary, and nothing that is not as declared',
      scene: { states: { 0: 'SECONDARY', 1: 'PRIMARY' } },
      kind: 'none',
      reason: `the configuration is as declared, and ${host(1)} is primary`,
    },
    {
      name: 'sees one that is not declared',
      scene: { states: { 0: 'SECONDARY', 3: 'PRIMARY' }, members: voters },
      kind: 'wait',
      reason: `${host(3)} is primary, and its sidecar has yet to remove a member`,
    },
    {
      name: 'misses a member',
      scene: { states: { 0: 'SECONDARY', 1: 'PRIMARY' }, replicas: 4 },
      kind: 'wait',
      reason: `${host(1)} is primary, and its sidecar has yet to add a member`,
    },
    {
      name: 'sees a primary beside which nobody stands, and something to do',
      scene: { states: { 0: 'SECONDARY', 9: 'PRIMARY' }, members: [...voters, stranger] },
      kind: 'blocked',
      reason: `${stranger.host} is primary, where no sidecar could remove a member: let it step down`,
    },
    {
      name: 'sees a primary beside which nobody stands, and nothing to do',
      scene: { states: { 0: 'SECONDARY', 9: 'PRIMARY' }, members: [...voters, stranger], replicas: 5 },
      kind: 'none',
      reason: `the configuration is as declared, and ${stranger.host} is primary`,
    },
    {
      name: 'sees no primary',
      scene: { states: { 0: 'SECONDARY' } },
      kind: 'wait',
      reason: 'no primary is seen: 3 of 3 voters are healthy',
    },
    {
      name: 'sees no primary and no majority of those who are declared',
      scene: { states: { 0: 'SECONDARY', 1: 'DOWN', 2: 'UNKNOWN' } },
      kind: 'wait',
      reason: 'no primary is seen: 1 of 3 voters are healthy',
    },
    {
      name: 'sees no majority, since pods were taken away before the set was made smaller',
      scene: { replicas: 1, states: { 0: 'SECONDARY', 1: 'DOWN', 2: 'DOWN' } },
      kind: 'blocked',
      reason: `no primary is seen: 1 of 3 voters are healthy; start the pods of ${host(1)}, ${host(2)} again until the set has been made smaller`,
    },
    {
      name: 'is in another set',
      scene: { config: { _id: 'rs9' } },
      kind: 'blocked',
      reason: 'the configuration here is not of rs0, but of rs9',
    },
    {
      name: 'has a status of another set',
      scene: { status: { set: 'rs8' } },
      kind: 'blocked',
      reason: 'the configuration here is not of rs0, but of rs8',
    },
    {
      name: 'may not read its configuration',
      scene: { local: { config: undefined as never } },
      kind: 'wait',
      reason: 'this member has a configuration, but it or the status could not be read',
    },
    {
      name: 'reads fields of other types',
      scene: { members: [member(0, { votes: '1' as never })] },
      kind: 'blocked',
      reason: 'the configuration or the status has fields of unexpected types',
    },
  ])('changes nothing when it $name: $kind', ({ scene, kind, reason }) => {
    const local = { ...scene.local, isPrimary: false };
    expect(planReplicaSet(seenByPrimary({ ...scene, local }))).toEqual({ kind, reason });
  });
});
