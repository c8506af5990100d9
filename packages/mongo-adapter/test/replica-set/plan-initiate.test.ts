import { describe, expect, test } from 'vitest';
import { planReplicaSet } from '@peerset/mongo-adapter';
import type { ReplicaSetObservation } from '@peerset/mongo-adapter';
import { host, member, range, seenEmpty, silent } from './observation-of.ts';
import type { Scene } from './observation-of.ts';

const kinds = (kind: 'uninit' | 'ghost', count = 3) => Object.fromEntries(range(count).map((ordinal) => [ordinal, { kind } as const]));

describe('a server without a configuration', () => {
  test.each<{ name: string; scene: Scene }>([
    { name: 'uninit', scene: { probes: kinds('uninit') } },
    { name: 'ghosts, before there are users', scene: { probes: kinds('ghost') } },
    { name: 'of both kinds', scene: { probes: { ...kinds('ghost'), 1: { kind: 'uninit' } } } },
  ])('of ordinal 0 founds with everybody when all others are $name', ({ scene }) => {
    expect(planReplicaSet(seenEmpty(scene))).toEqual({
      kind: 'initiate',
      reason: 'none of the 3 members has a configuration',
      config: { _id: 'rs0', version: 1, members: [member(0), member(1), member(2)] },
      maxTimeMS: 30_000,
    });
  });

  test('gives the first seven a vote', () => {
    const plan = planReplicaSet(seenEmpty({ replicas: 9 }));
    expect(plan).toMatchObject({ config: { members: [...range(7).map((each) => member(each)), silent(7), silent(8)] } });
  });

  test('founds with what is declared of members', () => {
    const attributes = { 1: { priority: 2, tags: { zone: 'b' } }, 2: { priority: 0, hidden: true } };
    expect(planReplicaSet(seenEmpty({ attributes }))).toMatchObject({
      config: { members: [member(0), member(1, attributes[1]), member(2, attributes[2])] },
    });
  });

  test.each<{ name: string; scene: Scene; kind: string; reason: string }>([
    {
      name: 'not ordinal 0',
      scene: { self: 1 },
      kind: 'wait',
      reason: 'this member has no configuration: ordinal 0 initiates, or the primary adds it',
    },
    { name: 'DNS failed', scene: { dns: { ok: false, resolved: [0, 1, 2] } }, kind: 'wait', reason: 'DNS has not answered everything' },
    {
      name: 'one does not resolve',
      scene: { dns: { ok: true, resolved: [0, 2] } },
      kind: 'wait',
      reason: 'ordinal 1 of 3 does not resolve',
    },
    { name: 'nobody resolves', scene: { dns: { ok: true, resolved: [] } }, kind: 'wait', reason: 'ordinal 0 of 3 does not resolve' },
    {
      name: 'one was not asked',
      scene: { probes: { 1: { kind: 'uninit' } } },
      kind: 'wait',
      reason: 'ordinal 2 may have a configuration: it was not asked',
    },
    {
      name: 'one does not answer',
      scene: { probes: { ...kinds('ghost'), 2: { kind: 'unreachable' } } },
      kind: 'wait',
      reason: 'ordinal 2 may have a configuration: it does not answer',
    },
    {
      name: 'one wants a login',
      scene: { probes: { ...kinds('ghost'), 1: { kind: 'authRefused' } } },
      kind: 'wait',
      reason: 'ordinal 1 may have a configuration: it refuses the credentials',
    },
    {
      name: 'one is a member',
      scene: { probes: { ...kinds('ghost'), 1: { kind: 'member', setName: 'rs0' } } },
      kind: 'wait',
      reason: 'ordinal 1 may have a configuration: it says that it is a member already',
    },
    {
      name: 'one was removed',
      scene: { probes: { ...kinds('ghost'), 1: { kind: 'removed' } } },
      kind: 'wait',
      reason: 'ordinal 1 may have a configuration: it was removed from its set',
    },
    {
      name: 'one is of another set',
      scene: { probes: { ...kinds('ghost'), 1: { kind: 'otherSet', setName: 'rs9' } } },
      kind: 'blocked',
      reason: 'ordinal 1 is not of this set: it is a member of another set, rs9',
    },
    {
      name: 'one is a standalone',
      scene: { probes: { ...kinds('ghost'), 2: { kind: 'notReplSet' } } },
      kind: 'blocked',
      reason: 'ordinal 2 is not of this set: it was started without --replSet',
    },
    {
      name: 'an undeclared pod is a ghost',
      scene: { probes: { ...kinds('ghost'), 3: { kind: 'ghost' } }, dns: { ok: true, resolved: [0, 1, 2, 3] } },
      kind: 'wait',
      reason:
        'ordinal 3 is not one of the 3 declared and may have a configuration: it is of no set, or still reads its configuration, or was removed from its set; stop its pod, or declare it',
    },
    {
      name: 'an undeclared pod is a member',
      scene: { probes: { ...kinds('ghost'), 4: { kind: 'member', setName: 'rs0' } }, dns: { ok: true, resolved: [0, 1, 2] } },
      kind: 'wait',
      reason:
        'ordinal 4 is not one of the 3 declared and may have a configuration: it says that it is a member already; stop its pod, or declare it',
    },
    {
      name: 'it would be alone',
      scene: { replicas: 1, dns: { ok: true, resolved: [0] } },
      kind: 'blocked',
      reason: 'one member alone is not initiated without single: true, as no server guards against a second set',
    },
  ])('waits or stops where $name', ({ scene, kind, reason }) => {
    expect(planReplicaSet(seenEmpty(scene))).toEqual({ kind, reason });
  });

  test('founds alone where that is allowed', () => {
    const scene = { replicas: 1, single: true, dns: { ok: true, resolved: [0] } };
    expect(planReplicaSet(seenEmpty(scene))).toMatchObject({ kind: 'initiate', config: { members: [member(0)] } });
  });

  test.each(
    [93, 103, 110].flatMap((code) => [
      { code, name: 'the same', replicas: 3 },
      { code, name: 'one with fewer members', replicas: 2 },
      { code, name: 'one with more', replicas: 4 },
    ]),
  )('sends no document to initiate with once the server refused one with $code, not even $name', ({ code, replicas }) => {
    const rejected = [{ config: { _id: 'rs0', version: 1, members: [member(0), member(1), member(2)] }, code }];
    expect(planReplicaSet(seenEmpty({ replicas, rejected }))).toEqual({
      kind: 'blocked',
      reason: `the server refused to initiate (code ${code}): look for members with a configuration or data`,
    });
  });

  test('founds although a reconfiguration was refused long ago', () => {
    const config = { _id: 'rs0', version: 1, members: [member(0)], settings: { replicaSetId: 'an id' } };
    expect(planReplicaSet(seenEmpty({ rejected: [{ config, code: 103 }] }))).toMatchObject({ kind: 'initiate' });
  });

  test.each<{ name: string; attributes: Scene['attributes']; reason: string }>([
    {
      name: 'ordinal 0 could not lead',
      attributes: { 0: { priority: 0 } },
      reason: 'ordinal 0 initiates, and needs a priority above 0 for it',
    },
    {
      name: 'nobody could lead',
      attributes: { 0: { priority: 0 }, 1: { priority: 0 }, 2: { priority: 0 } },
      reason: 'the document to initiate with would be invalid: members must have a member with data and a priority above 0',
    },
    {
      name: 'one has no horizon',
      attributes: { 0: { horizons: { out: 'a.example.com:1' } }, 1: { horizons: { out: 'b.example.com:1' } } },
      reason:
        'the document to initiate with would be invalid: members.2.horizons must have the same names as those of the first member (out)',
    },
  ])('asks for a person where $name', ({ attributes, reason }) => {
    expect(planReplicaSet(seenEmpty({ attributes: attributes ?? {} }))).toEqual({ kind: 'blocked', reason });
  });

  test.each(['uninit', 'removed'] as const)('that is not declared has nothing to do: %s', (state) => {
    expect(planReplicaSet(seenEmpty({ self: 4, local: { state } }))).toEqual({
      kind: 'none',
      reason: 'this member, ordinal 4, is not one of the 3 declared, and in no configuration',
    });
  });
});

describe('a server of which nothing can be said', () => {
  test.each<{ name: string; local: ReplicaSetObservation['local']; kind: string; reason: string }>([
    {
      name: 'does not answer',
      local: { state: 'unreachable', isPrimary: false },
      kind: 'wait',
      reason: 'the local server does not answer',
    },
    {
      name: 'refuses the login',
      local: { state: 'authRefused', isPrimary: false },
      kind: 'wait',
      reason: 'the local server refuses the credentials, which does not tell whether it has a configuration',
    },
    {
      name: 'is no member of any set',
      local: { state: 'notReplSet', isPrimary: false },
      kind: 'blocked',
      reason: 'the local server was started without --replSet',
    },
    {
      name: 'was removed',
      local: { state: 'removed', isPrimary: false },
      kind: 'wait',
      reason: 'the configuration of the local server does not name it: the primary adds it',
    },
  ])('$name: $kind', ({ local, kind, reason }) => {
    expect(planReplicaSet(seenEmpty({ local }))).toEqual({ kind, reason });
  });
});

describe('an observation that contradicts itself', () => {
  const good = seenEmpty();
  test.each<{ name: string; news: Partial<ReplicaSetObservation>; says: string }>([
    { name: 'no set', news: { set: '' }, says: 'set: "" is refused' },
    { name: 'no StatefulSet', news: { statefulSet: '' }, says: 'statefulSet: "" is refused' },
    { name: 'no replicas', news: { replicas: 0 }, says: 'replicas: 0 is refused, must be an integer from 1 to 50' },
    { name: 'too many', news: { replicas: 51 }, says: 'replicas: 51 is refused' },
    { name: 'half a replica', news: { replicas: 2.5 }, says: 'replicas: 2.5 is refused' },
    {
      name: 'a host too few',
      news: { hosts: [host(0), host(1)] },
      says: 'hosts: 2 is refused, must be one host for each of the 3 replicas',
    },
    { name: 'a host twice', news: { hosts: [host(0), host(1), host(1)] }, says: 'hosts.2' },
    { name: 'a host without a port', news: { hosts: ['color-ss-0.color-svc', host(1), host(2)] }, says: 'hosts.0' },
    { name: 'another host of its own', news: { self: { ordinal: 0, host: host(1) } }, says: 'self.host' },
    { name: 'an unknown key', news: { replica: 3 } as never, says: 'replica: "replica" is refused, must be one of set, ' },
    { name: 'a port too high', news: { hosts: ['color-ss-0.color-svc:99999', host(1), host(2)] }, says: 'hosts.0' },
    { name: 'no version of the wire', news: { wireVersion: Number.NaN }, says: 'wireVersion' },
    { name: 'a negative ordinal', news: { self: { ordinal: -1, host: host(0) } }, says: 'self.ordinal: -1 is refused' },
    { name: 'a priority too high', news: { attributes: { 1: { priority: 1_001 } } }, says: 'attributes.1.priority: 1001 is refused' },
    {
      name: 'a hidden member that may lead',
      news: { attributes: { 1: { hidden: true } } },
      says: 'attributes.1.hidden: true is refused, it needs priority: 0',
    },
    { name: 'an unknown attribute', news: { attributes: { 1: { votes: 1 } as never } }, says: 'attributes.1.votes' },
  ])('is refused: $name', ({ news, says }) => {
    expect(() => planReplicaSet({ ...good, ...news })).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTIONS', message: expect.stringContaining(says) }),
    );
  });
});
