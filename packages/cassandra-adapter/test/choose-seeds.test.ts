import { describe, expect, test } from 'vitest';
import { chooseSeeds } from '../src/seeds/choose-seeds.ts';
import { node, nodes } from './cass-nodes.ts';

const rack = (name: string, count: number, datacenter = 'dc1') =>
  Array.from({ length: count }, (_, ordinal) => node(ordinal, { set: name, rack: name, datacenter }));

describe('chooseSeeds', () => {
  test.each([
    { name: 'takes the lowest ordinals of one rack', declared: nodes(5), want: 'cass-0 cass-1 cass-2' },
    { name: 'takes all where there are fewer', declared: nodes(2), want: 'cass-0 cass-1' },
    { name: 'compares ordinals as numbers', declared: [node(10), node(9), node(2)], count: 2, want: 'cass-2 cass-9' },
    { name: 'takes turns over the racks', declared: [...rack('b', 3), ...rack('a', 3)], want: 'a-0 b-0 a-1' },
    {
      name: 'goes on with the others when a rack has no more',
      declared: [...rack('a', 1), ...rack('b', 4)],
      count: 4,
      want: 'a-0 b-0 b-1 b-2',
    },
    {
      name: 'takes the first racks where there are more than seeds',
      declared: ['d', 'c', 'b', 'a'].flatMap((name) => rack(name, 2)),
      want: 'a-0 b-0 c-0',
    },
    { name: 'covers every data centre, by name', declared: [...rack('x', 4, 'east'), ...rack('y', 1, 'alps')], want: 'y-0 x-0 x-1 x-2' },
    {
      name: 'takes fewer of each where there are too many data centres',
      declared: Array.from({ length: 9 }, (_, dc) => rack(`s${dc}`, 3, `dc${dc}`)).flat(),
      want: Array.from({ length: 9 }, (_, dc) => `s${dc}-0 s${dc}-1`).join(' '),
    },
    {
      name: 'never takes more than twenty',
      declared: Array.from({ length: 30 }, (_, dc) => rack(`s${dc + 10}`, 1, `dc${dc + 10}`)).flat(),
      want: Array.from({ length: 20 }, (_, dc) => `s${dc + 10}-0`).join(' '),
    },
    {
      name: 'puts nodes without ordinal last, by name',
      declared: [{ ...node(0), name: 'b', ordinal: undefined }, { ...node(1), name: 'a', ordinal: undefined }, node(7)],
      want: 'cass-7 a b',
    },
    { name: 'chooses nobody from nobody', declared: [], want: '' },
  ])('$name', ({ declared, count = 3, want }) => {
    expect(
      chooseSeeds(declared, count)
        .map(({ name }) => name)
        .join(' '),
    ).toBe(want);
  });
});
