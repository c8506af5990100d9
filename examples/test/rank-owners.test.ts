import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rankOwners } from '../watch-service/rank-owners.ts';

const names = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,4}-\d{1,3}$/), { minLength: 1, maxLength: 12 });

describe('rankOwners', () => {
  test('ranks every name once, in an order that does not depend on the order they are given in', () => {
    fc.assert(
      fc.property(fc.string(), names, (key, given) => {
        const ranked = rankOwners(key, given);
        expect(ranked.toSorted()).toEqual(given.toSorted());
        expect(rankOwners(key, given.toReversed())).toEqual(ranked);
      }),
    );
  });

  test('keeps the order of the others when a name goes or comes', () => {
    fc.assert(
      fc.property(fc.string(), names, fc.nat(), (key, given, at) => {
        const gone = given[at % given.length];
        const others = given.filter((name) => name !== gone);
        expect(rankOwners(key, others)).toEqual(rankOwners(key, given).filter((name) => name !== gone));
      }),
    );
  });

  test('gives five pods about the same share of 10,000 keys, and each stand-in about the same share of what one leaves', () => {
    const pods = Array.from({ length: 5 }, (_, ordinal) => `color-ss-${ordinal}`);
    const ranked = Array.from({ length: 10_000 }, (_, i) => rankOwners(`color ${i}`, pods));
    const owned = (name: string): number => ranked.filter(([owner]) => owner === name).length;
    const inherited = (name: string): number => ranked.filter(([owner, next]) => owner === 'color-ss-0' && next === name).length;
    for (const name of pods) expect(Math.abs(owned(name) - 2_000)).toBeLessThan(160);
    for (const name of pods.slice(1)) expect(Math.abs(inherited(name) - 500)).toBeLessThan(90);
  });
});
