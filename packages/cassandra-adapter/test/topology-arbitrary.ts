import type { Peer } from '@peerset/core';
import * as fc from 'fast-check';
import type { DeclaredNode, SeedInput } from '../src/index.ts';
import { node, peer } from './cass-nodes.ts';

/** Nodes of up to three data centres with up to three racks each; one StatefulSet a rack, so names are unique. */
export const topology: fc.Arbitrary<readonly DeclaredNode[]> = fc
  .uniqueArray(fc.tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 5 })), {
    minLength: 1,
    maxLength: 10,
    selector: String,
  })
  .map((places) => places.map(([dc, rack, ordinal]) => node(ordinal, { datacenter: `dc${dc}`, rack: `r${rack}`, set: `s${dc}${rack}` })));

/** The main case: one StatefulSet in one rack, ordinals from any start. */
export const oneRack: fc.Arbitrary<readonly DeclaredNode[]> = fc
  .tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 1, max: 6 }))
  .map(([start, count]) => Array.from({ length: count }, (_, index) => node(start + index)));

export const anyNodes: fc.Arbitrary<readonly DeclaredNode[]> = fc.oneof(topology, oneRack);

const octet = fc.integer({ min: 1, max: 250 });
/** Bits decide about each node, so that a view of any length of list is one number. */
const bits = fc.nat({ max: 2 ** 12 - 1 });
const pick = <T>(list: readonly T[], mask: number): readonly T[] => list.filter((_, index) => ((mask >> index) & 1) === 1);

/** What one node sees: any part of the others, any of those in doubt, and any settings. */
export interface View {
  readonly present: readonly Peer[];
  readonly settings: Omit<SeedInput, 'declared' | 'present' | 'self'>;
}

export function viewOf(declared: readonly DeclaredNode[]): fc.Arbitrary<View> {
  const names = declared.map(({ name }) => name);
  const settings = fc.record(
    {
      isBootstrapped: fc.boolean(),
      clusterState: fc.constantFrom('new' as const, 'existing' as const, 'auto' as const),
      lookupsComplete: fc.boolean(),
      unconfirmed: bits.map((mask) => pick(names, mask)),
      selfAddress: fc.oneof(
        octet.map((last) => `10.7.0.${last}`),
        octet.map((last) => `fd00:7::${last}`),
      ),
      joined: bits.map((mask) => pick(names, mask)),
      knownNames: bits.map((mask) => pick(names, mask)),
      previousAddresses: bits.map((mask) => Object.fromEntries(pick(names, mask).map((name, index) => [name, `10.1.1.${index}`]))),
      joinGate: fc.constantFrom('datacenter' as const, 'none' as const),
      perDatacenter: fc.integer({ min: 1, max: 6 }),
      externalSeeds: fc.subarray(['seed.elsewhere', '10.9.0.1', 'fd00::9']),
      flavour: fc.constantFrom('cassandra' as const, 'scylla' as const),
      addressing: fc.constantFrom('fqdn' as const, 'ip' as const),
    },
    { requiredKeys: ['isBootstrapped', 'clusterState', 'lookupsComplete'] },
  );
  // Now and then two names have one address, as when a record is older than the pod that has its address now.
  const present = fc.tuple(bits, octet, fc.nat({ max: 4 })).map(([mask, net, luck]) => {
    const peers = declared.map((each, index) => peer(each, [`10.1.${net}.${luck === 0 ? each.ordinal : index}`]));
    // Now and then somebody is there whom nobody declared.
    return luck === 1 ? [...pick(peers, mask), peer(node(99, { set: 'stranger' }))] : pick(peers, mask);
  });
  return fc.record({ present, settings });
}

/** A node of a topology, and what it sees. */
export const anyInput: fc.Arbitrary<SeedInput> = anyNodes.chain((declared) =>
  fc
    .tuple(
      viewOf(declared),
      fc.nat({ max: declared.length - 1 }),
      fc.option(fc.nat({ max: declared.length - 1 }), { nil: undefined, freq: 3 }),
    )
    .map(([{ present, settings }, self, founder]) => ({
      ...settings,
      declared,
      present,
      self: nameAt(declared, self),
      ...(founder === undefined ? {} : { founder: nameAt(declared, founder) }),
    })),
);

function nameAt(declared: readonly DeclaredNode[], index: number): string {
  return declared.at(index)?.name ?? '';
}
