import { describe, expect, test } from 'vitest';
import { observe } from '../../src/membership/observe.ts';
import { NO_NAME, NO_RECORD, UNKNOWN, found, peer, pods, policy, setOf, ss, walk, walkWith } from './builders.ts';

const BOTH = pods(setOf(0, 1));
const GONE = pods(setOf(0));
/** 15 s and the TTL of 5 s. */
const WINDOW_S = 20;

describe('leaving', () => {
  test('takes a whole window of contradictions', () => {
    const steps = walkWith(setOf(0, 1));
    steps.rounds(WINDOW_S, GONE);
    expect(steps.peers()).toEqual(['color-ss-0 10.0.0.1', 'color-ss-1 10.0.0.2']);
    expect(steps.membership.unconfirmed).toEqual([ss(1)]);
    steps.round(GONE);
    expect(steps.peers()).toEqual(['color-ss-0 10.0.0.1']);
    expect(steps.membership.unconfirmed).toEqual([]);
  });

  test('takes 5 rounds, however long they span', () => {
    const steps = walkWith(setOf(0, 1));
    steps.rounds(4, GONE, 60_000);
    expect(steps.peers()).toHaveLength(2);
    steps.round(GONE, 60_000);
    expect(steps.peers()).toHaveLength(1);
  });

  test('takes 5 rounds with a window of 0 too', () => {
    const steps = walkWith(setOf(0, 1), { policy: { leaveAfterMs: 0 } });
    steps.rounds(4, GONE);
    expect(steps.peers()).toHaveLength(2);
    steps.round(GONE);
    expect(steps.peers()).toHaveLength(1);
  });

  test('takes a window that is longer by the largest TTL seen', () => {
    const slow = { ...BOTH, A: { ...found('10.0.0.1', '10.0.0.2'), ttlSeconds: 30 } };
    const steps = walkWith(setOf(0, 1));
    steps.round(slow, 60_000);
    steps.rounds(45, GONE);
    expect(steps.peers()).toHaveLength(2);
    steps.round(GONE);
    expect(steps.peers()).toHaveLength(1);
  });

  test('takes an own name that is denied: unknown is no denial', () => {
    const steps = walkWith(setOf(0, 1));
    steps.rounds(100, { ...GONE, 'A color-ss-1': UNKNOWN });
    expect(steps.peers()).toHaveLength(2);
    expect(steps.membership.unconfirmed).toEqual([ss(1)]);
    steps.rounds(6, GONE);
    expect(steps.peers()).toHaveLength(1);
  });

  test('starts again after one set that shows the member, and forgets the denial before it', () => {
    const steps = walkWith(setOf(0, 1));
    steps.rounds(WINDOW_S, GONE);
    steps.round(BOTH);
    expect(steps.member(ss(1)).doubt).toBeUndefined();
    steps.rounds(100, { ...GONE, 'A color-ss-1': UNKNOWN });
    expect(steps.peers()).toHaveLength(2);
  });

  test('starts again after one own-name answer', () => {
    const steps = walkWith(setOf(0, 1));
    steps.rounds(WINDOW_S, GONE);
    // Its own name is asked every 5 s; the round after is the first of the new doubt.
    expect(steps.round({ ...GONE, 'A color-ss-1': found('10.0.0.2') })).toContain('A color-ss-1');
    steps.rounds(WINDOW_S, GONE);
    expect(steps.peers()).toHaveLength(2);
    steps.round(GONE);
    expect(steps.peers()).toHaveLength(1);
  });

  test('does not count rounds without an answer, and never happens in one', () => {
    const steps = walkWith(setOf(0, 1));
    steps.rounds(4, GONE);
    steps.rounds(100, { A: UNKNOWN });
    expect(steps.peers()).toHaveLength(2);
    expect(steps.member(ss(1)).doubt?.rounds).toBe(4);
    steps.round(GONE);
    expect(steps.peers()).toHaveLength(1);
  });

  test('takes twice the window for the last peer', () => {
    const steps = walkWith(setOf(0));
    steps.rounds(2 * WINDOW_S, {});
    expect(steps.peers()).toHaveLength(1);
    steps.round({});
    expect(steps.peers()).toEqual([]);
  });

  test('takes twice the window for all peers that go at once', () => {
    const steps = walkWith(setOf(0, 1, 2));
    steps.rounds(2 * WINDOW_S, {});
    expect(steps.peers()).toHaveLength(3);
    steps.round({});
    expect(steps.peers()).toEqual([]);
  });

  test('takes twice the window for peers that go one after the other until the set is empty', () => {
    const steps = walkWith(setOf(0, 1, 2));
    steps.rounds(3, pods(setOf(0, 1)));
    steps.rounds(3, GONE);
    steps.rounds(2 * WINDOW_S - 6, {});
    expect(steps.peers()).toHaveLength(3);
    steps.rounds(7, {});
    expect(steps.peers()).toEqual([]);
  });

  test('takes twice the window for a set so large that not all could be asked', () => {
    const steps = walkWith(setOf(...Array.from({ length: 100 }, (_, i) => i)));
    steps.rounds(2 * WINDOW_S, {});
    expect(steps.peers()).toHaveLength(100);
    steps.rounds(20, {});
    expect(steps.peers()).toEqual([]);
  });

  test('comes to a member that lost its address to another name', () => {
    const steps = walkWith(setOf(0, 1));
    const after = pods({ 'color-ss-1': ['10.0.0.1'] });
    steps.rounds(WINDOW_S, after);
    expect(steps.peers()).toEqual(['color-ss-0', 'color-ss-1 10.0.0.1']);
    steps.round(after);
    expect(steps.peers()).toEqual(['color-ss-1 10.0.0.1']);
    expect(steps.round(after)).toEqual(['A']);
  });

  test('comes to a scaled-in pod where AAAA always fails', () => {
    const broken = { AAAA: UNKNOWN, 'AAAA color-ss-0': UNKNOWN, 'AAAA color-ss-1': UNKNOWN };
    const steps = walk({ family: 'auto' });
    steps.rounds(3, { ...BOTH, ...broken });
    const asked = steps.rounds(WINDOW_S + 1, { ...GONE, ...broken });
    expect(steps.peers()).toEqual(['color-ss-0 10.0.0.1']);
    expect(asked.flat().filter((each) => each === 'A color-ss-1').length).toBeLessThanOrEqual(5);
  });

  test('waits while the set shows an address that nobody owns', () => {
    const steps = walkWith(setOf(0, 1));
    steps.rounds(15, GONE);
    const stranger = { ...GONE, A: found('10.0.0.1', '10.0.0.9') };
    steps.rounds(WINDOW_S, stranger);
    expect(steps.peers()).toEqual(['color-ss-0 10.0.0.1', 'color-ss-1 10.0.0.2']);
    // The address has been unowned for a window: it gets its dashed name, and holds nobody any more.
    steps.round(stranger);
    expect(steps.peers()).toEqual(['color-ss-0 10.0.0.1', '10-0-0-9 10.0.0.9']);
  });

  test('ends with a return that is told as one', () => {
    const steps = walkWith(setOf(0, 1));
    steps.rounds(WINDOW_S + 1, GONE);
    // Its own name was denied just now; the new address is reason enough to ask it again at once.
    steps.round(BOTH);
    expect(steps.peers()).toHaveLength(2);
    expect([steps.member(ss(0)).hasReturned, steps.member(ss(1)).hasReturned]).toEqual([false, true]);
  });

  test('is not what a denial of one family means', () => {
    const dual = { 'color-ss-0': ['10.0.0.1', 'fd00::1'], 'color-ss-1': ['10.0.0.2', 'fd00::2'] };
    const steps = walkWith(dual, { family: 'dual' });
    const half = {
      ...pods({ 'color-ss-0': ['10.0.0.1', 'fd00::1'] }),
      AAAA: UNKNOWN,
      'A color-ss-1': NO_RECORD,
      'AAAA color-ss-1': UNKNOWN,
    };
    steps.rounds(200, half);
    expect(steps.peers()).toHaveLength(2);
    expect(steps.membership.unconfirmed).toEqual([]);
  });
});

const complete = (...names: readonly string[]) => ({ kind: 'complete', peers: names.map((name) => peer(name, [])) }) as const;

describe('departed names', () => {
  test('are remembered, the last 1,024 of those that nobody declared', () => {
    const steps = walk({ statefulSet: 'color-ss', replicas: 2 });
    const many = Array.from({ length: 1_100 }, (_, i) => `pod-${String(i).padStart(4, '0')}`);
    let { membership } = steps;
    membership = observe(membership, complete(ss(0), ss(1), ...many), policy(), 1);
    membership = observe(membership, complete(...many), policy(), 2);
    for (let gone = 100; gone <= many.length; gone += 100) membership = observe(membership, complete(...many.slice(gone)), policy(), gone);
    expect(membership.departed.size).toBe(1_024 + 2);
    expect(membership.departed.has(ss(0))).toBe(true);
    expect(membership.departed.has('pod-0075')).toBe(false);
    expect(membership.departed.has('pod-0076')).toBe(true);
  });

  test('are remembered by when they last left', () => {
    let { membership } = walk();
    const last = Array.from({ length: 1_023 }, (_, i) => `pod-${i}`);
    for (const [at, names] of [['a-twice', 'b-early'], [], ['a-twice'], [], last, []].entries()) {
      membership = observe(membership, complete(...names), policy(), at);
    }
    expect([membership.departed.has('a-twice'), membership.departed.has('b-early')]).toEqual([true, false]);
  });
});

test('the state of a set that is gone for good is at rest: nobody, nothing unconfirmed, nothing asked but the set', () => {
  const steps = walkWith(setOf(0, 1));
  steps.rounds(60, { A: NO_NAME });
  expect(steps.peers()).toEqual([]);
  expect(steps.membership).toMatchObject({ unconfirmed: [], isWavering: false, unownedSinceMs: new Map() });
  expect(steps.round({ A: NO_NAME })).toEqual(['A']);
});
