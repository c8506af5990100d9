import type { Peer } from '@peerset/core';
import type { SeedInput, SeedListPlan, SeedPlan } from '../src/index.ts';
import { planSeeds, renderSeeds } from '../src/index.ts';
import { chooseSeeds } from '../src/seeds/choose-seeds.ts';

/** What must be true of every plan. The numbers are those of the invariants in the README. */
export interface PlanRule {
  readonly name: string;
  readonly isRight: (input: SeedInput, plan: SeedPlan) => boolean;
}

/** A rule about plans that have a list. */
function listRule(name: string, isRight: (input: SeedInput, plan: SeedListPlan) => boolean): PlanRule {
  return { name, isRight: (input, plan) => plan.mode === 'wait' || isRight(input, plan) };
}

export const planRules: readonly PlanRule[] = [
  {
    name: '1: the order of what is declared and seen, and what is said twice, changes nothing',
    isRight: (input, plan) => {
      const declared = [...input.declared.toReversed(), ...input.declared];
      return written(planSeeds({ ...input, declared, present: peersOf(input).toReversed() })) === written(plan);
    },
  },
  {
    name: '1, 13: a list of names is the chosen ones, whoever answers; a joining node leaves itself out, and may begin with one live node more',
    isRight: (input, plan) => {
      if (plan.mode === 'wait' || plan.mode === 'found' || !isOfNames(input)) return true;
      const external = plan.seeds.filter(({ isExternal }) => isExternal).length;
      const chosen = chooseSeeds(input.declared, input.perDatacenter ?? 3, 20 - external).map(({ name }) => name);
      const own = plan.seeds.flatMap(({ name }) => name ?? []);
      if (plan.mode === 'restart') return own.join() === chosen.join();
      const left = chosen.filter((name) => name !== input.self && !isShadowed(input, name));
      const rest = own[0] !== undefined && !left.includes(own[0]) && liveNames(input).has(own[0]) ? own.slice(1) : own;
      return left.join() === rest.join();
    },
  },
  {
    name: '7: a new address of any node does not change a list of names',
    isRight: (input, plan) => {
      const moved = peersOf(input).map((peer, index) => ({ ...peer, addresses: [`192.0.2.${index}`] }));
      // A name shown under this node's own address is no seed, so its move may well change the list.
      const isShared = new Set(peersOf(input).flatMap(({ addresses }) => addresses)).size < peersOf(input).length;
      return !isOfNames(input) || isShared || plan.mode === 'found' || written(planSeeds({ ...input, present: moved })) === written(plan);
    },
  },
  listRule('8: a node without data lists itself only to found', (input, { mode, seeds }) => {
    const own = ownAddresses(input);
    const listsItself = seeds.some(({ name, host, address }) => name === input.self || own.has(host) || own.has(address ?? ''));
    if (mode === 'found') return seeds.length === 1 && listsItself;
    return mode === 'restart' || !listsItself;
  }),
  {
    name: '10: nobody founds with external seeds',
    isRight: ({ externalSeeds = [] }, { mode }) => mode !== 'found' || externalSeeds.length === 0,
  },
  {
    name: '11: nobody founds with another node in sight, in doubt or not',
    isRight: (input, { mode }) => mode !== 'found' || peersOf(input).every(({ name }) => name === input.self),
  },
  listRule(
    '12: a list has an entry that resolves: a live node, an external seed, or a seed that may list itself',
    (input, { mode, seeds }) => {
      const live = liveNames(input);
      const mayListItself = mode === 'found' || mode === 'restart';
      return seeds.some(({ name, isExternal }) => isExternal || live.has(name) || (mayListItself && name === input.self));
    },
  ),
  listRule('12: a node that does not found and has no data lists another one', ({ self }, { mode, seeds }) => {
    return mode === 'found' || mode === 'restart' || (seeds.length > 0 && seeds.every(({ name }) => name !== self));
  }),
  listRule('14: all nodes with data get the same list', (input, { mode, seeds }) => {
    const { selfAddress: _, ...shared } = input;
    if (mode !== 'restart' || !isOfNames(input)) return true;
    // Each of them sees something else.
    const plans = input.declared.map(({ name }, index) => planSeeds({ ...shared, self: name, present: peersOf(input).slice(index) }));
    return plans.every((plan) => plan.mode === 'wait' || JSON.stringify(plan.seeds) === JSON.stringify(seeds));
  }),
  { name: '15: the same input gives the same plan', isRight: (input, plan) => JSON.stringify(planSeeds(input)) === JSON.stringify(plan) },
  listRule('16: the text parses back to the entries, at most 20, none empty, none twice', (_, plan) => {
    const entries = renderSeeds(plan, { as: 'csv' }).split(',');
    const isSame = entries.join(' ') === texts(plan).join(' ');
    return isSame && entries.length <= 20 && new Set(entries).size === entries.length && entries.every((entry) => entry.trim() !== '');
  }),
  listRule('16: with ports, the text parses back as host and port', (_, plan) => {
    const entries = renderSeeds(plan, { as: 'csv', storagePort: 7_001, version: '5.0' }).split(',');
    const hosts = entries.map((entry) => /^(?:\[([^\]]+)\]|([^:]+)):7001$/.exec(entry)?.slice(1).join(''));
    return hosts.join(' ') === texts(plan).join(' ');
  }),
  {
    name: '17: founding takes an answer of DNS, no data, and evidence that there is no cluster',
    isRight: (input, { mode }) => {
      const { clusterState, knownNames = [], previousAddresses = {} } = input;
      const isUnseen = knownNames.length === 0 && Object.keys(previousAddresses).length === 0;
      const isNew = clusterState === 'new' || (clusterState === 'auto' && isUnseen);
      return mode !== 'found' || (input.lookupsComplete && !input.isBootstrapped && isNew);
    },
  },
  {
    name: '17: when everyone else is gone from DNS, one that waited founds only if it is the founder, and a new cluster is possible',
    isRight: (input, plan) => {
      const later = planSeeds({ ...input, present: [], unconfirmed: [], lookupsComplete: true });
      if (plan.mode !== 'wait' || later.mode !== 'found') return true;
      return input.clusterState !== 'existing' && input.self === founderOf(input);
    },
  },
  { name: 'a plan that waits says what for', isRight: (_, plan) => plan.mode !== 'wait' || plan.waitingFor.length > 0 },
  listRule('19: for ScyllaDB every entry resolves now, and there are at most three', (input, { seeds }) => {
    const live = liveNames(input);
    const isResolvable = seeds.every(({ name, isExternal }) => isExternal || name === input.self || live.has(name));
    return input.flavour !== 'scylla' || (isResolvable && seeds.length <= 3);
  }),
  {
    name: '20: a node with data that is scaled down to be alone restarts with itself',
    isRight: (input) => {
      const declared = input.declared.filter(({ name }) => name === input.self);
      const settings = { ...input, isBootstrapped: true, addressing: 'fqdn', flavour: 'cassandra' } as const;
      const alone = planSeeds({ ...settings, declared, founder: input.self, present: [] });
      return alone.mode === 'restart' && alone.seeds[0]?.name === input.self;
    },
  },
  listRule('what is listed is declared or given as external', (input, { seeds }) => {
    const hosts = new Map(input.declared.map(({ name, host }) => [name, host]));
    return seeds.every(({ name, host, isExternal }) =>
      isExternal ? input.externalSeeds?.includes(host) : name !== undefined && hosts.get(name) === host,
    );
  }),
  {
    name: 'a node joins only after those before it in its data centre',
    isRight: (input, { mode }) => {
      if (mode !== 'join' || input.joinGate === 'none') return true;
      const own = input.declared.find(({ name }) => name === input.self);
      const joined = new Set(input.joined ?? peersOf(input).map(({ name }) => name));
      const before = input.declared.filter(
        ({ datacenter, ordinal }) => datacenter === own?.datacenter && Number(ordinal) < Number(own.ordinal),
      );
      return before.every(({ name }) => joined.has(name));
    },
  },
];

function peersOf({ present }: SeedInput): readonly Peer[] {
  return 'peers' in present ? present.peers : present;
}

function ownAddresses(input: SeedInput): ReadonlySet<string> {
  const shown = peersOf(input).find(({ name }) => name === input.self)?.addresses ?? [];
  return new Set(input.selfAddress === undefined ? shown : [input.selfAddress]);
}

/** The one that is given, or the first by data centre, rack, ordinal and name. */
function founderOf({ founder, declared }: SeedInput): string | undefined {
  if (founder !== undefined) return founder;
  const places = declared.map(({ datacenter, rack, ordinal = 99, name }) => [datacenter, rack, String(ordinal).padStart(2, '0'), name]);
  return places
    .map((place) => place.join('/'))
    .toSorted()[0]
    ?.split('/')
    .at(-1);
}

/** Whether DNS still shows a name under this node's own address. */
function isShadowed(input: SeedInput, name: string): boolean {
  const own = ownAddresses(input);
  return peersOf(input).some((peer) => peer.name === name && peer.addresses.some((address) => own.has(address)));
}

function liveNames(input: SeedInput): ReadonlySet<string | undefined> {
  const names = peersOf(input).map(({ name }) => name);
  return new Set(names.filter((name) => name !== input.self && !input.unconfirmed?.includes(name) && !isShadowed(input, name)));
}

function written(plan: SeedPlan): string {
  return plan.mode === 'wait' ? `wait for ${plan.waitingFor.join()}` : `${plan.mode} ${renderSeeds(plan, { as: 'csv' })}`;
}

function texts({ seeds }: SeedListPlan): readonly string[] {
  return seeds.map(({ address, host }) => address ?? host);
}

/** Lists of names of Cassandra; the others follow addresses by design. */
function isOfNames({ flavour, addressing, selfAddress = '' }: SeedInput): boolean {
  return flavour !== 'scylla' && (addressing === 'fqdn' || (addressing === undefined && !selfAddress.includes(':')));
}
