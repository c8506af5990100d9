import { describe, expect, test } from 'vitest';
import { wasAnyoneSeen, hasFamily } from '../../src/membership/membership.ts';
import { observe } from '../../src/membership/observe.ts';
import type { Peer } from '../../src/membership/peer.ts';
import { UNKNOWN, membershipOf, peer, pods, policy, setOf, ss, walk, walkWith } from './builders.ts';

const complete = (...peers: readonly Peer[]) => ({ kind: 'complete', peers }) as const;

describe('the first snapshot', () => {
  test('is revision 0: nobody', () => {
    expect(walk().membership.snapshot).toMatchObject({ revision: 0, peers: [], missing: [] });
  });

  test('misses all declared peers', () => {
    const { missing, revision } = walk({ statefulSet: 'color-ss', replicas: 3, firstOrdinal: 5 }).membership.snapshot;
    expect(revision).toBe(0);
    expect(missing.map(({ name }) => name)).toEqual([ss(5), ss(6), ss(7)]);
  });

  test('stays through rounds that find nobody', () => {
    const steps = walk();
    const { snapshot } = steps.membership;
    steps.rounds(3, {});
    steps.round({ A: UNKNOWN });
    expect(steps.membership.snapshot).toBe(snapshot);
    expect(steps.membership.lastChangeAtMs).toBeUndefined();
  });
});

describe('same members, same object (M7)', () => {
  test('confirmation keeps members, owners, unconfirmed and the snapshot', () => {
    const steps = walkWith(setOf(0, 1));
    const before = steps.membership;
    steps.round(pods(setOf(0, 1)));
    expect(steps.membership).not.toBe(before);
    expect(steps.membership.members).toBe(before.members);
    expect(steps.membership.owners).toBe(before.owners);
    expect(steps.membership.unconfirmed).toBe(before.unconfirmed);
    expect(steps.membership.snapshot).toBe(before.snapshot);
  });

  test('a doubt that comes and goes keeps the snapshot and its peers', () => {
    const steps = walkWith(setOf(0, 1));
    const { snapshot, owners } = steps.membership;
    steps.rounds(5, pods(setOf(0)));
    expect(steps.membership.snapshot).toBe(snapshot);
    expect(steps.membership.owners).toBe(owners);
    const { unconfirmed } = steps.membership;
    steps.round(pods(setOf(0)));
    expect(steps.membership.unconfirmed).toBe(unconfirmed);
    steps.round(pods(setOf(0, 1)));
    expect(steps.membership.snapshot).toBe(snapshot);
  });

  test('a change is the next revision, dated, with the peers that did not change', () => {
    const steps = walkWith(setOf(0, 1));
    const [first] = steps.membership.snapshot.peers;
    steps.round(pods(setOf(0, 1, 2)));
    expect(steps.membership.snapshot.revision).toBe(2);
    expect(steps.membership.lastChangeAtMs).toBe(steps.nowMs);
    expect(steps.membership.snapshot.peers[0]).toBe(first);
  });

  test('everything that is handed out is frozen', () => {
    const steps = walkWith(setOf(0, 1), { statefulSet: 'color-ss', replicas: 3 });
    const { snapshot, unconfirmed, problems, members } = steps.membership;
    for (const each of [steps.membership, snapshot, snapshot.peers, snapshot.missing, unconfirmed, problems, members, ...snapshot.peers]) {
      expect(Object.isFrozen(each)).toBe(true);
    }
    for (const { addresses } of snapshot.peers) expect(Object.isFrozen(addresses)).toBe(true);
  });
});

describe('declared peers', () => {
  test('are missing until they are there', () => {
    const steps = walk({ statefulSet: 'color-ss', replicas: 3 });
    steps.round(pods(setOf(0, 2)));
    expect(steps.membership.snapshot.missing.map(({ name }) => name)).toEqual([ss(1)]);
    steps.round(pods(setOf(0, 1, 2)));
    expect(steps.membership.snapshot.missing).toEqual([]);
  });

  test('are missing again when they leave', () => {
    const steps = walkWith(setOf(0, 1), { statefulSet: 'color-ss', replicas: 2 });
    steps.rounds(21, pods(setOf(0)));
    expect(steps.peers()).toEqual(['color-ss-0 10.0.0.1']);
    expect(steps.membership.snapshot.missing.map(({ name }) => name)).toEqual([ss(1)]);
  });

  test('that are more are missing at once: another snapshot of the same peers', () => {
    const steps = walkWith(setOf(0, 1), { statefulSet: 'color-ss', replicas: 2 });
    const before = steps.membership.snapshot;
    steps.declare(4);
    expect(steps.membership.snapshot.missing.map(({ name }) => name)).toEqual([ss(2), ss(3)]);
    expect(steps.membership.snapshot.revision).toBe(before.revision + 1);
    expect(steps.membership.snapshot.peers).toEqual(before.peers);
  });

  test.each([
    { name: 'as many as before', replicas: 2 },
    { name: 'fewer than are there', replicas: 1 },
    { name: 'none', replicas: 0 },
  ])('that are $name change nothing while the members stay', ({ replicas }) => {
    const steps = walkWith(setOf(0, 1), { statefulSet: 'color-ss', replicas: 2 });
    const { snapshot } = steps.membership;
    steps.declare(replicas);
    expect(steps.membership.snapshot).toBe(snapshot);
  });

  test('never make anyone leave, nor anyone more be a stranger', () => {
    const steps = walkWith(setOf(0, 1, 2), { statefulSet: 'color-ss', replicas: 1 });
    expect(steps.peers()).toHaveLength(3);
    steps.declare(0);
    steps.rounds(50, pods(setOf(0, 1, 2)));
    expect(steps.peers()).toHaveLength(3);
  });
});

describe('a source whose word is final', () => {
  const [a, b] = [peer('db-0', ['10.0.0.1']), peer('db-1', ['10.0.0.2'])];

  test('adds, moves and removes at once', () => {
    let { membership } = walk();
    membership = observe(membership, complete(b, a), policy(), 1);
    expect(membership.snapshot.peers).toEqual([a, b]);
    membership = observe(membership, complete(peer('db-1', ['10.0.0.9'])), policy(), 2);
    expect(membership.snapshot).toMatchObject({ revision: 2, peers: [{ name: 'db-1', addresses: ['10.0.0.9'] }] });
    expect([...membership.departed]).toEqual(['db-0']);
    membership = observe(membership, complete(a, b), policy(), 3);
    expect(membership.members.map(({ hasReturned }) => hasReturned)).toEqual([true, false]);
  });

  test('keeps everything when it says the same again, in other objects and another order', () => {
    const before = observe(walk().membership, complete(a, b), policy(), 1);
    const after = observe(before, complete({ ...b }, { ...a }), policy(), 2);
    expect(after.snapshot).toBe(before.snapshot);
    expect(after.members).toBe(before.members);
    expect(after.lastAnswerAtMs).toBe(2);
  });

  test('may say a name twice: the last counts', () => {
    const { snapshot } = observe(walk().membership, complete(a, { ...a, port: 9 }), policy(), 1);
    expect(snapshot.peers.map(({ port }) => port)).toEqual([9]);
  });

  test.each([
    { name: 'a port', change: { port: 9 } },
    { name: 'an ordinal', change: { ordinal: 9 } },
    { name: 'a host', change: { host: 'elsewhere' } },
    { name: 'an address', change: { addresses: ['10.0.0.9'] } },
    { name: 'one address more', change: { addresses: ['10.0.0.1', 'fd00::1'] } },
  ])('changes the snapshot by $name', ({ change }) => {
    const before = observe(walk().membership, complete(a), policy(), 1);
    expect(observe(before, complete({ ...a, ...change }), policy(), 2).snapshot.revision).toBe(2);
  });

  test('may say that nobody is there, once and at once', () => {
    const before = observe(walk().membership, complete(a), policy(), 1);
    expect(observe(before, complete(), policy(), 2).snapshot.peers).toEqual([]);
  });
});

test('wasAnyoneSeen holds from the first member on, and after the last has left', () => {
  const steps = walk();
  steps.round({});
  expect(wasAnyoneSeen(steps.membership)).toBe(false);
  steps.round(pods(setOf(0)));
  expect(wasAnyoneSeen(steps.membership)).toBe(true);
  steps.rounds(60, {});
  expect(steps.peers()).toEqual([]);
  expect(wasAnyoneSeen(steps.membership)).toBe(true);
});

test('hasFamily tells whether a member owns an address of it', () => {
  const membership = membershipOf([peer('db-0', ['fd00::1'])]);
  expect([hasFamily(membership, 'ipv4'), hasFamily(membership, 'ipv6')]).toEqual([false, true]);
});
