import { describe, expect, it } from 'vitest';
import { inPairs, inTurn } from '../in-turn.ts';
import { fromPairs, fromValues, judged, spread } from '../measurement.ts';
import type { Bar } from '../measurement.ts';

describe('a spread', () => {
  it.each([
    { name: 'one value', values: [4], expected: { median: 4, min: 4, max: 4 } },
    { name: 'an odd number of values, in any order', values: [9, 1, 5], expected: { median: 5, min: 1, max: 9 } },
    { name: 'an even number of values', values: [4, 1, 2, 3], expected: { median: 2.5, min: 1, max: 4 } },
    { name: 'values that sort otherwise as text', values: [10, 9, 100], expected: { median: 10, min: 9, max: 100 } },
  ])('of $name is its median, least and most', ({ values, expected }) => {
    expect(spread(values)).toEqual(expected);
  });
});

describe('pairs', () => {
  const pairs = [
    { floor: 10, ours: 12 },
    { floor: 40, ours: 44 },
    { floor: 10, ours: 15 },
  ];
  const measurement = fromPairs({ work: 'a work', unit: 'us', bar: undefined }, pairs);

  it('are compared one by one, so that noise which meets both does not count', () => {
    expect(measurement).toMatchObject({
      floor: { median: 10 },
      ours: { median: 15 },
      ratio: { median: 1.2, min: 1.1, max: 1.5 },
      difference: { median: 4, min: 2, max: 5 },
    });
  });

  it.each<{ bar: Bar; value: number }>([
    { bar: { kind: 'ratio', value: 2 }, value: 1.2 },
    { bar: { kind: 'over', value: 2 }, value: 4 },
    { bar: { kind: 'at-most', value: 2 }, value: 15 },
    { bar: { kind: 'never-over', value: 2 }, value: 44 },
  ])('are held against a bar of kind $bar.kind', ({ bar, value }) => {
    expect(judged(measurement, bar)).toBe(value);
  });

  it('are missed where a bar needs them: no verdict comes of that', () => {
    const alone = fromValues({ work: 'a work', unit: 'ms', bar: undefined }, [1, 2, 3]);
    expect(judged(alone, { kind: 'at-most', value: 2 })).toBe(2);
    expect(judged(alone, { kind: 'ratio', value: 2 })).toBeNaN();
    expect(judged(alone, { kind: 'over', value: 2 })).toBeNaN();
  });
});

describe('works in turn', () => {
  it('begin with another one each round, and keep their places in the results', async () => {
    const order: string[] = [];
    const work = (name: string, cost: number) => async (): Promise<number> => {
      order.push(name);
      return cost;
    };
    const results = await inTurn([work('a', 1), work('b', 2), work('c', 3)], { rounds: 2, warmUp: 1 });
    expect(order.join('')).toBe('abcbcacab');
    expect(results).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ]);
  });

  it('leave out the rounds that warm up', async () => {
    let calls = 0;
    const count = async (): Promise<number> => (calls += 1);
    const pairs = await inPairs({ floor: count, ours: async () => 0 }, { rounds: 2, warmUp: 3 });
    expect(pairs).toEqual([
      { floor: 4, ours: 0 },
      { floor: 5, ours: 0 },
    ]);
  });
});
