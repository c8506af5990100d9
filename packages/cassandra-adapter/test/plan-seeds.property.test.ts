import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SeedPlan } from '../src/index.ts';
import { planSeeds } from '../src/index.ts';
import { planRules } from './plan-rules.ts';
import { refuseBroken } from './refuse-broken.ts';
import { runCount } from './run-count.ts';
import { anyInput, anyNodes, viewOf } from './topology-arbitrary.ts';

const HOUR_MS = 3_600_000;

// `PEERSET_RUNS=100000 npx vitest run --project unit property` takes minutes.
describe('every plan', () => {
  test(
    'of random topologies and views keeps the invariants 1, 7, 8, 10 to 17, 19 and 20',
    () => {
      const modes = new Set<SeedPlan['mode']>();
      const property = fc.property(anyInput, (input) => {
        const plan = planSeeds(input);
        modes.add(plan.mode);
        const broken = planRules.filter(({ isRight }) => !isRight(input, plan)).map(({ name }) => name);
        refuseBroken(broken, JSON.stringify(plan));
      });
      fc.assert(property, { numRuns: runCount(1_500) });
      expect(modes).toEqual(new Set(['found', 'join', 'restart', 'replace-suspected', 'wait']));
    },
    HOUR_MS,
  );
});

describe('all nodes of a cluster', () => {
  test(
    '9: at most one node gets found, whatever each of them sees',
    () => {
      const scene = anyNodes.chain((declared) =>
        fc.tuple(
          fc.constant(declared),
          fc.tuple(...declared.map(() => viewOf(declared))),
          fc.option(fc.nat({ max: declared.length - 1 }), { nil: -1 }),
          fc.boolean(),
        ),
      );
      const eager = { isBootstrapped: false, clusterState: 'new', lookupsComplete: true, selfAddress: '10.7.0.1' } as const;
      const founders = new Set<number>();
      const property = fc.property(scene, ([declared, views, chosen, isEager]) => {
        const founder = declared[chosen]?.name;
        const plans = declared.map(({ name: self }, index) => {
          const { present = [], settings } = views[index] ?? {};
          // With random settings alone few nodes would even want to found. What a view shows first may be this node itself, or nobody.
          const own = isEager ? { ...eager, present: present.filter(({ name }) => name === self) } : { ...eager, ...settings, present };
          return planSeeds({ ...own, declared, self, ...(founder === undefined ? {} : { founder }) });
        });
        const count = plans.filter(({ mode }) => mode === 'found').length;
        founders.add(count);
        refuseBroken(count > 1 ? ['9: one node founds at most'] : [], `${count} did`);
      });
      fc.assert(property, { numRuns: runCount(500) });
      expect(founders).toEqual(new Set([0, 1]));
    },
    HOUR_MS,
  );

  test(
    '9: when each node sees nobody, exactly one founds',
    () => {
      const property = fc.property(anyNodes, (declared) => {
        const view = { present: [], selfAddress: '10.7.0.1', isBootstrapped: false, clusterState: 'new', lookupsComplete: true } as const;
        const plans = declared.map(({ name }) => planSeeds({ ...view, declared, self: name }));
        const count = plans.filter(({ mode }) => mode === 'found').length;
        refuseBroken(count === 1 ? [] : ['9: one node founds'], `${count} did`);
      });
      expect(() => fc.assert(property, { numRuns: runCount(300), includeErrorInReport: true })).not.toThrow();
    },
    HOUR_MS,
  );
});
