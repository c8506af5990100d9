import { DiscoveryError, InvalidOptionsError } from '@peerset/core/errors';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { replicaSetConfig, validateReplicaSetConfig } from '../../src/index.ts';
import { identity, peer, snapshot } from '../color-peers.ts';

const host = (ordinal: number): string => `color-ss-${ordinal}.color-svc.default.svc.cluster.local:27017`;

describe('replicaSetConfig', () => {
  test('makes every member by ordinal, the missing ones too', () => {
    expect(replicaSetConfig(snapshot([peer(1)], [identity(0)]), { set: 'rs0' })).toEqual({
      _id: 'rs0',
      version: 1,
      members: [0, 1].map((_id) => ({ _id, host: host(_id), priority: 1, votes: 1 })),
    });
  });

  test('gives 7 votes in all, arbiters first', () => {
    const members = Array.from({ length: 8 }, (_, ordinal) => identity(ordinal));
    const config = replicaSetConfig(members, { set: 'rs0', arbiters: [{ host: 'Arb.db.' }] });
    expect(config.members.map(({ _id, votes, priority }) => [_id, votes, priority])).toEqual([
      ...[0, 1, 2, 3, 4, 5].map((id) => [id, 1, 1]),
      ...[6, 7].map((id) => [id, 0, 0]),
      [100, 1, 0],
    ]);
    expect(config.members.at(-1)).toMatchObject({ host: 'arb.db:27017', arbiterOnly: true });
  });

  test('takes what is said by ordinal', () => {
    const options = {
      set: 'rs0',
      port: 1,
      votes: { 1: 0 },
      priorities: { 0: 5 },
      tags: { 1: { dc: 'b' } },
      horizons: { 0: { out: 'a:1' }, 1: { out: 'b:1' } },
      settings: { chainingAllowed: false },
    } as const;
    expect(replicaSetConfig([identity(0), identity(1)], options)).toMatchObject({
      settings: { chainingAllowed: false },
      members: [
        { _id: 0, priority: 5, votes: 1, horizons: { out: 'a:1' } },
        { _id: 1, priority: 0, votes: 0, tags: { dc: 'b' }, horizons: { out: 'b:1' } },
      ],
    });
  });

  test('makes a legal document of every number of members', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 0, max: 200 }), (count, first) => {
        const members = Array.from({ length: count }, (_, index) => identity(first + index));
        const config = replicaSetConfig(members.toReversed(), { set: 'rs0' });
        expect(validateReplicaSetConfig(config)).toEqual([]);
        expect(config.members.map(({ _id }) => _id)).toEqual(members.map(({ ordinal }) => ordinal));
      }),
    );
  });

  const loose: readonly { name: string; count?: number; options: Record<string, unknown>; path: string }[] = [
    { name: '51 members', count: 51, options: {}, path: 'members' },
    { name: 'an unknown option', options: { prioritys: {} }, path: 'prioritys' },
    { name: 'an ordinal that no member has', options: { votes: { 9: 1 } }, path: 'votes.9' },
    { name: 'port 0', options: { port: 0 }, path: 'port' },
    { name: 'an empty name of the set', options: { set: '' }, path: '_id' },
    { name: 'a priority without vote', options: { votes: { 1: 0 }, priorities: { 1: 2 } }, path: 'members.1.priority' },
    { name: 'a horizon on one member', options: { horizons: { 1: { out: 'a:1' } } }, path: 'members.1.horizons' },
  ];
  test.each(loose)('refuses $name', ({ count = 2, options, path }) => {
    const members = Array.from({ length: count }, (_, ordinal) => identity(ordinal));
    const act = (): unknown => replicaSetConfig(members, { set: 'rs0', ...options });
    expect(act).toThrow(InvalidOptionsError);
    expect(act).toThrow(expect.objectContaining({ issues: [expect.objectContaining({ path })] }));
  });

  test('refuses a member without ordinal, and nobody', () => {
    expect(() => replicaSetConfig([{ name: 'a', ordinal: undefined, host: 'a.db' }], { set: 'rs0' })).toThrow(/ordinal/);
    expect(() => replicaSetConfig([], { set: 'rs0' })).toThrow(DiscoveryError);
  });
});
