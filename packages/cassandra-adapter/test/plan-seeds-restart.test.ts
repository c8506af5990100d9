import { describe, expect, test } from 'vitest';
import { planSeeds } from '../src/index.ts';
import type { PlanRow } from './cass-nodes.ts';
import { gist, input, node, nodes, peer } from './cass-nodes.ts';

const all = nodes(3).map((declared) => peer(declared));
const without = (...ordinals: readonly number[]): readonly ReturnType<typeof peer>[] =>
  all.filter(({ ordinal }) => !ordinals.includes(ordinal ?? -1));

const rows: readonly PlanRow[] = [
  // Restarting and replacing.
  {
    name: 'a seed with data lists itself',
    changes: { isBootstrapped: true, present: [] },
    want: 'restart: cass-0 cass-1 cass-2',
  },
  {
    name: 'a node that is no seed gets the same list',
    changes: { declared: nodes(4), self: 'cass-3', isBootstrapped: true, present: all },
    want: 'restart: cass-0 cass-1 cass-2',
  },
  {
    name: 'a node that is no seed waits until one is live',
    changes: { declared: nodes(4), self: 'cass-3', isBootstrapped: true, present: [peer(node(3))] },
    want: 'wait: cass-0 cass-1 cass-2',
  },
  {
    name: 'an external seed is enough',
    changes: { declared: nodes(4), self: 'cass-3', isBootstrapped: true, present: [], externalSeeds: ['other'] },
    want: 'restart: cass-0 cass-1 cass-2 other',
  },
  {
    name: 'data counts more than clusterState and DNS',
    changes: { isBootstrapped: true, clusterState: 'existing', lookupsComplete: false },
    want: 'restart: cass-0 cass-1 cass-2',
  },
  {
    name: 'a known name without data is suspected',
    changes: { self: 'cass-1', present: without(1), knownNames: ['cass-1'], clusterState: 'existing' },
    want: 'replace-suspected: cass-0 cass-2',
  },
  {
    name: 'a name with a known address and without data is suspected',
    changes: { self: 'cass-1', present: without(1), previousAddresses: { 'cass-1': '10.0.0.1' }, clusterState: 'existing' },
    want: 'replace-suspected: cass-0 cass-2',
  },
  {
    name: 'a known name that comes back at another address is suspected too: it would leave a ghost',
    changes: { self: 'cass-1', present: all, previousAddresses: { 'cass-1': '10.0.9.9' }, selfAddress: '10.0.0.1' },
    want: 'replace-suspected: cass-0 cass-2',
  },
  {
    name: 'a founder without data among others is suspected',
    changes: { present: all },
    want: 'replace-suspected: cass-1 cass-2',
  },
];

describe('planSeeds: who restarts or is replaced', () => {
  test.each(rows)('$name', ({ changes, want }) => {
    const plan = planSeeds(input(changes));
    expect(gist(plan)).toBe(want);
    expect(plan.reason).toMatch(/^\S.*[^.]$/);
  });
});
