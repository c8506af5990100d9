import { describe, expect, test } from 'vitest';
import type { SeedListPlan } from '../../src/index.ts';
import { readSeedAddresses, seedDifference, seedTargets } from '../../src/seed-file/seed-targets.ts';
import { input, node, peer } from '../cass-nodes.ts';

describe('readSeedAddresses', () => {
  test.each([
    {
      name: 'what nodetool prints',
      printed: "Current list of seed node IPs, excluding the current node's IP: /127.0.0.2:7000 /127.0.0.3:7000\n",
      want: ['127.0.0.2', '127.0.0.3'],
    },
    { name: 'what nodetool prints where there are none', printed: 'Seed node list does not contain any remote node IPs\n', want: [] },
    { name: 'names with addresses', printed: 'cass-0.cass.db.svc/10.0.0.1:7000,cass-1/10.0.0.2', want: ['10.0.0.1', '10.0.0.2'] },
    { name: 'IPv6 as Java writes it', printed: '/[fd00:0:0:0:0:0:0:1]:7000 /fd00:0:0:0:0:0:0:2', want: ['fd00::1', 'fd00::2'] },
    { name: 'IPv6 with a zone', printed: '/[fe80:0:0:0:0:0:0:1%eth0]:7000 fe80::2%3', want: ['fe80::1', 'fe80::2'] },
    { name: 'a list', printed: ['10.0.0.1', ' /10.0.0.2 '], want: ['10.0.0.1', '10.0.0.2'] },
    { name: 'no address in words, versions and dates', printed: 'error: 1.2.3 12:30:00 a/b c:7000', want: [] },
  ])('reads $name', ({ printed, want }) => {
    expect(readSeedAddresses(printed)).toEqual(want);
  });
});

describe('seedTargets', () => {
  test('are the addresses of all seeds but this node', () => {
    const plan: SeedListPlan = {
      mode: 'restart',
      seeds: [
        { name: 'cass-0', host: node(0).host, isExternal: false },
        { name: 'cass-1', host: node(1).host, isExternal: false },
        { name: 'cass-2', host: node(2).host, address: 'FD00:0::2', isExternal: false },
        { name: undefined, host: '10.9.0.1', isExternal: true },
        { name: undefined, host: 'seed.elsewhere', isExternal: true },
        { name: 'cass-3', host: node(3).host, isExternal: false },
      ],
      reason: 'a test',
    };
    const present = [peer(node(0)), peer(node(1), ['10.0.0.1', 'fd00::1'])];
    expect(seedTargets(plan, input({ present }))).toEqual({ known: [['10.0.0.1', 'fd00::1'], ['fd00::2'], ['10.9.0.1']], unknown: 2 });
  });
});

describe('seedDifference', () => {
  const targets = { known: [['10.0.0.1', 'fd00::1'], ['10.0.0.2']], unknown: 0 };
  test.each([
    { name: 'nothing where each seed has one of its addresses', reported: ['fd00::1', '10.0.0.2'], want: undefined },
    { name: 'a seed that is missing', reported: ['10.0.0.2'], want: { missing: ['10.0.0.1'], surplus: [] } },
    { name: 'an address of nobody', reported: ['10.0.0.1', '10.0.0.2', '10.0.0.9'], want: { missing: [], surplus: ['10.0.0.9'] } },
    {
      name: 'nothing where the address may belong to a seed of unknown address',
      unknown: 1,
      reported: ['10.0.0.1', '10.0.0.2', '10.0.0.9'],
      want: undefined,
    },
    { name: 'everything where the node has no seeds', reported: [], want: { missing: ['10.0.0.1', '10.0.0.2'], surplus: [] } },
  ])('tells $name', ({ unknown = 0, reported, want }) => {
    expect(seedDifference({ ...targets, unknown }, reported)).toEqual(want);
  });
});
