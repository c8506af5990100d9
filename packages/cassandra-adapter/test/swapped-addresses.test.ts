import { describe, expect, test } from 'vitest';
import { planSeeds } from '../src/index.ts';
import { input, node, nodes, peer } from './cass-nodes.ts';

const at = (...addresses: readonly string[]): readonly ReturnType<typeof peer>[] =>
  addresses.map((address, ordinal) => peer(node(ordinal), address === '' ? [] : address.split(' ')));

describe('swapped addresses', () => {
  test.each([
    { name: 'two that exchanged theirs are told', now: at('10.0.0.2', '10.0.0.1'), want: [['cass-0', 'cass-1']] },
    {
      name: 'three that passed theirs on are told as one ring',
      now: at('10.0.0.2', '10.0.0.3', '10.0.0.1'),
      want: [['cass-0', 'cass-1', 'cass-2']],
    },
    { name: 'one that took the address of another that moved on is none', now: at('10.0.0.2', '10.0.0.9'), want: undefined },
    { name: 'one that keeps its own beside that of another is none', now: at('10.0.0.1 10.0.0.2', '10.0.0.1'), want: undefined },
    { name: 'nobody moved', now: at('10.0.0.1', '10.0.0.2', '10.0.0.3'), want: undefined },
    { name: 'nobody is there', now: [], want: undefined },
    { name: 'names without an address are none', now: at('', ''), want: undefined },
  ])('$name', ({ now, want }) => {
    const previousAddresses = { 'cass-2': '10.0.0.3', 'cass-1': '10.0.0.2', 'cass-0': '10.0.0.1' };
    expect(planSeeds(input({ isBootstrapped: true, present: now, previousAddresses })).swappedAddresses).toEqual(want);
  });

  test('a chain into a ring tells the ring alone', () => {
    const declared = nodes(4);
    const now = [peer(node(0), ['10.0.0.2']), peer(node(1), ['10.0.0.3']), peer(node(2), ['10.0.0.2'])];
    const previousAddresses = { 'cass-0': '10.0.0.1', 'cass-1': '10.0.0.2', 'cass-2': '10.0.0.3' };
    const plan = planSeeds(input({ declared, isBootstrapped: true, present: now, previousAddresses }));
    expect(plan.swappedAddresses).toEqual([['cass-1', 'cass-2']]);
  });

  test('the own address counts before DNS shows it, in any spelling', () => {
    const plan = planSeeds(
      input({
        present: [peer(node(1), ['fd00::1'])],
        previousAddresses: { 'cass-0': 'FD00::1', 'cass-1': 'fd00:0::2' },
        selfAddress: 'fd00::0:2',
      }),
    );
    expect(plan).toMatchObject({ swappedAddresses: [['cass-0', 'cass-1']] });
  });

  test('a plan that waits tells them too', () => {
    const plan = planSeeds(
      input({
        self: 'cass-1',
        present: at('10.0.0.2', '10.0.0.1'),
        unconfirmed: ['cass-0'],
        previousAddresses: { 'cass-0': '10.0.0.1', 'cass-1': '10.0.0.2' },
      }),
    );
    expect(plan).toMatchObject({ mode: 'wait', swappedAddresses: [['cass-0', 'cass-1']] });
  });
});
