import { describe, expect, test } from 'vitest';
import { planSeeds } from '../src/index.ts';
import type { PlanRow } from './cass-nodes.ts';
import { gist, input, node, nodes, peer, snapshot } from './cass-nodes.ts';

const all = nodes(3).map((declared) => peer(declared));
const without = (...ordinals: readonly number[]): readonly ReturnType<typeof peer>[] =>
  all.filter(({ ordinal }) => !ordinals.includes(ordinal ?? -1));

const rows: readonly PlanRow[] = [
  // Joining.
  {
    name: 'a new node joins through the others',
    changes: { self: 'cass-1', present: without(2) },
    want: 'join: cass-0 cass-2',
  },
  {
    name: 'a node beyond the seeds joins through all of them',
    changes: { declared: nodes(5), self: 'cass-3', present: all },
    want: 'join: cass-0 cass-1 cass-2',
  },
  {
    name: 'a snapshot serves as well as a list',
    changes: { self: 'cass-2', present: snapshot(all) },
    want: 'join: cass-0 cass-1',
  },
  {
    name: 'a live node that is no seed is added when no seed is live',
    changes: {
      declared: nodes(5),
      self: 'cass-4',
      present: [peer(node(3)), peer(node(4))],
      joined: ['cass-0', 'cass-1', 'cass-2', 'cass-3'],
    },
    want: 'join: cass-3 cass-0 cass-1 cass-2',
  },
  {
    name: 'a live node that is not declared is no seed, and keeps everyone from founding',
    changes: { present: [peer(node(7))] },
    want: 'wait: cass-1 cass-2',
  },
  { name: 'joins are one at a time', changes: { self: 'cass-2', present: without(1) }, want: 'wait: cass-1' },
  {
    name: 'a node waits for those that DNS shows but that are not in the ring',
    changes: { self: 'cass-2', present: all, joined: ['cass-0'] },
    want: 'wait: cass-1',
  },
  {
    name: 'the gate can be off',
    changes: { self: 'cass-2', present: without(1), joinGate: 'none' },
    want: 'join: cass-0 cass-1',
  },
  {
    name: 'equal ordinals of two racks join one after another',
    changes: {
      declared: [node(0, { set: 'a', rack: 'a' }), node(0, { set: 'b', rack: 'b' }), node(1, { set: 'a', rack: 'a' })],
      self: 'b-0',
      present: [peer(node(1, { set: 'a' }))],
    },
    want: 'wait: a-0',
  },
  {
    name: 'another data centre does not hold a node up',
    changes: { declared: [node(0), node(0, { set: 'x', datacenter: 'dc2' })], self: 'x-0', joined: [], present: [peer(node(0))] },
    want: 'join: cass-0',
  },
  {
    name: 'the first node of a new data centre joins through external seeds',
    changes: { externalSeeds: ['Seed.other.', '10.9.0.1', '10.9.0.1'] },
    want: 'join: cass-1 cass-2 seed.other 10.9.0.1',
  },
  {
    name: 'an external seed that is this node is left out',
    changes: { externalSeeds: ['10.0.0.8', 'other'], selfAddress: '10.0.0.8' },
    want: 'join: cass-1 cass-2 other',
  },
  {
    name: 'the first node joins where a cluster exists',
    changes: { present: all, clusterState: 'existing' },
    want: 'join: cass-1 cass-2',
  },
  {
    name: 'the founder does not join others that are in no ring',
    changes: { present: all, joined: [] },
    want: 'wait: cass-1 cass-2',
  },
  {
    name: 'a node in doubt is not live',
    changes: { self: 'cass-1', present: without(2), unconfirmed: ['cass-0'] },
    want: 'wait: cass-0 cass-2',
  },

  // A record that is older than the pod that has the address now.
  {
    name: 'a name that DNS shows under the own address is no seed',
    changes: { self: 'cass-1', present: [peer(node(0)), peer(node(2), ['10.0.0.9'])], selfAddress: '10.0.0.9' },
    want: 'join: cass-0',
  },
  {
    name: 'a name that DNS shows under the own address is not live',
    changes: { self: 'cass-1', present: [peer(node(0), ['10.0.0.9'])], selfAddress: '10.0.0.9' },
    want: 'wait: cass-0 cass-2',
  },
  {
    name: 'nobody founds while another name is shown under its address',
    changes: { present: [peer(node(1), ['10.0.0.9'])], selfAddress: '10.0.0.9' },
    want: 'wait: cass-1',
  },
  {
    name: 'an entry that would be written twice is written once',
    changes: { self: 'cass-2', present: [peer(node(0), ['10.0.0.1']), peer(node(1), ['10.0.0.1'])], addressing: 'ip' },
    want: 'join: 10.0.0.1',
  },
];

describe('planSeeds: who joins', () => {
  test.each(rows)('$name', ({ changes, want }) => {
    const plan = planSeeds(input(changes));
    expect(gist(plan)).toBe(want);
    expect(plan.reason).toMatch(/^\S.*[^.]$/);
  });
});
