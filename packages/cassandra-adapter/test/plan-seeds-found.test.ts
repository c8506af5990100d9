import { describe, expect, test } from 'vitest';
import { planSeeds } from '../src/index.ts';
import type { PlanRow } from './cass-nodes.ts';
import { gist, input, node, nodes, peer } from './cass-nodes.ts';

const all = nodes(3).map((declared) => peer(declared));
const without = (...ordinals: readonly number[]): readonly ReturnType<typeof peer>[] =>
  all.filter(({ ordinal }) => !ordinals.includes(ordinal ?? -1));

const rows: readonly PlanRow[] = [
  // The first start.
  { name: 'the founder founds with its own address', changes: { selfAddress: '10.0.0.9' }, want: 'found: 10.0.0.9' },
  {
    name: 'the founder founds with its name when DNS shows it and no address is given',
    changes: {},
    want: 'found: cass-0',
  },
  {
    name: 'the founder founds with its address from DNS when addresses are written',
    changes: { addressing: 'ip' },
    want: 'found: 10.0.0.0',
  },
  {
    name: 'the founder founds when it is not in DNS but knows its address',
    changes: { present: [], selfAddress: '10.0.0.9' },
    want: 'found: 10.0.0.9',
  },
  { name: 'the founder waits when nothing of it resolves', changes: { present: [] }, want: 'wait: selfAddress' },
  {
    name: 'the founder waits when its own record is in doubt',
    changes: { unconfirmed: ['cass-0'] },
    want: 'wait: selfAddress',
  },
  { name: 'a single declared node founds', changes: { declared: nodes(1) }, want: 'found: cass-0' },
  {
    name: 'the lowest ordinal founds where ordinals start above 0',
    changes: { declared: [node(5), node(4)], self: 'cass-4', present: [peer(node(4))] },
    want: 'found: cass-4',
  },
  {
    name: 'the configured founder founds',
    changes: { founder: 'cass-2', self: 'cass-2', present: [peer(node(2))] },
    want: 'found: cass-2',
  },
  {
    name: 'the first node does not found when another is the founder',
    changes: { founder: 'cass-2' },
    want: 'wait: cass-2 cass-1',
  },
  {
    name: 'a node that is not the founder waits for it',
    changes: { self: 'cass-1', present: [peer(node(1))] },
    want: 'wait: cass-0 cass-2',
  },
  {
    name: 'nobody founds while DNS has not answered everything',
    changes: { lookupsComplete: false },
    want: 'wait: lookupsComplete',
  },
  { name: 'nobody founds where a cluster exists', changes: { clusterState: 'existing' }, want: 'wait: cass-1 cass-2' },
  {
    name: 'a lone node without data asks for the operator where a cluster exists',
    changes: { declared: nodes(1), clusterState: 'existing' },
    want: 'wait: clusterState',
  },
  {
    name: 'nobody founds while another may still be there',
    changes: { present: without(2), unconfirmed: ['cass-1'] },
    want: 'wait: cass-1',
  },
  {
    name: 'nobody founds with external seeds, even if they are this cluster’s own',
    changes: { externalSeeds: [node(0).host] },
    want: 'wait: cass-1 cass-2',
  },
  { name: 'auto founds where nothing was ever seen', changes: { clusterState: 'auto' }, want: 'found: cass-0' },
  {
    name: 'auto does not found when others were seen before',
    changes: { clusterState: 'auto', knownNames: ['cass-0', 'cass-1'] },
    want: 'wait: cass-1',
  },
  {
    name: 'auto does not found when this node was seen before',
    changes: { clusterState: 'auto', knownNames: ['cass-0'] },
    want: 'wait: clusterState',
  },
  {
    name: 'auto does not found when an address was seen before',
    changes: { clusterState: 'auto', previousAddresses: { 'cass-2': '10.0.0.2' } },
    want: 'wait: cass-2',
  },
  {
    name: 'new founds even if this node was seen before: the operator said so',
    changes: { knownNames: ['cass-0'] },
    want: 'found: cass-0',
  },
];

describe('planSeeds: who founds', () => {
  test.each(rows)('$name', ({ changes, want }) => {
    const plan = planSeeds(input(changes));
    expect(gist(plan)).toBe(want);
    expect(plan.reason).toMatch(/^\S.*[^.]$/);
  });
});
