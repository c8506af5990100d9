import { describe, expect, test } from 'vitest';
import * as fc from 'fast-check';
import type { Peer } from '../src/membership/peer.ts';
import type { Snapshot } from '../src/membership/snapshot.ts';
import { isReady, parseReadyCriteria } from '../src/ready-criteria.ts';
import type { ReadyContext, ReadyOptions } from '../src/ready-criteria.ts';
import { declaredIdentities } from '../src/service/declared-peers.ts';
import { ordinalName, peerHost, serviceIdentity } from '../src/service/dns-names.ts';
import { thrownIssues } from './thrown-issues.ts';

const service = serviceIdentity({ name: 'color-svc', namespace: 'default', clusterDomain: 'cluster.local' });
const declare = (replicas: number) => declaredIdentities({ service, statefulSet: 'color-ss', replicas, firstOrdinal: 0 });
const nobody: ReadyContext = { declared: undefined, self: undefined };

function snapshot(...ordinals: readonly number[]): Snapshot {
  const peers = ordinals.map((ordinal): Peer => {
    const name = ordinalName('color-ss', ordinal);
    return { name, ordinal, host: peerHost(name, service), addresses: [`10.0.0.${ordinal % 256}`], port: undefined };
  });
  return { service, revision: 1, peers, missing: [] };
}

describe('parseReadyCriteria', () => {
  const { signal } = new AbortController();
  const usual = { peers: 1, ordinals: [], self: false, stableForMs: 0, timeoutMs: 60_000, signal: undefined };
  test.each([
    { name: 'waits for one peer where nobody is declared', input: undefined, context: nobody, want: usual },
    {
      name: 'waits for all declared peers',
      input: {},
      context: { ...nobody, declared: declare(3) },
      want: { ...usual, peers: 'declared' },
    },
    {
      name: 'waits for all of nobody in a set of 0',
      input: {},
      context: { ...nobody, declared: [] },
      want: { ...usual, peers: 'declared' },
    },
    {
      name: 'sets no number where ordinals are given',
      input: { ordinals: [0, 2] },
      context: { ...nobody, declared: declare(3) },
      want: { ...usual, peers: undefined, ordinals: [0, 2] },
    },
    {
      name: 'sets no number where self is given',
      input: { self: true },
      context: { ...nobody, self: 'color-ss-0' },
      want: { ...usual, peers: undefined, self: true },
    },
    { name: 'sets the usual number where self is false', input: { self: false }, context: nobody, want: usual },
    { name: 'accepts 0 peers', input: { peers: 0 }, context: nobody, want: { ...usual, peers: 0 } },
    {
      name: 'accepts a majority of the declared',
      input: { peers: 'majority' },
      context: { ...nobody, declared: declare(3) },
      want: { ...usual, peers: 'majority' },
    },
    { name: 'accepts endless patience', input: { timeoutMs: Infinity }, context: nobody, want: { ...usual, timeoutMs: Infinity } },
    {
      name: 'accepts no patience',
      input: { timeoutMs: 0, stableForMs: 5, signal },
      context: nobody,
      want: { ...usual, timeoutMs: 0, stableForMs: 5, signal },
    },
    {
      name: 'takes undefined as not given',
      input: { peers: undefined, ordinals: undefined, timeoutMs: undefined },
      context: nobody,
      want: usual,
    },
  ] satisfies { name: string; input: ReadyOptions | undefined; context: ReadyContext; want: object }[])(
    '$name',
    ({ input, context, want }) => {
      const criteria = parseReadyCriteria(input, context);
      expect(criteria).toEqual(want);
      expect(Object.isFrozen(criteria) && Object.isFrozen(criteria.ordinals)).toBe(true);
    },
  );

  const peersRule = "must be a whole number of 0 or more, 'declared' or 'majority'";
  const needsDeclared = 'needs declared peers: give statefulSet and replicas, or call declare';
  test.each([
    { name: 'refuses no object', input: 3, path: 'criteria', value: '3', rule: 'must be an object' },
    { name: 'refuses null', input: null, path: 'criteria', value: 'null', rule: 'must be an object' },
    { name: 'refuses a list', input: [1], path: 'criteria', value: '[1]', rule: 'must be an object' },
    { name: 'refuses -1 peers', input: { peers: -1 }, path: 'peers', value: '-1', rule: peersRule },
    { name: 'refuses NaN peers', input: { peers: Number.NaN }, path: 'peers', value: 'NaN', rule: peersRule },
    { name: 'refuses a number as text', input: { peers: '3' }, path: 'peers', value: '"3"', rule: peersRule },
    { name: 'refuses another word', input: { peers: 'all' }, path: 'peers', value: '"all"', rule: peersRule },
    { name: 'refuses declared where nobody is', input: { peers: 'declared' }, path: 'peers', value: '"declared"', rule: needsDeclared },
    {
      name: 'refuses a majority where nobody is declared',
      input: { peers: 'majority' },
      path: 'peers',
      value: '"majority"',
      rule: needsDeclared,
    },
    {
      name: 'refuses ordinals that are no list',
      input: { ordinals: 0 },
      path: 'ordinals',
      value: '0',
      rule: 'must be a list of one ordinal or more',
    },
    {
      name: 'refuses no ordinals, which would hold for nobody',
      input: { ordinals: [] },
      path: 'ordinals',
      value: '[]',
      rule: 'must be a list of one ordinal or more',
    },
    {
      name: 'refuses a fraction of an ordinal',
      input: { ordinals: [0, 0.5] },
      path: 'ordinals.1',
      value: '0.5',
      rule: 'must be a whole number from 0 to 2147483647',
    },
    { name: 'refuses self as text', input: { self: 'color-ss-0' }, path: 'self', value: '"color-ss-0"', rule: 'must be true or false' },
    {
      name: 'refuses self where it has no name',
      input: { self: true },
      path: 'self',
      value: 'true',
      rule: "needs this pod's name: give the option self, or set POD_NAME or HOSTNAME",
    },
    {
      name: 'refuses endless calm',
      input: { stableForMs: Infinity },
      path: 'stableForMs',
      value: 'Infinity',
      rule: 'must be a whole number of milliseconds from 0 to 2147483647',
    },
    {
      name: 'refuses negative patience',
      input: { timeoutMs: -1 },
      path: 'timeoutMs',
      value: '-1',
      rule: 'must be Infinity or a whole number of milliseconds from 0 to 2147483647',
    },
    {
      name: 'refuses patience that no timer has',
      input: { timeoutMs: 2 ** 31 },
      path: 'timeoutMs',
      value: '2147483648',
      rule: 'must be Infinity or a whole number of milliseconds from 0 to 2147483647',
    },
    { name: 'refuses a signal that is none', input: { signal: {} }, path: 'signal', value: '{}', rule: 'must be an AbortSignal' },
    { name: 'refuses an unknown key', input: { peer: 3 }, path: 'peer', value: '3', rule: 'there is no such option, did you mean peers?' },
  ])('$name', ({ input, path, value, rule }) => {
    expect(thrownIssues(() => Reflect.apply(parseReadyCriteria, undefined, [input, nobody]))).toEqual([{ path, value, rule }]);
  });

  test('reports everything at once, under the path it is given', () => {
    const input = { peers: -1, ordinals: [-1], self: true, stableForMs: -1, timeoutMs: -1 };
    const issues = thrownIssues(() => parseReadyCriteria(input, { ...nobody, path: 'until' }));
    expect(issues.map(({ path }) => path)).toEqual(['until.peers', 'until.ordinals.0', 'until.self', 'until.stableForMs', 'timeoutMs']);
  });

  test('names the option that is no object', () => {
    const issues = thrownIssues(() => Reflect.apply(parseReadyCriteria, undefined, ['declared', { ...nobody, path: 'until' }]));
    expect(issues).toEqual([{ path: 'until', value: '"declared"', rule: 'must be an object' }]);
  });
});

describe('isReady', () => {
  const three = declare(3);
  test.each([
    { name: 'counts peers', input: { peers: 2 }, present: [0, 7], want: true },
    { name: 'counts too few peers', input: { peers: 3 }, present: [0, 7], want: false },
    { name: 'finds 0 peers in nobody', input: { peers: 0 }, present: [], want: true },
    { name: 'finds all declared', input: { peers: 'declared' }, present: [0, 1, 2], want: true },
    { name: 'finds all declared among others', input: { peers: 'declared' }, present: [0, 1, 2, 3], want: true },
    { name: 'does not take others for declared', input: { peers: 'declared' }, present: [0, 1, 3], want: false },
    { name: 'finds a majority', input: { peers: 'majority' }, present: [0, 2], want: true },
    { name: 'finds no majority', input: { peers: 'majority' }, present: [1, 3, 4], want: false },
    { name: 'finds no majority in half', input: { peers: 'majority' }, present: [0, 1], declared: declare(4), want: false },
    { name: 'finds all of nobody', input: { peers: 'declared' }, present: [], declared: declare(0), want: true },
    { name: 'finds the majority of nobody', input: { peers: 'majority' }, present: [], declared: declare(0), want: true },
    { name: 'finds ordinals', input: { ordinals: [2, 0] }, present: [0, 2], want: true },
    { name: 'misses an ordinal', input: { ordinals: [0, 1] }, present: [0, 2], want: false },
    { name: 'finds itself', input: { self: true }, present: [1], want: true },
    { name: 'misses itself', input: { self: true }, present: [0, 2], want: false },
    { name: 'wants all criteria at once', input: { peers: 2, self: true, ordinals: [0] }, present: [0, 2], want: false },
    { name: 'has all criteria at once', input: { peers: 2, self: true, ordinals: [0] }, present: [0, 1], want: true },
  ] satisfies { name: string; input: ReadyOptions; present: number[]; declared?: ReadyContext['declared']; want: boolean }[])(
    '$name',
    ({ input, present, declared = three, want }) => {
      const self = 'color-ss-1';
      expect(isReady(parseReadyCriteria(input, { declared, self }), snapshot(...present), declared, self)).toBe(want);
    },
  );

  test('with all declared a majority is there, and one more peer never makes it less ready', () => {
    const criteria = fc.record({
      peers: fc.option(fc.oneof(fc.nat(5), fc.constantFrom('declared', 'majority')), { nil: undefined }),
      self: fc.boolean(),
    });
    fc.assert(
      fc.property(criteria, fc.uniqueArray(fc.nat(6)), fc.nat(6), fc.nat(5), (input, present, more, replicas) => {
        const context = { declared: declare(replicas), self: 'color-ss-1' };
        const holds = (options: ReadyOptions, ordinals: readonly number[]): boolean =>
          isReady(parseReadyCriteria(options, context), snapshot(...ordinals), context.declared, context.self);
        expect(holds(input, present) && !holds(input, [...new Set([...present, more])])).toBe(false);
        expect(holds({ peers: 'declared' }, present) && !holds({ peers: 'majority' }, present)).toBe(false);
      }),
    );
  });
});
