import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DeclaredNode } from '../src/index.ts';
import { chooseSeeds } from '../src/seeds/choose-seeds.ts';
import { nodes } from './cass-nodes.ts';
import { anyNodes, oneRack, topology } from './topology-arbitrary.ts';

const perDatacenter = fc.integer({ min: 1, max: 5 });
const names = (list: readonly DeclaredNode[]): readonly string[] => list.map(({ name }) => name);
const valuesOf = (list: readonly DeclaredNode[], key: 'datacenter' | 'rack'): ReadonlySet<string> => new Set(list.map((each) => each[key]));
const within = (list: readonly DeclaredNode[], datacenter: string): readonly DeclaredNode[] =>
  list.filter((each) => each.datacenter === datacenter);

// The numbers are those of the invariants in the research notes on Cassandra.
describe('chooseSeeds', () => {
  test('1: does not depend on the order of the nodes', () => {
    fc.assert(
      fc.property(
        anyNodes.chain((declared) => fc.tuple(fc.constant(declared), fc.shuffledSubarray([...declared], { minLength: declared.length }))),
        perDatacenter,
        ([declared, shuffled], count) => {
          expect(names(chooseSeeds(shuffled, count))).toEqual(names(chooseSeeds(declared, count)));
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test('2, 3, 4: covers every data centre, spreads over racks and takes the lowest ordinals', () => {
    fc.assert(
      fc.property(topology, perDatacenter, (declared, count) => {
        const seeds = chooseSeeds(declared, count);
        expect(valuesOf(seeds, 'datacenter')).toEqual(valuesOf(declared, 'datacenter'));
        for (const datacenter of valuesOf(declared, 'datacenter')) {
          const [chosen, all] = [within(seeds, datacenter), within(declared, datacenter)];
          expect(chosen).toHaveLength(Math.min(count, all.length));
          expect(valuesOf(chosen, 'rack').size).toBe(Math.min(valuesOf(all, 'rack').size, chosen.length));
          for (const seed of chosen) {
            const lower = all.filter(({ rack, ordinal }) => rack === seed.rack && Number(ordinal) < Number(seed.ordinal));
            expect(lower.filter((each) => !chosen.includes(each))).toEqual([]);
          }
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test('5, 6: one node less or more changes one seed at most', () => {
    fc.assert(
      fc.property(
        topology.filter((declared) => declared.length > 1),
        fc.nat(),
        perDatacenter,
        (declared, index, count) => {
          const node = declared[index % declared.length];
          const [more, less] = [
            names(chooseSeeds(declared, count)),
            names(
              chooseSeeds(
                declared.filter((each) => each !== node),
                count,
              ),
            ),
          ];
          const gone = more.filter((name) => !less.includes(name));
          const come = less.filter((name) => !more.includes(name));
          expect(gone).toEqual(node && more.includes(node.name) ? [node.name] : []);
          expect(come.length).toBeLessThanOrEqual(gone.length);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test('13: a longer list of one rack only adds at the end', () => {
    fc.assert(
      fc.property(oneRack, perDatacenter, fc.nat({ max: 6 }), (declared, count, shown) => {
        const [all, some] = [names(chooseSeeds(declared, count)), names(chooseSeeds(declared.slice(0, shown), count))];
        expect(all.slice(0, some.length)).toEqual(some);
      }),
      { numRuns: 500 },
    );
  });

  test('scaling up beyond the seeds changes nothing', () => {
    expect(names(chooseSeeds(nodes(1_000), 3))).toEqual(names(chooseSeeds(nodes(3), 3)));
  });
});
