import type { Peer, PeerIdentity } from '@peerset/core';
import type { DeclaredNode } from './choose-seeds.ts';
import { chooseSeeds, compareNodes, compareOrdinals, compareTurns, maxSeeds } from './choose-seeds.ts';
import { canonicalAddress, canonicalHost, isIpv6 } from './seed-host.ts';
import type { SeedInput } from './seed-input.ts';

/** The input as the rules ask for it: sorted, each node once, defaults filled in. */
export interface SeedView {
  readonly input: SeedInput;
  readonly self: DeclaredNode;
  /** Each node once, in order. */
  readonly declared: readonly DeclaredNode[];
  /** The only node that may found. */
  readonly founder: string;
  /** The seeds every node should name, this one included where it is one of them. */
  readonly chosen: readonly DeclaredNode[];
  /** Present without this node, confirmed or not: declared nodes first. */
  readonly others: readonly Peer[];
  /** The confirmed ones of `others`, without `shadowed`. */
  readonly live: readonly Peer[];
  readonly liveNames: ReadonlySet<string>;
  /** Names that DNS still shows under the address this node has now: whoever joined through them would list itself. */
  readonly shadowed: ReadonlySet<string>;
  /** Names that were seen in any earlier run. */
  readonly known: ReadonlySet<string>;
  /** Hosts of nodes outside `declared`, each once. */
  readonly external: readonly string[];
  /** Whether DNS shows this node, so that its own name resolves. */
  readonly isSelfVisible: boolean;
  readonly isIpWritten: boolean;
  readonly isScylla: boolean;
}

/** Only for input that was checked. */
export function readSeedView(input: SeedInput, self: DeclaredNode): SeedView {
  const { perDatacenter = 3 } = input;
  const unconfirmed = new Set(input.unconfirmed);
  const declared = input.declared.toSorted(compareNodes).filter(({ name }, index, all) => name !== all[index - 1]?.name);
  const present = 'peers' in input.present ? input.present.peers : input.present;
  const others = declaredFirst(present, declared).filter(({ name }) => name !== self.name);
  const own = ownAddresses(input, present);
  const isShadowed = ({ addresses }: Peer): boolean => addresses.some((address) => own.has(address));
  const shadowed = new Set(own.size === 0 ? [] : others.filter(isShadowed).map(({ name }) => name));
  const isAllLive = unconfirmed.size === 0 && shadowed.size === 0;
  const live = isAllLive ? others : others.filter(({ name }) => !unconfirmed.has(name) && !shadowed.has(name));
  const external = externalHosts(input, own);
  return {
    input,
    self,
    declared,
    founder: input.founder ?? declared[0]?.name ?? self.name,
    chosen: chooseSeeds(declared, perDatacenter, maxSeeds - external.length),
    others,
    live,
    liveNames: new Set(live.map(({ name }) => name)),
    shadowed,
    known: new Set([...(input.knownNames ?? []), ...Object.keys(input.previousAddresses ?? {})]),
    external,
    isSelfVisible: present.some(({ name }) => name === self.name) && !unconfirmed.has(self.name),
    isIpWritten: (input.addressing ?? defaultAddressing(input, present)) === 'ip',
    isScylla: input.flavour === 'scylla',
  };
}

/** Declared nodes of the same data centre that must be in the ring before this node joins, and are not, in order. */
export function turnsBefore({ self, declared }: SeedView, joined: ReadonlySet<string>): readonly DeclaredNode[] {
  const missing = declared.filter(({ name, datacenter }) => datacenter === self.datacenter && !joined.has(name));
  return missing.filter((node) => compareTurns(node, self) < 0).toSorted(compareTurns);
}

/** The address to write for a node: of this node its own, else what DNS shows, in the family of the own one. */
export function addressOf({ input, others }: SeedView, name: string): string | undefined {
  const own = input.selfAddress === undefined ? undefined : canonicalAddress(input.selfAddress);
  if (name === input.self && own !== undefined) return own;
  const present = 'peers' in input.present ? input.present.peers : input.present;
  const addresses = (name === input.self ? present : others).find((peer) => peer.name === name)?.addresses ?? [];
  return addresses.find((address) => own !== undefined && isIpv6(address) === isIpv6(own)) ?? addresses[0];
}

function ownAddresses({ self, selfAddress }: SeedInput, present: readonly Peer[]): ReadonlySet<string> {
  if (selfAddress !== undefined) return new Set([canonicalAddress(selfAddress)]);
  return new Set(present.find(({ name }) => name === self)?.addresses);
}

/** Without what is a declared node, or this one under its address: a joiner that lists itself takes tokens without data. */
function externalHosts({ externalSeeds = [], declared }: SeedInput, own: ReadonlySet<string>): readonly string[] {
  if (externalSeeds.length === 0) return [];
  const hosts = new Set(declared.map(({ host }) => canonicalHost(host)));
  return [...new Set(externalSeeds.map(canonicalHost))].filter((host) => !hosts.has(host) && !own.has(canonicalAddress(host)));
}

function declaredFirst(peers: readonly Peer[], declared: readonly PeerIdentity[]): readonly Peer[] {
  const byName = new Map(peers.map((peer) => [peer.name, peer]));
  const known = declared.flatMap(({ name }) => byName.get(name) ?? []);
  if (known.length === byName.size) return known;
  const names = new Set(declared.map(({ name }) => name));
  return [...known, ...[...byName.values()].filter(({ name }) => !names.has(name)).toSorted(compareOrdinals)];
}

function defaultAddressing({ flavour, selfAddress = '' }: SeedInput, present: readonly Peer[]): 'fqdn' | 'ip' {
  if (flavour === 'scylla') return 'ip';
  if (!isIpv6(selfAddress.toLowerCase())) return 'fqdn';
  return present.some(({ addresses }) => addresses.some((address) => !isIpv6(address))) ? 'ip' : 'fqdn';
}
