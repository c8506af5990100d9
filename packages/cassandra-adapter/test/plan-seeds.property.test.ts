import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Peer } from '@peerset/core';
import type { SeedInput, SeedListPlan, SeedPlan } from '../src/index.ts';
import { planSeeds, renderSeeds } from '../src/index.ts';
import { anyInput, anyNodes, viewOf } from './topology-arbitrary.ts';

/** Checks every plan; fast-check throws with the seed and the smallest input for which the answer is false. */
function checkPlans(runs: number, isRight: (input: SeedInput, plan: SeedPlan) => boolean): void {
  fc.assert(
    fc.property(anyInput, (input) => isRight(input, planSeeds(input))),
    { numRuns: runs },
  );
}

/** As `checkPlans`, for plans that have a list. */
function checkLists(runs: number, isRight: (input: SeedInput, plan: SeedListPlan) => boolean): void {
  checkPlans(runs, (input, plan) => plan.mode === 'wait' || isRight(input, plan));
}

function peersOf({ present }: SeedInput): readonly Peer[] {
  return 'peers' in present ? present.peers : present;
}

function liveNames(input: SeedInput): ReadonlySet<string | undefined> {
  const names = peersOf(input).map(({ name }) => name);
  return new Set(names.filter((name) => name !== input.self && !input.unconfirmed?.includes(name)));
}

function written(plan: SeedPlan): string {
  return plan.mode === 'wait' ? `wait for ${plan.waitingFor.join()}` : `${plan.mode} ${renderSeeds(plan, { as: 'csv' })}`;
}

function texts({ seeds }: SeedListPlan): readonly string[] {
  return seeds.map(({ address, host }) => address ?? host);
}

/** Lists of names of Cassandra; the others follow addresses by design. */
function isOfNames({ flavour, addressing }: SeedInput): boolean {
  return flavour !== 'scylla' && addressing !== 'ip';
}

type PlanRule = { readonly name: string; readonly runs: number; readonly isRight: (input: SeedInput, plan: SeedPlan) => boolean };
type ListRule = { readonly name: string; readonly runs: number; readonly isRight: (input: SeedInput, plan: SeedListPlan) => boolean };

// The numbers are those of the invariants in the research notes on Cassandra.
const planRules: readonly PlanRule[] = [
  {
    name: '10, 11, 17: nobody founds with external seeds, another node in sight, DNS failures, data or an existing cluster',
    runs: 2_000,
    isRight: (input, { mode }) => {
      const { self, externalSeeds = [], lookupsComplete, isBootstrapped, clusterState } = input;
      const isAlone = externalSeeds.length === 0 && peersOf(input).every(({ name }) => name === self);
      return mode !== 'found' || (isAlone && lookupsComplete && !isBootstrapped && clusterState !== 'existing');
    },
  },
  { name: 'a plan that waits says what for', runs: 500, isRight: (_, plan) => plan.mode !== 'wait' || plan.waitingFor.length > 0 },
  {
    name: '1, 15: the order of what is declared and seen changes nothing, and the same input gives the same plan',
    runs: 1_000,
    isRight: (input, plan) => {
      const declared = [...input.declared.toReversed(), ...input.declared];
      const turned = planSeeds({ ...input, declared, present: peersOf(input).toReversed() });
      return written(turned) === written(plan) && JSON.stringify(planSeeds(input)) === JSON.stringify(plan);
    },
  },
  {
    name: '7: a new address of any node does not change a list of names',
    runs: 1_000,
    isRight: (input, plan) => {
      const moved = peersOf(input).map((peer, index) => ({ ...peer, addresses: [`192.0.2.${index}`] }));
      // A name shown under this node's own address is no seed, so its move may well change the list.
      const isShared = new Set(peersOf(input).flatMap(({ addresses }) => addresses)).size < peersOf(input).length;
      return !isOfNames(input) || isShared || plan.mode === 'found' || written(planSeeds({ ...input, present: moved })) === written(plan);
    },
  },
  {
    name: '20: a node with data that is scaled down to be alone restarts',
    runs: 500,
    isRight: (input) => {
      const declared = input.declared.filter(({ name }) => name === input.self);
      const alone = planSeeds({
        ...input,
        declared,
        founder: input.self,
        present: [],
        isBootstrapped: true,
        addressing: 'fqdn',
        flavour: 'cassandra',
      });
      return alone.mode === 'restart' && alone.seeds[0]?.name === input.self;
    },
  },
];

const listRules: readonly ListRule[] = [
  {
    name: '8: a node without data lists itself only to found',
    runs: 1_500,
    isRight: (input, { mode, seeds }) => {
      const shown = peersOf(input).find(({ name }) => name === input.self)?.addresses ?? [];
      const own = new Set(input.selfAddress === undefined ? shown : [input.selfAddress]);
      const listsItself = seeds.some(({ name, host, address }) => name === input.self || own.has(host) || own.has(address ?? ''));
      if (mode === 'found') return seeds.length === 1 && listsItself;
      return mode === 'restart' || !listsItself;
    },
  },
  {
    name: '12: a list has an entry that resolves: a live node, an external seed, or a seed that lists itself',
    runs: 1_000,
    isRight: (input, { mode, seeds }) => {
      const live = liveNames(input);
      const mayListItself = mode === 'found' || mode === 'restart';
      return seeds.some(({ name, isExternal }) => isExternal || live.has(name) || (mayListItself && name === input.self));
    },
  },
  {
    name: '12: a joining node always lists another one',
    runs: 500,
    isRight: ({ self }, { mode, seeds }) => mode === 'found' || mode === 'restart' || seeds.every(({ name }) => name !== self),
  },
  {
    name: '14: all nodes with data get the same list',
    runs: 1_000,
    isRight: (input, { mode, seeds }) => {
      const { selfAddress: _, ...shared } = input;
      if (mode !== 'restart' || !isOfNames(input)) return true;
      const plans = input.declared.map(({ name }) => planSeeds({ ...shared, self: name }));
      return plans.every((plan) => plan.mode === 'wait' || JSON.stringify(plan.seeds) === JSON.stringify(seeds));
    },
  },
  {
    name: '16: the text parses back to the entries, at most 20, none empty, none twice',
    runs: 1_000,
    isRight: (_, plan) => {
      const entries = renderSeeds(plan, { as: 'csv' }).split(',');
      const isSame = entries.join(' ') === texts(plan).join(' ');
      return isSame && entries.length <= 20 && new Set(entries).size === entries.length && entries.every((entry) => entry.trim() !== '');
    },
  },
  {
    name: '16: with ports, the text parses back as host and port',
    runs: 500,
    isRight: (_, plan) => {
      const entries = renderSeeds(plan, { as: 'csv', storagePort: 7_001, version: '5.0' }).split(',');
      const hosts = entries.map((entry) => /^(?:\[([^\]]+)\]|([^:]+)):7001$/.exec(entry)?.slice(1).join(''));
      return hosts.join(' ') === texts(plan).join(' ');
    },
  },
  {
    name: '19: for ScyllaDB every entry resolves now, and there are at most three',
    runs: 1_000,
    isRight: (input, { seeds }) => {
      const live = liveNames(input);
      const isResolvable = seeds.every(({ name, isExternal }) => isExternal || name === input.self || live.has(name));
      return input.flavour !== 'scylla' || (isResolvable && seeds.length <= 3);
    },
  },
];

describe('every plan', () => {
  test.each(planRules)('$name', ({ runs, isRight }) => {
    expect(() => checkPlans(runs, isRight)).not.toThrow();
  });
});

describe('every plan with a list', () => {
  test.each(listRules)('$name', ({ runs, isRight }) => {
    expect(() => checkLists(runs, isRight)).not.toThrow();
  });
});

describe('all nodes of a cluster', () => {
  test('9: at most one node gets found, whatever each of them sees', () => {
    const scene = anyNodes.chain((declared) =>
      fc.tuple(
        fc.constant(declared),
        fc.tuple(...declared.map(() => viewOf(declared))),
        fc.option(fc.nat({ max: declared.length - 1 }), { nil: -1 }),
        fc.boolean(),
      ),
    );
    const eager = { isBootstrapped: false, clusterState: 'new', lookupsComplete: true, selfAddress: '10.7.0.1' } as const;
    const property = fc.property(scene, ([declared, views, chosen, isEager]) => {
      const founder = declared[chosen]?.name;
      const plans = declared.map(({ name: self }, index) => {
        const { present = [], settings } = views[index] ?? {};
        // With random settings alone few nodes would even want to found.
        const own = isEager ? { ...eager, present: present.slice(0, 1) } : { ...eager, ...settings, present };
        return planSeeds({ ...own, declared, self, ...(founder === undefined ? {} : { founder }) });
      });
      return plans.filter(({ mode }) => mode === 'found').length <= 1;
    });
    expect(() => fc.assert(property, { numRuns: 1_000 })).not.toThrow();
  });

  test('9: when each node sees nobody, exactly one founds', () => {
    const property = fc.property(anyNodes, (declared) => {
      const view = { present: [], selfAddress: '10.7.0.1', isBootstrapped: false, clusterState: 'new', lookupsComplete: true } as const;
      const plans = declared.map(({ name }) => planSeeds({ ...view, declared, self: name }));
      return plans.filter(({ mode }) => mode === 'found').length === 1;
    });
    expect(() => fc.assert(property, { numRuns: 500 })).not.toThrow();
  });
});
