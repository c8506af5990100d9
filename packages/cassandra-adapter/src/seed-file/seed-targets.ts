import type { Peer } from '@peerset/core';
import type { SeedListPlan } from '../seeds/plan-seeds.ts';
import { canonicalAddress, canonicalHost, isAddress } from '../seeds/seed-host.ts';
import type { SeedInput } from '../seeds/seed-input.ts';

/** What a node should have as seeds after a reload, this node left out, as Cassandra leaves it out. */
export interface SeedTargets {
  /** By seed, the addresses it may have: Java takes one of those that a name has. */
  readonly known: readonly (readonly string[])[];
  /** How many seeds have addresses that are not known here: names of others, and nodes that DNS does not show. */
  readonly unknown: number;
}

/** How the seeds of a node differ from its targets. */
export interface SeedDifference {
  /** An address of each seed that the node should have, and has not. */
  readonly missing: readonly string[];
  /** Addresses that the node has, and that belong to no seed. */
  readonly surplus: readonly string[];
}

export function seedTargets({ seeds }: SeedListPlan, { present, self }: SeedInput): SeedTargets {
  const peers = new Map(peersOf(present).map(({ name, addresses }) => [name, addresses]));
  const lists = seeds
    .filter(({ name }) => name !== self)
    .map(({ name, host, address }): readonly string[] => {
      const written = canonicalHost(address ?? host);
      if (isAddress(written)) return [canonicalAddress(written)];
      return (name === undefined ? [] : (peers.get(name) ?? [])).map(canonicalAddress);
    });
  const known = lists.filter((addresses) => addresses.length > 0);
  return { known, unknown: lists.length - known.length };
}

/** The addresses in what `nodetool getseeds` prints, or in a list of them, with or without names, ports and brackets. */
export function readSeedAddresses(printed: string | readonly string[]): readonly string[] {
  const words = (typeof printed === 'string' ? [printed] : printed).flatMap((text) => text.split(/[\s,]+/));
  return words.flatMap((word) => {
    const text = word.slice(word.lastIndexOf('/') + 1).toLowerCase();
    const [, inBrackets, ipv4] = /^\[([^\]%]+)(?:%[^\]]*)?\](?::\d+)?$|^([\d.]+):\d+$/.exec(text) ?? [];
    const address = inBrackets ?? ipv4 ?? text.replace(/%.*$/, '');
    return isAddress(address) ? [canonicalAddress(address)] : [];
  });
}

/** Undefined where the node has the seeds it should have, as far as that can be known. */
export function seedDifference({ known, unknown }: SeedTargets, reported: readonly string[]): SeedDifference | undefined {
  const missing = known.filter((addresses) => !addresses.some((address) => reported.includes(address))).map(([first = '']) => first);
  const surplus = reported.filter((address) => !known.some((addresses) => addresses.includes(address)));
  return missing.length > 0 || surplus.length > unknown ? { missing, surplus } : undefined;
}

function peersOf(present: SeedInput['present']): readonly Peer[] {
  return 'peers' in present ? present.peers : present;
}
