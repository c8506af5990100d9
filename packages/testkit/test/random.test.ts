import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seededRandom, shuffled } from '../src/random.ts';

const boxed = (values: readonly number[]) => values.map((value) => ({ value }));

describe('seededRandom', () => {
  test('gives numbers from 0 up to but not 1, the same for the same seed', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const [one, other] = [seededRandom(seed), seededRandom(seed)];
        for (let count = 0; count < 100; count += 1) {
          const number = one();
          expect(number).toBe(other());
          expect(number >= 0 && number < 1).toBe(true);
        }
      }),
    );
  });

  test('spreads its numbers evenly', () => {
    const random = seededRandom(1);
    const tenths = Array.from({ length: 10 }, () => 0);
    for (let count = 0; count < 100_000; count += 1) {
      const tenth = Math.floor(random() * 10);
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    }
    expect(Math.min(...tenths)).toBeGreaterThan(9_500);
    expect(Math.max(...tenths)).toBeLessThan(10_500);
  });
});

describe('shuffled', () => {
  test('keeps every item and leaves the original alone', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.integer(), (values, seed) => {
        const items = boxed(values);
        const result = shuffled(items, seededRandom(seed));
        expect(items).toEqual(boxed(values));
        expect(result.toSorted((one, other) => one.value - other.value)).toEqual(items.toSorted((one, other) => one.value - other.value));
        expect(new Set(result)).toEqual(new Set(items));
      }),
    );
  });

  test('gives every order about equally often', () => {
    const random = seededRandom(11);
    const counts = new Map<string, number>();
    for (let count = 0; count < 24_000; count += 1) {
      const order = shuffled(boxed([1, 2, 3, 4]), random)
        .map(({ value }) => value)
        .join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    expect(Math.min(...counts.values())).toBeGreaterThan(850);
    expect(Math.max(...counts.values())).toBeLessThan(1_150);
  });
});
