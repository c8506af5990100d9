import { describe, expect, test } from 'vitest';
import { planSeeds } from '../src/index.ts';
import type { PlanRow } from './cass-nodes.ts';
import { gist, input, node, nodes, peer } from './cass-nodes.ts';

const all = nodes(3).map((declared) => peer(declared));
const without = (...ordinals: readonly number[]): readonly ReturnType<typeof peer>[] =>
  all.filter(({ ordinal }) => !ordinals.includes(ordinal ?? -1));

const rows: readonly PlanRow[] = [
  // Addresses and ScyllaDB.
  {
    name: 'a dual-stack node with an IPv6 broadcast address gets addresses, since Java would take the IPv4 one of a name',
    changes: {
      self: 'cass-1',
      present: [peer(node(0), ['10.0.0.1', 'fd00::1']), peer(node(1), ['10.0.0.2', 'fd00::2'])],
      selfAddress: 'fd00::2',
    },
    want: 'join: fd00::1',
  },
  {
    name: 'the own address is found however it is spelt',
    changes: { self: 'cass-1', present: [peer(node(0)), peer(node(2), ['fd00::9'])], selfAddress: 'FD00:0:0:0:0:0:0:9' },
    want: 'join: 10.0.0.0',
  },
  {
    name: 'addresses are written, nodes without one are left out',
    changes: { self: 'cass-1', present: without(2), addressing: 'ip' },
    want: 'join: 10.0.0.0',
  },
  {
    name: 'an address has the family of the own one',
    changes: { self: 'cass-1', present: [peer(node(0), ['10.0.0.1', 'fd00::1'])], selfAddress: 'FD00::2' },
    want: 'join: fd00::1',
  },
  {
    name: 'names are kept where the caller insists',
    changes: { self: 'cass-1', present: [peer(node(0), ['10.0.0.1', 'fd00::1'])], selfAddress: 'fd00::2', addressing: 'fqdn' },
    want: 'join: cass-0 cass-2',
  },
  {
    name: 'names are kept where nodes have only IPv6',
    changes: { self: 'cass-1', present: [peer(node(0), ['fd00::1'])], selfAddress: 'fd00::2' },
    want: 'join: cass-0 cass-2',
  },
  {
    name: 'a node waits while nobody has an address',
    changes: { self: 'cass-1', present: [peer(node(0), [])], addressing: 'ip' },
    want: 'wait: cass-0',
  },
  {
    name: 'only nodes that resolve are listed',
    changes: { flavour: 'scylla', self: 'cass-2', present: without(1), joinGate: 'none' },
    want: 'join: 10.0.0.0',
  },
  {
    name: 'at most three are listed',
    changes: { flavour: 'scylla', declared: nodes(6), perDatacenter: 5, self: 'cass-5', present: nodes(6).map((each) => peer(each)) },
    want: 'join: 10.0.0.0 10.0.0.1 10.0.0.2',
  },
  {
    name: 'a restarting seed lists itself only if it resolves',
    changes: { flavour: 'scylla', isBootstrapped: true, present: without(0) },
    want: 'restart: 10.0.0.1 10.0.0.2',
  },
  {
    name: 'a restarting seed writes its address while its name is absent',
    changes: { flavour: 'scylla', addressing: 'fqdn', isBootstrapped: true, present: without(0, 2), selfAddress: '10.0.0.7' },
    want: 'restart: 10.0.0.7 cass-1',
  },
  { name: 'the founder lists itself', changes: { flavour: 'scylla' }, want: 'found: 10.0.0.0' },
];

describe('planSeeds: addresses and ScyllaDB', () => {
  test.each(rows)('$name', ({ changes, want }) => {
    const plan = planSeeds(input(changes));
    expect(gist(plan)).toBe(want);
    expect(plan.reason).toMatch(/^\S.*[^.]$/);
  });
});

test('an entry that two nodes would be written as has the name of the first', () => {
  const shared = [peer(node(0), ['10.0.0.1']), peer(node(1), ['10.0.0.1'])];
  const plan = planSeeds(
    input({ self: 'cass-2', present: shared, unconfirmed: ['cass-1'], addressing: 'ip', joined: ['cass-0', 'cass-1'] }),
  );
  expect(plan).toMatchObject({ mode: 'join', seeds: [{ name: 'cass-0', address: '10.0.0.1', isExternal: false }] });
});
