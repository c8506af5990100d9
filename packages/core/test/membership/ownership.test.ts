import { describe, expect, test } from 'vitest';
import { NO_NAME, NO_RECORD, UNKNOWN, found, pods, setOf, srv, ss, walk, walkWith } from './builders.ts';
import type { Answers } from './builders.ts';

describe('one owner for every address', () => {
  test('a restarted pod takes the address of one that is gone: the other is left without, in doubt', () => {
    const steps = walkWith(setOf(0, 1, 2));
    const asked = steps.round(pods({ ...setOf(0), 'color-ss-1': ['10.0.0.3'] }));
    expect(asked).toEqual(['A', 'A color-ss-1', 'A color-ss-2']);
    expect(steps.peers()).toEqual(['color-ss-0 10.0.0.1', 'color-ss-1 10.0.0.3', 'color-ss-2']);
    expect(new Map(steps.membership.owners)).toEqual(
      new Map([
        ['10.0.0.1', ss(0)],
        ['10.0.0.3', ss(1)],
      ]),
    );
    expect(steps.membership.unconfirmed).toEqual([ss(2)]);
    expect(steps.member(ss(2)).past).toEqual([{ address: '10.0.0.3', seenAtMs: steps.nowMs }]);
  });

  test('both restarted, one with the address of the other: two moves in one round', () => {
    const steps = walkWith(setOf(0, 1));
    steps.round(pods({ 'color-ss-0': ['10.0.0.9'], 'color-ss-1': ['10.0.0.1'] }));
    expect(steps.peers()).toEqual(['color-ss-0 10.0.0.9', 'color-ss-1 10.0.0.1']);
    expect(steps.membership).toMatchObject({ unconfirmed: [], unownedSinceMs: new Map() });
  });

  test('a newcomer takes the address of a member whose own name does not answer', () => {
    const steps = walkWith(setOf(0, 1));
    steps.round({ ...pods({ 'color-ss-2': ['10.0.0.2'], 'color-ss-3': ['10.0.0.9'] }), 'A color-ss-0': UNKNOWN, 'A color-ss-1': UNKNOWN });
    expect(steps.membership.owners.get('10.0.0.2')).toBe(ss(2));
    expect(steps.member(ss(1)).peer.addresses).toEqual([]);
    expect(steps.member(ss(1)).doubt).toMatchObject({ rounds: 1 });
  });

  test('the loser that has another address which is shown is not in doubt', () => {
    const steps = walkWith({ 'color-ss-0': ['10.0.0.1', '10.0.0.2'] });
    steps.round({
      ...pods({ 'color-ss-1': ['10.0.0.2', '10.0.0.3'] }),
      A: found('10.0.0.1', '10.0.0.2', '10.0.0.3'),
      'A color-ss-0': UNKNOWN,
    });
    expect(steps.peers()).toEqual(['color-ss-0 10.0.0.1', 'color-ss-1 10.0.0.2 10.0.0.3']);
    expect(steps.membership.unconfirmed).toEqual([]);
  });

  test('the owner whose own answer still holds an address keeps it', () => {
    const steps = walkWith(setOf(0));
    steps.round({ ...pods({ ...setOf(0), 'color-ss-1': ['10.0.0.1', '10.0.0.9'] }) });
    expect(steps.peers()).toEqual(['color-ss-0 10.0.0.1', 'color-ss-1 10.0.0.9']);
  });

  test('two names with one address for ever (host network) change hands no more than once', () => {
    const steps = walk();
    const shared = pods({ 'color-ss-0': ['10.0.0.1'], 'color-ss-1': ['10.0.0.1'], 'color-ss-2': ['10.0.0.3'] });
    steps.rounds(5, shared);
    const { snapshot } = steps.membership;
    steps.rounds(300, shared);
    expect(steps.membership.snapshot).toBe(snapshot);
    expect(snapshot.peers).toHaveLength(3);
  });

  test('an own answer ends the doubt of before, also for a name that loses the claim', () => {
    const steps = walkWith(setOf(0, 1, 2));
    steps.rounds(20, pods(setOf(0, 2)));
    expect(steps.member(ss(1)).doubt).toMatchObject({ rounds: 20 });
    // Lagging answers: it claims what another member holds, and in the round in which it would have left.
    steps.round({ ...pods(setOf(0, 2)), 'A color-ss-1': found('10.0.0.1') });
    expect(steps.membership.membersByName.has(ss(1))).toBe(true);
    expect(steps.member(ss(1)).doubt?.rounds ?? 0).toBeLessThanOrEqual(1);
    expect(steps.membership.owners.get('10.0.0.1')).toBe(ss(0));
  });

  test('two newcomers that claim one address: one of them gets it', () => {
    const steps = walk();
    steps.round(pods({ 'color-ss-0': ['10.0.0.1'], 'color-ss-1': ['10.0.0.1'] }));
    expect(steps.membership.owners.size).toBe(1);
    expect(steps.membership.unconfirmed).toHaveLength(1);
  });

  test('only the family in conflict changes hands', () => {
    const steps = walkWith({ 'color-ss-0': ['10.0.0.1', 'fd00::1'] }, { family: 'dual' });
    const answers = {
      ...pods({ 'color-ss-1': ['10.0.0.1', 'fd00::2'] }),
      AAAA: found('fd00::1', 'fd00::2'),
      'A color-ss-0': UNKNOWN,
      'AAAA color-ss-0': UNKNOWN,
    };
    steps.round(answers);
    expect(steps.peers()).toEqual(['color-ss-0 fd00::1', 'color-ss-1 10.0.0.1 fd00::2']);
    expect(steps.membership.unconfirmed).toEqual([]);
  });
});

describe('unowned addresses', () => {
  const stranger = { ...pods(setOf(0)), A: found('10.0.0.1', '10.0.0.9'), SRV: UNKNOWN };

  test('are dated by when they were first seen', () => {
    const steps = walkWith(setOf(0));
    steps.rounds(3, stranger);
    expect(steps.membership.unownedSinceMs).toEqual(new Map([['10.0.0.9', steps.nowMs - 2_000]]));
  });

  test('are kept, with their date, through rounds without an answer', () => {
    const steps = walkWith(setOf(0));
    steps.round(stranger);
    const { unownedSinceMs } = steps.membership;
    steps.rounds(5, { A: UNKNOWN });
    expect(steps.membership.unownedSinceMs).toEqual(unownedSinceMs);
  });

  test('of one family are kept while only the other is answered', () => {
    const steps = walkWith({ 'color-ss-0': ['10.0.0.1', 'fd00::1'] }, { family: 'dual' });
    const dual = pods({ 'color-ss-0': ['10.0.0.1', 'fd00::1'] });
    steps.round({ ...dual, AAAA: found('fd00::1', 'fd00::9'), SRV: UNKNOWN });
    steps.rounds(2, { ...dual, AAAA: UNKNOWN });
    expect([...steps.membership.unownedSinceMs.keys()]).toEqual(['fd00::9']);
    steps.round(dual);
    expect(steps.membership.unownedSinceMs.size).toBe(0);
  });

  test('are forgotten when the set no longer shows them, and dated anew when it does again', () => {
    const steps = walkWith(setOf(0));
    steps.rounds(10, stranger);
    steps.round(pods(setOf(0)));
    expect(steps.membership.unownedSinceMs.size).toBe(0);
    steps.round(stranger);
    expect(steps.membership.unownedSinceMs.get('10.0.0.9')).toBe(steps.nowMs);
  });

  test('are forgotten when the set is absent', () => {
    const steps = walkWith(setOf(0));
    steps.round(stranger);
    steps.round({ A: NO_NAME });
    expect(steps.membership.unownedSinceMs.size).toBe(0);
  });

  test('get their dashed names after 15 s at the earliest, however short the window', () => {
    const steps = walkWith(setOf(0), { policy: { leaveAfterMs: 0 } });
    steps.rounds(15, stranger);
    expect(steps.peers()).toEqual(['color-ss-0 10.0.0.1']);
    steps.round(stranger);
    expect(steps.peers()).toEqual(['color-ss-0 10.0.0.1', '10-0-0-9 10.0.0.9']);
  });

  test('get their dashed names after a whole window, with a problem', () => {
    const steps = walkWith(setOf(0));
    steps.rounds(20, stranger);
    expect(steps.peers()).toEqual(['color-ss-0 10.0.0.1']);
    const asked = steps.round(stranger);
    expect(asked).toContain('A 10-0-0-9');
    expect(steps.peers()).toEqual(['color-ss-0 10.0.0.1', '10-0-0-9 10.0.0.9']);
    expect(steps.member('10-0-0-9')).toMatchObject({ isUnnamed: true, peer: { ordinal: undefined } });
    expect(steps.membership.problems).toMatchObject([{ code: 'UNNAMED_ADDRESS', message: expect.stringContaining('10.0.0.9') }]);
    expect(steps.membership.unownedSinceMs.size).toBe(0);
  });

  test('wait for two windows while a missed member, which may have moved there, is not answered for', () => {
    const steps = walkWith(setOf(0, 1));
    const mute = { A: found('10.0.0.1', '10.0.0.9'), [`A ${ss(1)}`]: UNKNOWN, SRV: srv(ss(0)) };
    steps.rounds(40, mute);
    expect(steps.peers()).toEqual(['color-ss-0 10.0.0.1', 'color-ss-1 10.0.0.2']);
    steps.round(mute);
    expect(steps.peers()).toEqual(['color-ss-0 10.0.0.1', 'color-ss-1 10.0.0.2', '10-0-0-9 10.0.0.9']);
  });

  test('wait no longer where the missed member is denied by its name', () => {
    const steps = walkWith(setOf(0, 1));
    steps.rounds(21, { A: found('10.0.0.1', '10.0.0.9'), SRV: srv(ss(0)) });
    expect(steps.peers()).toContain('10-0-0-9 10.0.0.9');
  });

  test('that have their dashed name are given back to it, when a name that had taken one lets it go', () => {
    const steps = walk();
    const one = { ...pods({ x: ['10.0.0.1'] }), 'A 10-0-0-1': UNKNOWN };
    steps.rounds(21, { A: found('10.0.0.1'), SRV: UNKNOWN });
    steps.rounds(2, one, 60_000);
    expect(steps.membership.owners.get('10.0.0.1')).toBe('x');
    expect(steps.member('10-0-0-1').peer.addresses).toEqual([]);
    // Its own name fails, so that nothing makes it leave.
    const moved = { A: found('10.0.0.3'), SRV: srv('x'), 'A x': found('10.0.0.3'), 'A 10-0-0-1': UNKNOWN };
    steps.round(moved);
    steps.rounds(40, { ...moved, A: found('10.0.0.1', '10.0.0.3') });
    expect(steps.peers()).toEqual(['10-0-0-1 10.0.0.1', 'x 10.0.0.3']);
    expect(steps.membership.members).toHaveLength(2);
  });

  test('stop to be a problem when the dashed name answers', () => {
    const steps = walkWith(setOf(0));
    steps.rounds(21, stranger);
    steps.round({ ...pods(setOf(0)), 'A 10-0-0-9': found('10.0.0.9') });
    expect(steps.member('10-0-0-9').isUnnamed).toBe(false);
    expect(steps.membership.problems).toEqual([]);
  });

  test('that a name claims are explained, also while a move back to them is not yet believed', () => {
    const steps = walkWith(setOf(0, 1));
    steps.round(pods({ ...setOf(0), 'color-ss-1': ['10.0.0.9'] }));
    steps.round(pods(setOf(0, 1)));
    expect(steps.member(ss(1)).families.ipv4.moveBack).toMatchObject({ answers: 1 });
    expect(steps.membership.unownedSinceMs.size).toBe(0);
  });

  test('with a dashed name that answers are no problem', () => {
    const steps = walkWith(setOf(0));
    steps.rounds(25, { ...stranger, 'A 10-0-0-9': found('10.0.0.9') });
    expect(steps.member('10-0-0-9').isUnnamed).toBe(false);
    expect(steps.membership.problems).toEqual([]);
  });

  test('a dashed peer that leaves the set leaves the members after the window, and its problem with it', () => {
    const steps = walkWith(setOf(0));
    steps.rounds(21, stranger);
    steps.rounds(21, pods(setOf(0)));
    expect(steps.peers()).toEqual(['color-ss-0 10.0.0.1']);
    expect(steps.membership.problems).toEqual([]);
  });

  test('are named by what SRV shows later, which is asked once a minute: the dashed peer leaves', () => {
    const steps = walkWith(setOf(0));
    steps.rounds(21, stranger);
    const asked = steps.rounds(90, pods({ ...setOf(0), 'color-ss-1': ['10.0.0.9'] }));
    expect(steps.peers()).toEqual(['color-ss-0 10.0.0.1', 'color-ss-1 10.0.0.9']);
    expect(steps.membership.problems).toEqual([]);
    expect(asked.flat().filter((each) => each === 'SRV')).toHaveLength(1);
  });

  test('of the second family are given to the members as soon as their own names answer', () => {
    const dual = { 'color-ss-0': ['10.0.0.1', 'fd00::1'], 'color-ss-1': ['10.0.0.2', 'fd00::2'] };
    const steps = walk({ family: 'dual' });
    steps.rounds(25, { ...pods(dual), 'AAAA color-ss-0': UNKNOWN });
    expect(steps.peers()).toContain('fd00--1 fd00::1');
    steps.rounds(150, pods(dual));
    expect(steps.peers()).toEqual(['color-ss-0 10.0.0.1 fd00::1', 'color-ss-1 10.0.0.2 fd00::2']);
  });

  test('are no ground to name anyone in rounds without an answer', () => {
    const steps = walkWith(setOf(0));
    steps.round(stranger);
    steps.rounds(60, { A: UNKNOWN });
    expect(steps.peers()).toEqual(['color-ss-0 10.0.0.1']);
  });

  test('of a family that fails for ever are forgotten after a window', () => {
    const steps = walkWith({ 'color-ss-0': ['10.0.0.1', 'fd00::1'] }, { family: 'dual' });
    const dual = pods({ 'color-ss-0': ['10.0.0.1', 'fd00::1'] });
    steps.round({ ...dual, AAAA: found('fd00::1', 'fd00::9'), SRV: UNKNOWN });
    steps.rounds(25, { ...dual, AAAA: UNKNOWN });
    expect(steps.membership.unownedSinceMs.size).toBe(0);
    expect(steps.peers()).toEqual(['color-ss-0 10.0.0.1 fd00::1']);
  });

  test('whose dashed form is no label get a name that is one', () => {
    const steps = walk({ family: 'ipv6' });
    steps.rounds(25, { AAAA: found('2001:db8::'), SRV: NO_RECORD });
    expect(steps.peers()).toEqual(['2001-db8--0 2001:db8::']);
    steps.rounds(60, {});
    expect(steps.peers()).toEqual([]);
  });
});

test('an address that went from a pod scaled in to a new one: verification finds the new owner, and the old one leaves', () => {
  const steps = walkWith(setOf(0, 1, 2));
  const truth = { ...setOf(0, 1), 'color-ss-5': ['10.0.0.3'] };
  steps.rounds(150, pods(truth));
  expect(steps.peers()).toEqual(['color-ss-0 10.0.0.1', 'color-ss-1 10.0.0.2', 'color-ss-5 10.0.0.3']);
});

/** The own name of 0 is denied in AAAA for as long as a cache does so, and SRV cannot tell it. The others are 1 and 2. */
function deniedBeside(...others: readonly string[]): Answers {
  const rest = Object.fromEntries(others.map((address, i) => [ss(i + 1), [address]]));
  return { ...pods({ [ss(0)]: ['10.0.0.1', 'fd00::1'], ...rest }), SRV: NO_RECORD, [`AAAA ${ss(0)}`]: NO_RECORD };
}

describe('an address without a name', () => {
  test('that is the other family of a member is found to be its own by verification', () => {
    const steps = walk({ family: 'dual', statefulSet: 'color-ss' });
    steps.rounds(30, deniedBeside());
    expect(steps.peers()).toEqual(['color-ss-0 10.0.0.1', 'fd00--1 fd00::1']);
    steps.rounds(180, { ...pods({ [ss(0)]: ['10.0.0.1', 'fd00::1'] }), SRV: NO_RECORD });
    expect(steps.peers()).toEqual(['color-ss-0 10.0.0.1 fd00::1']);
  });

  test('does not keep anyone from being verified, though names are guessed for it all the time', () => {
    const steps = walk({ family: 'dual', statefulSet: 'color-ss' });
    steps.rounds(30, deniedBeside('10.0.0.2', '10.0.0.3'));
    steps.rounds(50, deniedBeside('10.0.0.3', '10.0.0.2'), 5_000);
    expect(steps.peers().slice(1, 3)).toEqual(['color-ss-1 10.0.0.3', 'color-ss-2 10.0.0.2']);
  });
});
