import { describe, expect, test } from 'vitest';
import type { Outcome } from '../../src/lookup/outcome.ts';
import type { Walk } from './builders.ts';
import { NO_NAME, NO_RECORD, UNKNOWN, found, pods, setOf, srv, ss, walk, walkWith } from './builders.ts';

describe('joining', () => {
  test('takes names from SRV and addresses from the own names, all in one round', () => {
    const steps = walk();
    expect(steps.round(pods(setOf(0, 1)))).toEqual(['A', 'SRV', 'A color-ss-0', 'A color-ss-1']);
    expect(steps.peers()).toEqual(['color-ss-0 10.0.0.1', 'color-ss-1 10.0.0.2']);
  });

  test('orders by ordinal as numbers, names without ordinal last', () => {
    const steps = walk();
    steps.round(pods({ ...setOf(10, 9, 2), x: ['10.0.1.1'], a: ['10.0.1.2'] }));
    expect(steps.membership.snapshot.peers.map(({ name }) => name)).toEqual([ss(2), ss(9), ss(10), 'a', 'x']);
  });

  test('writes addresses in order, IPv4 first', () => {
    const steps = walk({ family: 'dual' });
    steps.round(pods({ x: ['fd00::2', '10.0.0.10', 'fd00::1', '10.0.0.9'] }));
    expect(steps.peers()).toEqual(['x 10.0.0.9 10.0.0.10 fd00::1 fd00::2']);
  });

  test('happens for a name that the set does not show yet', () => {
    const steps = walkWith(setOf(0));
    steps.round({ ...pods(setOf(0, 1, 2)), A: found('10.0.0.1', '10.0.0.2') });
    expect(steps.peers()).toEqual(['color-ss-0 10.0.0.1', 'color-ss-1 10.0.0.2', 'color-ss-2 10.0.0.3']);
  });

  test('does not happen for a name that only SRV shows', () => {
    const steps = walkWith(setOf(0));
    steps.round({ ...pods(setOf(0, 1)), SRV: srv(ss(0), ss(1), ss(2), ss(3)) });
    expect(steps.peers()).toEqual(['color-ss-0 10.0.0.1', 'color-ss-1 10.0.0.2']);
  });
});

const ordinalOf = (steps: Walk, name: string) => steps.member(name).peer.ordinal;

describe('ordinals', () => {
  test.each([
    { name: 'come from a name base-number', pod: 'db-7', want: 7 },
    { name: 'come from the last number of several', pod: 'db-1-12', want: 12 },
    { name: 'may be 0', pod: 'db-0', want: 0 },
    { name: 'have no leading zeros', pod: 'db-07', want: undefined },
    { name: 'are not in a name without dash', pod: 'db7', want: undefined },
    { name: 'are not in the dashed form of its own address', pod: '10-0-0-5', want: undefined },
    { name: 'are in the dashed form of another address', pod: '10-0-0-4', want: 4 },
    { name: 'are 2^31-1 at most', pod: 'db-2147483648', want: undefined },
    { name: 'are of the StatefulSet given', pod: 'db-7', statefulSet: 'db', want: 7 },
    { name: 'are not of another one', pod: 'db-7', statefulSet: 'blue', want: undefined },
    { name: 'are not of one with a longer name', pod: 'db-1-7', statefulSet: 'db', want: undefined },
  ])('$name', ({ pod, statefulSet, want }) => {
    const steps = walk(statefulSet === undefined ? {} : { statefulSet });
    steps.round(pods({ [pod]: ['10.0.0.5'] }));
    expect(ordinalOf(steps, pod)).toBe(want);
  });

  test('are not in the dashed form of an IPv6 address', () => {
    const steps = walk({ family: 'ipv6' });
    steps.round(pods({ '2001-db8--a-1': ['2001:db8::a:1'] }));
    expect(ordinalOf(steps, '2001-db8--a-1')).toBeUndefined();
  });
});

const zone = (answer: Outcome) => ({ ...pods(setOf(0, 1)), SRV: answer });

const ports = (steps: Walk) => steps.membership.snapshot.peers.map(({ port }) => port);

describe('ports', () => {
  test.each([
    { name: 'are those that SRV agrees on', answer: srv([ss(0), 1], [ss(1), 1]), want: [1, 1] },
    { name: 'are unknown when the pods disagree', answer: srv([ss(0), 1], [ss(1), 2]), want: [undefined, undefined] },
    { name: 'are unknown when a pod has two', answer: srv([ss(0), 1], [ss(0), 2], [ss(1), 1]), want: [undefined, undefined] },
    { name: 'are unknown without SRV', answer: NO_RECORD, want: [undefined, undefined] },
    { name: 'are the option, whatever SRV says', policy: { port: 5 }, answer: srv([ss(0), 1], [ss(1), 2]), want: [5, 5] },
    { name: 'are the option without SRV', policy: { port: 5 }, answer: NO_RECORD, want: [5, 5] },
    { name: 'are each its own with a port name', policy: { portName: 'db' }, answer: srv([ss(0), 1], [ss(1), 2]), want: [1, 2] },
  ])('$name', ({ answer, policy = {}, want }) => {
    const steps = walk({ statefulSet: 'color-ss', policy });
    steps.round(zone(answer));
    expect(ports(steps)).toEqual(want);
  });

  test('are asked for by name', () => {
    const steps = walk({ policy: { portName: 'db' } });
    expect(steps.round(pods(setOf(0)))).toEqual(['A', 'SRV _db._tcp', 'A color-ss-0']);
  });

  test('that SRV fails to tell are asked for again, once a minute at least and not in every round', () => {
    const steps = walk({ statefulSet: 'color-ss' });
    steps.round(zone(UNKNOWN));
    const asked = steps.rounds(100, zone(UNKNOWN), 6_000).flat();
    const count = asked.filter((each) => each === 'SRV').length;
    expect(count).toBeGreaterThanOrEqual(9);
    expect(count).toBeLessThanOrEqual(20);
  });

  test('that are the option are not asked for', () => {
    const steps = walk({ statefulSet: 'color-ss', policy: { port: 5 } });
    steps.round(zone(UNKNOWN));
    expect(steps.rounds(100, zone(UNKNOWN), 6_000).flat()).not.toContain('SRV');
  });

  test('of a name that does not exist leave the names to the bare SRV, and are not what that says', () => {
    const steps = walk({ policy: { portName: 'nope' } });
    expect(steps.round({ ...pods(setOf(0, 1)), 'SRV _nope._tcp': NO_NAME }).slice(0, 3)).toEqual(['A', 'SRV _nope._tcp', 'SRV']);
    expect(steps.peers()).toEqual(['color-ss-0 10.0.0.1', 'color-ss-1 10.0.0.2']);
    expect(ports(steps)).toEqual([undefined, undefined]);
  });

  test('of a name whose records fail are waited for', () => {
    const steps = walk({ policy: { portName: 'db' } });
    expect(steps.round({ ...pods(setOf(0, 1)), 'SRV _db._tcp': UNKNOWN })).not.toContain('SRV');
  });

  test('that come later are an update of each peer, in one revision', () => {
    const steps = walk({ statefulSet: 'color-ss' });
    steps.round(zone(UNKNOWN));
    expect(ports(steps)).toEqual([undefined, undefined]);
    const before = steps.membership.snapshot;
    steps.round(zone(srv(ss(0), ss(1))), 60_000);
    expect(ports(steps)).toEqual([27_017, 27_017]);
    expect(steps.membership.snapshot.revision).toBe(before.revision + 1);
    expect(steps.membership.snapshot.peers.map(({ addresses }) => addresses)).toEqual(before.peers.map(({ addresses }) => addresses));
  });

  test('that change are an update when SRV is next asked', () => {
    const steps = walkWith(setOf(0, 1));
    const more = setOf(0, 1, 2);
    steps.round({ ...pods(more), SRV: srv([ss(0), 9], [ss(1), 9], [ss(2), 9]) });
    expect(ports(steps)).toEqual([9, 9, 9]);
  });

  test('stay while SRV fails', () => {
    const steps = walkWith(setOf(0, 1));
    steps.rounds(3, { ...pods(setOf(0, 1, 2)), SRV: UNKNOWN, 'A color-ss-2': NO_NAME });
    expect(ports(steps)).toEqual([27_017, 27_017]);
  });

  test('of a peer that SRV does not list are those that the others agree on', () => {
    const steps = walkWith(setOf(0, 1), { policy: { portName: 'db' } });
    steps.round({ ...pods(setOf(0, 1, 2)), SRV: srv([ss(0), 3], [ss(2), 3]) });
    expect(ports(steps)).toEqual([3, 3, 3]);
  });

  test('keep the same peer objects when SRV says the same again', () => {
    const steps = walkWith(setOf(0, 1));
    const { peers } = steps.membership.snapshot;
    steps.round(pods(setOf(0, 1, 2)));
    expect(steps.membership.snapshot.peers.slice(0, 2).every((each, i) => each === peers[i])).toBe(true);
  });
});
