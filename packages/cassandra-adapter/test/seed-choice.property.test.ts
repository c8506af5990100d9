import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DeclaredNode } from '../src/index.ts';
import { chooseSeeds } from '../src/seeds/choose-seeds.ts';
import { node, nodes } from './cass-nodes.ts';
import { refuseBroken } from './refuse-broken.ts';
import { runCount } from './run-count.ts';
import { anyNodes, oneRack, topology } from './topology-arbitrary.ts';

const HOUR_MS = 3_600_000;
const perDatacenter = fc.integer({ min: 1, max: 5 });
const names = (list: readonly DeclaredNode[]): readonly string[] => list.map(({ name }) => name);
const valuesOf = (list: readonly DeclaredNode[], key: 'datacenter' | 'rack'): readonly string[] => [
  ...new Set(list.map((each) => each[key])),
];
const within = (list: readonly DeclaredNode[], key: 'datacenter' | 'rack', value: string): readonly DeclaredNode[] =>
  list.filter((each) => each[key] === value);

/** What is true of a choice of `count` a data centre. */
interface ChoiceRule {
  readonly name: string;
  readonly isRight: (declared: readonly DeclaredNode[], count: number, seeds: readonly DeclaredNode[]) => boolean;
}

// The numbers are those of the invariants in the README.
const choiceRules: readonly ChoiceRule[] = [
  {
    name: '1: the order of the nodes changes nothing',
    isRight: (declared, count, seeds) => names(chooseSeeds(declared.toReversed(), count)).join() === names(seeds).join(),
  },
  {
    name: '2: every data centre is covered, by as many as there should be',
    isRight: (declared, count, seeds) =>
      valuesOf(declared, 'datacenter').every((datacenter) => {
        const [chosen, all] = [within(seeds, 'datacenter', datacenter), within(declared, 'datacenter', datacenter)];
        return chosen.length === Math.min(count, all.length);
      }),
  },
  {
    name: '3: seeds are spread over as many racks as possible',
    isRight: (declared, _, seeds) =>
      valuesOf(declared, 'datacenter').every((datacenter) => {
        const [chosen, all] = [within(seeds, 'datacenter', datacenter), within(declared, 'datacenter', datacenter)];
        return valuesOf(chosen, 'rack').length === Math.min(valuesOf(all, 'rack').length, chosen.length);
      }),
  },
  {
    name: '4: of a rack the lowest ordinals are taken',
    isRight: (declared, _, seeds) =>
      seeds.every((seed) => {
        const sameRack = within(within(declared, 'datacenter', seed.datacenter), 'rack', seed.rack);
        return sameRack.every((each) => Number(each.ordinal) >= Number(seed.ordinal) || seeds.includes(each));
      }),
  },
  {
    name: '4: data centres and racks come in the order of their names, racks in turn',
    isRight: (declared, count, seeds) => {
      const turns = declared.map((each) => {
        const before = declared.filter(({ datacenter, rack, ordinal }) => {
          return datacenter === each.datacenter && rack === each.rack && Number(ordinal) < Number(each.ordinal);
        });
        return { each, key: `${each.datacenter}/${String(before.length).padStart(2, '0')}/${each.rack}` };
      });
      const sorted = turns.toSorted((a, b) => (a.key < b.key ? -1 : 1)).map(({ each }) => each);
      const datacenters = valuesOf(sorted, 'datacenter');
      const wanted = datacenters.flatMap((datacenter) => within(sorted, 'datacenter', datacenter).slice(0, count));
      return names(wanted).join() === names(seeds).join();
    },
  },
  {
    name: '5, 6: one node less or more changes one seed at most',
    isRight: (declared, count, seeds) =>
      declared.every((gone) => {
        const [more, less] = [
          names(seeds),
          names(
            chooseSeeds(
              declared.filter((each) => each !== gone),
              count,
            ),
          ),
        ];
        const left = more.filter((name) => !less.includes(name));
        const come = less.filter((name) => !more.includes(name));
        return left.join() === (more.includes(gone.name) ? gone.name : '') && come.length <= left.length;
      }),
  },
  {
    name: '6: a node above all others changes nothing in a full data centre whose racks are balanced',
    isRight: (declared, count, seeds) =>
      valuesOf(declared, 'datacenter').every((datacenter) => {
        const all = within(declared, 'datacenter', datacenter);
        const racks = valuesOf(all, 'rack');
        const isBalanced = racks.every((rack) => within(all, 'rack', rack).length >= Math.ceil(count / racks.length));
        if (all.length < count || !isBalanced) return true;
        return racks.every((rack) => {
          const grown = [...declared, node(50, { datacenter, rack, set: `new-${datacenter}-${rack}` })];
          return names(chooseSeeds(grown, count)).join() === names(seeds).join();
        });
      }),
  },
  {
    name: '20: scaled down below the seeds, those that are left keep their order',
    isRight: (declared, count) => {
      const highest = Math.max(...declared.map(({ ordinal }) => Number(ordinal)));
      const left = declared.filter(({ ordinal }) => Number(ordinal) < highest);
      const isSmall = valuesOf(left, 'datacenter').every((datacenter) => within(left, 'datacenter', datacenter).length <= count);
      const all = chooseSeeds(declared, declared.length).filter((each) => left.includes(each));
      return !isSmall || names(chooseSeeds(left, count)).join() === names(all).join();
    },
  },
];

describe('chooseSeeds', () => {
  test(
    'of random topologies keeps the invariants 1 to 6 and 20',
    () => {
      const property = fc.property(anyNodes, perDatacenter, (declared, count) => {
        const seeds = chooseSeeds(declared, count);
        const broken = choiceRules.filter(({ isRight }) => !isRight(declared, count, seeds)).map(({ name }) => name);
        refuseBroken(broken, names(seeds).join());
      });
      expect(() => fc.assert(property, { numRuns: runCount(1_000), includeErrorInReport: true })).not.toThrow();
    },
    HOUR_MS,
  );

  test(
    '13: a longer list of one rack only adds at the end',
    () => {
      const property = fc.property(oneRack, perDatacenter, fc.nat({ max: 6 }), (declared, count, shown) => {
        const [all, some] = [names(chooseSeeds(declared, count)), names(chooseSeeds(declared.slice(0, shown), count))];
        const isPrefix = all.slice(0, some.length).join() === some.join();
        refuseBroken(isPrefix ? [] : ['13: a list only grows at the end'], `${some.join()} before ${all.join()}`);
      });
      expect(() => fc.assert(property, { numRuns: runCount(300), includeErrorInReport: true })).not.toThrow();
    },
    HOUR_MS,
  );

  test('the random topologies have data centres and racks of many sizes', () => {
    const sample = fc.sample(topology, { numRuns: 200, seed: 1 });
    expect(new Set(sample.map((declared) => valuesOf(declared, 'datacenter').length))).toEqual(new Set([1, 2, 3]));
  });

  test('scaling up beyond the seeds changes nothing', () => {
    expect(names(chooseSeeds(nodes(1_000), 3))).toEqual(names(chooseSeeds(nodes(3), 3)));
  });
});
