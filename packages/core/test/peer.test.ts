import { describe, expect, test } from 'vitest';
import { comparePeers } from '../src/membership/peer.ts';

const identity = (name: string, ordinal: number | undefined) => ({ name, ordinal, host: `${name}.color-svc.default.svc.cluster.local` });

describe('comparePeers', () => {
  test.each([
    { name: 'orders by ordinal as numbers', a: identity('db-2', 2), b: identity('db-10', 10), want: -1 },
    { name: 'orders by name where ordinals are equal', a: identity('blue-0', 0), b: identity('red-0', 0), want: -1 },
    { name: 'puts peers with an ordinal first', a: identity('db-7', 7), b: identity('10-0-0-1', undefined), want: -1 },
    { name: 'orders peers without ordinal by name', a: identity('a', undefined), b: identity('b', undefined), want: -1 },
    { name: 'finds a peer equal to itself', a: identity('a', undefined), b: identity('a', undefined), want: 0 },
  ])('$name', ({ a, b, want }) => {
    expect(Math.sign(comparePeers(a, b))).toBe(want);
    expect(Math.sign(comparePeers(b, a)) + want).toBe(0);
  });
});
