import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { diff } from '../../src/membership/diff.ts';
import type { Change } from '../../src/membership/diff.ts';
import { comparePeers } from '../../src/membership/peer.ts';
import type { Peer } from '../../src/membership/peer.ts';
import { peer, snapshot, ss } from './builders.ts';

const A = peer('db-0', ['10.0.0.1']);
const B = peer('db-1', ['10.0.0.2']);
const NEVER = (): boolean => false;

describe('diff', () => {
  test.each([
    { name: 'finds nothing between a snapshot and itself', before: [A, B], after: [A, B] },
    { name: 'finds nothing between equal peers that are other objects', before: [A], after: [{ ...A }] },
    { name: 'tells who joined', before: [A], after: [A, B], joined: ['db-1'] },
    { name: 'tells who left', before: [A, B], after: [B], left: ['db-0'] },
    { name: 'tells who moved', before: [A], after: [peer('db-0', ['10.0.0.9'])], moved: ['db-0 from 10.0.0.1'] },
    { name: 'tells an address more as a move', before: [A], after: [peer('db-0', ['10.0.0.1', 'fd00::1'])], moved: ['db-0 from 10.0.0.1'] },
    { name: 'tells the loss of all addresses as a move', before: [A], after: [peer('db-0', [])], moved: ['db-0 from 10.0.0.1'] },
    { name: 'tells another port as an update', before: [A], after: [peer('db-0', ['10.0.0.1'], 1)], updated: ['db-0'] },
    { name: 'tells a port that is gone as an update', before: [A], after: [{ ...A, port: undefined }], updated: ['db-0'] },
    { name: 'tells address and port as a move only', before: [A], after: [peer('db-0', ['10.0.0.9'], 1)], moved: ['db-0 from 10.0.0.1'] },
    {
      name: 'tells a swap as two moves',
      before: [A, B],
      after: [peer('db-0', ['10.0.0.2']), peer('db-1', ['10.0.0.1'])],
      moved: ['db-0 from 10.0.0.1', 'db-1 from 10.0.0.2'],
    },
    {
      name: 'keeps the order of peers in each list',
      before: [peer('a-0', ['10.1.0.1']), peer('a-2', ['10.1.0.2']), peer('a-10', ['10.1.0.3'])],
      after: [A, B],
      joined: ['db-0', 'db-1'],
      left: ['a-0', 'a-2', 'a-10'],
    },
  ])('$name', ({ before, after, joined = [], left = [], moved = [], updated = [] }) => {
    const change = diff(snapshot(before), snapshot(after, 2), NEVER);
    expect(told(change)).toEqual({ joined, left, moved, updated });
  });

  test('carries both snapshots', () => {
    const [previous, next] = [snapshot([A]), snapshot([B], 2)];
    expect(diff(previous, next, NEVER)).toMatchObject({ previous, snapshot: next });
  });

  test('asks for each joiner, and for nobody else, whether it returned', () => {
    const asked: string[] = [];
    const { joined } = diff(snapshot([A]), snapshot([A, B], 2), (name) => asked.push(name) > 0);
    expect(asked).toEqual(['db-1']);
    expect(joined).toEqual([{ ...B, returned: true }]);
    expect(diff(snapshot([A]), snapshot([A, B], 2), NEVER).joined).toEqual([{ ...B, returned: false }]);
  });

  test('is correct for any two snapshots: applied to the first it gives the second', () => {
    fc.assert(
      fc.property(peersArbitrary(), peersArbitrary(), (before, after) => {
        const change = diff(snapshot(before), snapshot(after, 2), NEVER);
        expect(applied(before, change)).toEqual(after);
        const names = [
          ...change.joined.map(({ name }) => name),
          ...change.left.map(({ name }) => name),
          ...change.moved.map(({ peer: { name } }) => name),
          ...change.updated.map(({ name }) => name),
        ];
        expect(new Set(names).size).toBe(names.length);
        for (const { peer: mover, from } of change.moved) expect(mover.addresses).not.toEqual(from);
        for (const list of [change.joined, change.left, change.updated, change.moved.map((move) => move.peer)]) {
          expect(list.toSorted(comparePeers)).toEqual(list);
        }
      }),
    );
  });
});

function told({ joined, left, moved, updated }: Change): Record<string, readonly string[]> {
  return {
    joined: joined.map(({ name }) => name),
    left: left.map(({ name }) => name),
    moved: moved.map(({ peer: { name }, from }) => `${name} from ${from.join(' ')}`),
    updated: updated.map(({ name }) => name),
  };
}

function applied(peers: readonly Peer[], change: Change): readonly Peer[] {
  const byName = new Map(peers.map((each) => [each.name, each]));
  for (const { name } of change.left) byName.delete(name);
  for (const each of [...change.moved.map((move) => move.peer), ...change.updated]) byName.set(each.name, each);
  for (const { returned: _, ...joiner } of change.joined) byName.set(joiner.name, joiner);
  return [...byName.values()].toSorted(comparePeers);
}

function peersArbitrary(): fc.Arbitrary<readonly Peer[]> {
  const addresses = fc.subarray(['10.0.0.1', '10.0.0.2', 'fd00::1']);
  return fc
    .dictionary(fc.constantFrom(ss(0), ss(1), ss(2), ss(10), 'x'), fc.tuple(addresses, fc.constantFrom(undefined, 1, 2)))
    .map((all) => Object.entries(all).map(([name, [own, port]]) => ({ ...peer(name, own), port })))
    .map((peers) => peers.toSorted(comparePeers));
}
