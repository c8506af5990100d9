import { describe, expect, test } from 'vitest';
import { NO_ADDRESSES, familyOfAddresses, nextFamilyState, pastWindowMs, withFamilies } from '../../src/membership/member-addresses.ts';
import type { FamilyNews, FamilyState } from '../../src/membership/member-addresses.ts';
import { memberOf } from '../../src/membership/joiner.ts';
import { NO_RECORD, UNKNOWN, found, membershipOf, peer, pods, setOf, ss, walkWith } from './builders.ts';

const HELD = familyOfAddresses(['10.0.0.1']);
const KEPT: FamilyNews = { kind: 'kept' };
const DENIED: FamilyNews = { kind: 'denied', isByName: false };
const DENIED_BY_NAME: FamilyNews = { kind: 'denied', isByName: true };
const NOTHING: FamilyNews = { kind: 'nothing' };
const named = (...addresses: readonly string[]): FamilyNews => ({ kind: 'named', addresses });

/** The states after each piece of news, one second apart; `10.0.0.7` was given up lately. */
function states(start: FamilyState, news: readonly FamilyNews[], { isConfirmed = true, stepMs = 1_000 } = {}): readonly FamilyState[] {
  let state = start;
  return news.map((each, i) => {
    state = nextFamilyState(state, each, {
      isConfirmed,
      isRecent: (address) => address === '10.0.0.7',
      windowMs: 15_000,
      nowMs: i * stepMs,
    });
    return state;
  });
}

describe('addresses of a family', () => {
  test.each([
    { name: 'nothing new keeps the state', news: NOTHING },
    { name: 'a set that shows it keeps the state', news: KEPT },
    { name: 'its own name with the same addresses keeps the state', news: named('10.0.0.1') },
  ])('$name as it is', ({ news }) => {
    expect(states(HELD, [news])[0]).toBe(HELD);
  });

  test('move at the first own-name answer', () => {
    expect(states(HELD, [named('10.0.0.2')])[0]).toEqual(familyOfAddresses(['10.0.0.2']));
  });

  test('are lost after 3 rounds over 3 s', () => {
    const lost = states(HELD, [DENIED, DENIED, DENIED, DENIED]);
    expect(lost.map(({ addresses }) => addresses.length)).toEqual([1, 1, 1, 0]);
    expect(lost[2]?.loss).toEqual({ sinceMs: 0, rounds: 3 });
    expect(lost[3]).toBe(NO_ADDRESSES);
  });

  test('are not lost after 2 rounds, however far apart', () => {
    const lost = states(HELD, [DENIED, DENIED, DENIED], { stepMs: 60_000 });
    expect(lost.map(({ addresses }) => addresses.length)).toEqual([1, 1, 0]);
  });

  test.each([
    { name: 'the set that shows them', news: KEPT },
    { name: 'the own name that shows them', news: named('10.0.0.1') },
    { name: 'a round that says nothing of them', news: NOTHING },
  ])('are kept by $name: the count starts again', ({ news }) => {
    const states4 = states(HELD, [DENIED, DENIED, DENIED, news, DENIED, DENIED, DENIED]);
    expect(states4.at(-1)?.loss).toEqual({ sinceMs: 4_000, rounds: 3 });
  });

  test('are never lost while the member itself is contradicted', () => {
    expect(states(HELD, [DENIED, DENIED, DENIED, DENIED, DENIED], { isConfirmed: false }).at(-1)).toBe(HELD);
  });

  test('move back after 3 own-name answers over 3 s', () => {
    const back = states(HELD, [named('10.0.0.7'), named('10.0.0.7'), named('10.0.0.7'), named('10.0.0.7')]);
    expect(back.map(({ addresses }) => addresses[0])).toEqual(['10.0.0.1', '10.0.0.1', '10.0.0.1', '10.0.0.7']);
    expect(back[2]?.moveBack).toMatchObject({ addresses: ['10.0.0.7'], sinceMs: 0, answers: 3 });
  });

  test('do not move back after 2 answers, be they 3 s apart', () => {
    const back = states(HELD, [named('10.0.0.7'), named('10.0.0.7'), named('10.0.0.7')], { stepMs: 5_000 });
    expect(back.map(({ addresses }) => addresses[0])).toEqual(['10.0.0.1', '10.0.0.1', '10.0.0.7']);
  });

  test.each([
    { name: 'a set that shows the present address', news: KEPT },
    { name: 'an own answer with the present address', news: named('10.0.0.1') },
  ])('do not move back across $name: the count starts again', ({ news }) => {
    const back = states(HELD, [named('10.0.0.7'), named('10.0.0.7'), named('10.0.0.7'), news, named('10.0.0.7')]);
    expect(back.at(-1)?.moveBack).toMatchObject({ addresses: ['10.0.0.7'], sinceMs: 4_000, answers: 1 });
  });

  test('start to count anew when another past list of addresses is named', () => {
    const back = states(HELD, [named('10.0.0.7'), named('10.0.0.7'), named('10.0.0.7', '10.0.0.8')]);
    expect(back.at(-1)?.moveBack).toMatchObject({ addresses: ['10.0.0.7', '10.0.0.8'], sinceMs: 2_000, answers: 1 });
  });

  test('are not held up by a move back that nothing has named for long', () => {
    const [pending] = states(HELD, [named('10.0.0.7')]);
    const options = { isConfirmed: true, isRecent: () => true, windowMs: 30_000 };
    expect(nextFamilyState(pending ?? HELD, NOTHING, { ...options, nowMs: 30_000 }).moveBack).toBeDefined();
    expect(nextFamilyState(pending ?? HELD, NOTHING, { ...options, nowMs: 30_001 }).moveBack).toBeUndefined();
  });

  test('do not move back across an own name that is denied', () => {
    const back = states(HELD, [named('10.0.0.7'), named('10.0.0.7'), DENIED_BY_NAME, named('10.0.0.7'), named('10.0.0.7')]);
    expect(back.at(-1)).toMatchObject({ addresses: ['10.0.0.1'], moveBack: { answers: 2 } });
  });

  test('go on to move back across a set that does not show the present ones', () => {
    const back = states(HELD, [named('10.0.0.7'), DENIED, named('10.0.0.7'), named('10.0.0.7')], { isConfirmed: false });
    expect(back.at(-1)).toEqual(familyOfAddresses(['10.0.0.7']));
  });

  test('that the family never had are not wanted back for ever', () => {
    const [pending] = states(NO_ADDRESSES, [named('10.0.0.7')]);
    expect(pending).toMatchObject({ addresses: [], moveBack: { answers: 1 } });
    expect(
      nextFamilyState(pending ?? HELD, DENIED_BY_NAME, { isConfirmed: true, isRecent: () => true, windowMs: 15_000, nowMs: 1 }),
    ).toEqual(NO_ADDRESSES);
  });

  test('move forward at once while a move back is pending', () => {
    expect(states(HELD, [named('10.0.0.7'), named('10.0.0.2')]).at(-1)).toEqual(familyOfAddresses(['10.0.0.2']));
  });

  test('may shrink at once: what is left was not given up', () => {
    const two = familyOfAddresses(['10.0.0.1', '10.0.0.7']);
    expect(states(two, [named('10.0.0.7')])[0]).toEqual(familyOfAddresses(['10.0.0.7']));
  });
});

describe('pastWindowMs', () => {
  test.each([
    { ttl: 0, want: 15_000 },
    { ttl: 15, want: 15_000 },
    { ttl: 30, want: 30_000 },
  ])('is $want ms with a TTL of $ttl s', ({ ttl, want }) => {
    expect(pastWindowMs(ttl)).toBe(want);
  });
});

describe('withFamilies', () => {
  const membership = membershipOf([]);
  const member = memberOf(membership, peer('db-0', ['10.0.0.1', 'fd00::1']));
  const options = { windowMs: 15_000, nowMs: 50_000 };

  test('keeps the member whose families are the same', () => {
    expect(withFamilies(member, { ...member.families }, options)).toBe(member);
  });

  test('keeps the peer whose addresses are the same', () => {
    const ipv4 = { ...member.families.ipv4, loss: { sinceMs: 0, rounds: 1 } };
    expect(withFamilies(member, { ...member.families, ipv4 }, options).peer).toBe(member.peer);
  });

  test('remembers what it gave up, IPv4 first', () => {
    const next = withFamilies(member, { ...member.families, ipv4: familyOfAddresses(['10.0.0.2']) }, options);
    expect(next.peer.addresses).toEqual(['10.0.0.2', 'fd00::1']);
    expect(next.past).toEqual([{ address: '10.0.0.1', seenAtMs: 50_000 }]);
  });

  test('renews the date of what was refused in this round', () => {
    const past = [{ address: '10.0.0.7', seenAtMs: 40_000 }];
    const moveBack = { addresses: ['10.0.0.7'], sinceMs: 50_000, lastMs: 50_000, answers: 1 };
    const next = withFamilies({ ...member, past }, { ...member.families, ipv4: { ...member.families.ipv4, moveBack } }, options);
    expect(next.past).toEqual([{ address: '10.0.0.7', seenAtMs: 50_000 }]);
    expect(next.peer).toBe(member.peer);
  });

  test('forgets what is older than the window, and what it has again', () => {
    const past = [
      { address: '10.0.0.2', seenAtMs: 49_000 },
      { address: '10.0.0.3', seenAtMs: 35_000 },
      { address: '10.0.0.4', seenAtMs: 34_999 },
    ];
    const next = withFamilies({ ...member, past }, { ...member.families, ipv4: familyOfAddresses(['10.0.0.2']) }, options);
    expect(next.past.map(({ address }) => address)).toEqual(['10.0.0.3', '10.0.0.1']);
  });
});

const moved = (address: string) => pods({ ...setOf(0), 'color-ss-1': [address] });
const slow = (address: string) => ({ ...moved(address), A: { ...found('10.0.0.1', address), ttlSeconds: 30 } });

describe('addresses of members', () => {
  test('a move is seen at the first look', () => {
    const steps = walkWith(setOf(0, 1));
    steps.round(moved('10.0.0.9'));
    expect(steps.peers()).toEqual(['color-ss-0 10.0.0.1', 'color-ss-1 10.0.0.9']);
    expect(steps.membership.unconfirmed).toEqual([]);
  });

  test('replicas that show old and new by turns give one move', () => {
    const steps = walkWith(setOf(0, 1));
    for (let i = 0; i < 7; i += 1) {
      steps.round(moved('10.0.0.9'));
      steps.round(moved('10.0.0.2'));
    }
    expect(steps.peers()).toEqual(['color-ss-0 10.0.0.1', 'color-ss-1 10.0.0.9']);
    expect(steps.membership.snapshot.revision).toBe(2);
  });

  test('a replica that lags for minutes gives one move too', () => {
    const steps = walkWith(setOf(0, 1));
    for (let i = 0; i < 150; i += 1) {
      steps.round(moved('10.0.0.9'));
      steps.round(moved('10.0.0.2'));
    }
    expect(steps.membership.snapshot.revision).toBe(2);
    expect(steps.membership.snapshot.peers).toHaveLength(2);
  });

  test('a true move back is believed after 3 answers over 3 s', () => {
    const steps = walkWith(setOf(0, 1));
    steps.round(moved('10.0.0.9'));
    steps.rounds(3, moved('10.0.0.2'));
    expect(steps.peers()).toEqual(['color-ss-0 10.0.0.1', 'color-ss-1 10.0.0.9']);
    expect(steps.membership.isWavering).toBe(true);
    steps.round(moved('10.0.0.2'));
    expect(steps.peers()).toEqual(['color-ss-0 10.0.0.1', 'color-ss-1 10.0.0.2']);
    expect(steps.membership.isWavering).toBe(false);
  });

  test('a true move back is believed with slow polls and a long TTL too', () => {
    const steps = walkWith(setOf(0, 1), { policy: { pollIntervalMs: 20_000, settlingIntervalMs: 20_000 } });
    steps.round(slow('10.0.0.9'), 20_000);
    steps.rounds(3, slow('10.0.0.2'), 20_000);
    expect(steps.peers()).toEqual(['color-ss-0 10.0.0.1', 'color-ss-1 10.0.0.2']);
  });

  test('a move back 15 s later needs one answer', () => {
    const steps = walkWith(setOf(0, 1));
    steps.round(moved('10.0.0.9'));
    steps.rounds(16, moved('10.0.0.9'));
    steps.round(moved('10.0.0.2'));
    expect(steps.peers()).toEqual(['color-ss-0 10.0.0.1', 'color-ss-1 10.0.0.2']);
  });

  test('a move back is slow for as long as the largest TTL', () => {
    const steps = walkWith(setOf(0, 1));
    const longLived = { ...moved('10.0.0.9'), A: { ...found('10.0.0.1', '10.0.0.9'), ttlSeconds: 30 } };
    steps.round(longLived);
    steps.round(longLived, 29_000);
    steps.round(moved('10.0.0.2'));
    expect(steps.peers()).toEqual(['color-ss-0 10.0.0.1', 'color-ss-1 10.0.0.9']);
  });

  test('the loss of one family waits for 3 rounds over 3 s, and is one move', () => {
    const dual = { 'color-ss-0': ['10.0.0.1', 'fd00::1'], 'color-ss-1': ['10.0.0.2', 'fd00::2'] };
    const steps = walkWith(dual, { family: 'dual' });
    const lost = pods({ ...dual, 'color-ss-1': ['10.0.0.2'] });
    steps.rounds(3, lost);
    expect(steps.peers()[1]).toBe('color-ss-1 10.0.0.2 fd00::2');
    expect(steps.membership.isWavering).toBe(true);
    steps.round(lost);
    expect(steps.peers()[1]).toBe('color-ss-1 10.0.0.2');
    expect(steps.membership).toMatchObject({ isWavering: false, unconfirmed: [] });
    expect(steps.membership.snapshot.revision).toBe(2);
  });

  test('a family that is denied now and then is kept', () => {
    const dual = { 'color-ss-0': ['10.0.0.1', 'fd00::1'], 'color-ss-1': ['10.0.0.2', 'fd00::2'] };
    const steps = walkWith(dual, { family: 'dual' });
    for (let i = 0; i < 20; i += 1) {
      steps.rounds(2, { ...pods(dual), AAAA: NO_RECORD });
      steps.round(pods(dual));
    }
    expect(steps.membership.snapshot.revision).toBe(1);
  });

  test('a family that fails after its first denial is kept, and keeps nothing in motion', () => {
    const dual = { 'color-ss-0': ['10.0.0.1', 'fd00::1'], 'color-ss-1': ['10.0.0.2', 'fd00::2'] };
    const steps = walkWith(dual, { family: 'dual' });
    steps.round({ ...pods(dual), AAAA: found('fd00::2'), 'AAAA color-ss-0': NO_RECORD });
    expect(steps.membership.isWavering).toBe(true);
    steps.rounds(20, { ...pods(dual), AAAA: UNKNOWN });
    expect(steps.membership.isWavering).toBe(false);
    expect(steps.membership.snapshot.revision).toBe(1);
  });

  test('a family that was lost, shows once more and goes again keeps nothing in motion', () => {
    const dual = { 'color-ss-0': ['10.0.0.1', 'fd00::1'], 'color-ss-1': ['10.0.0.2', 'fd00::2'] };
    const lost = pods({ ...dual, 'color-ss-0': ['10.0.0.1'] });
    const steps = walkWith(dual, { family: 'dual' });
    steps.rounds(5, lost);
    steps.round({ ...pods(dual), A: found('10.0.0.2') });
    steps.rounds(20, lost);
    expect(steps.peers()).toEqual(['color-ss-0 10.0.0.1', 'color-ss-1 10.0.0.2 fd00::2']);
    expect(steps.membership.isWavering).toBe(false);
  });

  test('a family that shows later is added to the members, and makes no peers of its own', () => {
    const dual = { 'color-ss-0': ['10.0.0.1', 'fd00::1'], 'color-ss-1': ['10.0.0.2', 'fd00::2'] };
    const steps = walkWith(setOf(0, 1), { family: 'dual' });
    steps.rounds(3, pods(dual));
    expect(steps.peers()).toEqual(['color-ss-0 10.0.0.1 fd00::1', 'color-ss-1 10.0.0.2 fd00::2']);
    expect(steps.membership.problems).toEqual([]);
  });

  test('a family that shows later is added without SRV too', () => {
    const dual = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [ss(i), [`10.0.0.${i + 1}`, `fd00::${i + 1}`]]));
    const steps = walkWith(setOf(...Array.from({ length: 12 }, (_, i) => i)), { family: 'dual' });
    steps.rounds(8, { ...pods(dual), SRV: NO_RECORD });
    expect(steps.membership.snapshot.peers.every(({ addresses }) => addresses.length === 2)).toBe(true);
    expect(steps.membership.snapshot.peers).toHaveLength(12);
  });

  test('a family that is unknown for hours is kept', () => {
    const dual = { 'color-ss-0': ['10.0.0.1', 'fd00::1'] };
    const steps = walkWith(dual, { family: 'dual' });
    steps.rounds(1_000, { ...pods(dual), AAAA: UNKNOWN });
    expect(steps.peers()).toEqual(['color-ss-0 10.0.0.1 fd00::1']);
  });

  test('a new address in one family is taken at once, the other is kept', () => {
    const dual = { 'color-ss-0': ['10.0.0.1', 'fd00::1'], 'color-ss-1': ['10.0.0.2', 'fd00::2'] };
    const steps = walkWith(dual, { family: 'dual' });
    steps.round(pods({ ...dual, 'color-ss-1': ['10.0.0.9', 'fd00::2'] }));
    expect(steps.peers()).toEqual(['color-ss-0 10.0.0.1 fd00::1', 'color-ss-1 10.0.0.9 fd00::2']);
    expect(steps.member(ss(1)).past).toEqual([{ address: '10.0.0.2', seenAtMs: steps.nowMs }]);
  });
});

test('a true move back is asked about every round, and believed after 3 s', () => {
  const steps = walkWith(setOf(0, 1));
  steps.round(pods({ ...setOf(0), 'color-ss-1': ['10.0.0.9'] }));
  expect(steps.peers()[1]).toBe('color-ss-1 10.0.0.9');
  steps.rounds(3, pods(setOf(0, 1)));
  expect(steps.peers()[1]).toBe('color-ss-1 10.0.0.9');
  steps.rounds(2, pods(setOf(0, 1)));
  expect(steps.peers()[1]).toBe('color-ss-1 10.0.0.2');
});
