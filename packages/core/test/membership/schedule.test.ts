import { describe, expect, test } from 'vitest';
import type { Membership } from '../../src/membership/membership.ts';
import { isSettling, nextDelayMs } from '../../src/membership/schedule.ts';
import { UNKNOWN, membershipOf, peer, pods, policy, setOf, walk, walkWith } from './builders.ts';

const ANYONE = [peer('color-ss-0', ['10.0.0.1'])];
const CALM = membershipOf(ANYONE, { lastChangeAtMs: 0, startedAtMs: 0 });
const NOBODY = membershipOf([], { startedAtMs: 0 });
const NOT_HEADLESS = { code: 'NOT_HEADLESS', message: '', hint: '' } as const;
const MISSING = { ...CALM.snapshot, missing: [peer('color-ss-1')] };

describe('isSettling', () => {
  test.each<{ name: string; membership: Membership; nowMs: number; isAwaited?: boolean; want: boolean }>([
    { name: 'is over 15 s after a change', membership: CALM, nowMs: 15_000, want: false },
    { name: 'lasts for 15 s after a change', membership: CALM, nowMs: 14_999, want: true },
    { name: 'lasts for 60 s while nobody was ever seen', membership: NOBODY, nowMs: 59_999, want: true },
    { name: 'is over after 60 s in which nobody was seen', membership: NOBODY, nowMs: 60_000, want: false },
    { name: 'counts those 60 s from the start', membership: { ...NOBODY, startedAtMs: 7_000 }, nowMs: 66_999, want: true },
    {
      name: 'is over when everybody has left for 15 s',
      membership: { ...NOBODY, lastChangeAtMs: 0, departed: new Set(['color-ss-0']) },
      nowMs: 15_000,
      want: false,
    },
    {
      name: 'lasts for 60 s while nobody was ever seen, whatever was declared',
      membership: { ...NOBODY, lastChangeAtMs: 0 },
      nowMs: 59_999,
      want: true,
    },
    {
      name: 'is over where the Service has a cluster IP',
      membership: { ...NOBODY, problems: [NOT_HEADLESS] },
      nowMs: 0,
      isAwaited: true,
      want: false,
    },
    { name: 'lasts while a member is unconfirmed', membership: { ...CALM, unconfirmed: ['color-ss-0'] }, nowMs: 1e9, want: true },
    {
      name: 'lasts while an address is unowned',
      membership: { ...CALM, unownedSinceMs: new Map([['10.0.0.9', 0]]) },
      nowMs: 1e9,
      want: true,
    },
    { name: 'lasts while addresses are in motion', membership: { ...CALM, isWavering: true }, nowMs: 1e9, want: true },
    { name: 'lasts while someone waits', membership: CALM, nowMs: 1e9, isAwaited: true, want: true },
    {
      name: 'lasts for 2 min after a change while declared peers are missing',
      membership: { ...CALM, snapshot: MISSING },
      nowMs: 119_999,
      want: true,
    },
    {
      name: 'is over 2 min after the last change though peers are missing',
      membership: { ...CALM, snapshot: MISSING },
      nowMs: 120_000,
      want: false,
    },
    {
      name: 'lasts for 2 min from the start where nothing changed yet and peers are missing',
      membership: { ...NOBODY, snapshot: { ...NOBODY.snapshot, missing: MISSING.missing } },
      nowMs: 119_999,
      want: true,
    },
  ])('$name', ({ membership, nowMs, isAwaited = false, want }) => {
    expect(isSettling(membership, { isAwaited, nowMs })).toBe(want);
  });
});

describe('nextDelayMs', () => {
  const settled = { isAwaited: false, nowMs: 1e6 };

  test.each([
    { name: 'is the poll interval when settled', membership: CALM, want: 5_000 },
    { name: 'is the settling interval when settling', membership: { ...CALM, isWavering: true }, want: 1_000 },
    { name: 'starts from the settling interval after a failed round', membership: { ...CALM, failuresInARow: 1 }, want: 1_000 },
    { name: 'doubles after the second', membership: { ...CALM, failuresInARow: 2 }, want: 2_000 },
    { name: 'doubles after the third', membership: { ...CALM, failuresInARow: 3 }, want: 4_000 },
    { name: 'stops at the poll interval', membership: { ...CALM, failuresInARow: 4 }, want: 5_000 },
    { name: 'stays there for hours of failures', membership: { ...CALM, failuresInARow: 10_000 }, want: 5_000 },
    { name: 'backs off while settling too', membership: { ...CALM, isWavering: true, failuresInARow: 3 }, want: 4_000 },
  ])('$name', ({ membership, want }) => {
    expect(nextDelayMs(membership, policy(), { ...settled, random: 0.5 })).toBe(want);
  });

  test.each([
    { random: 0, want: 4_000 },
    { random: 0.25, want: 4_500 },
    { random: 1, want: 6_000 },
  ])('is spread over 0.8 to 1.2: $want ms for $random', ({ random, want }) => {
    expect(nextDelayMs(CALM, policy(), { ...settled, random })).toBeCloseTo(want, 6);
  });

  test('takes both intervals from the policy', () => {
    const slow = policy({ pollIntervalMs: 60_000, settlingIntervalMs: 100 });
    expect(nextDelayMs(CALM, slow, { ...settled, random: 0.5 })).toBe(60_000);
    expect(nextDelayMs({ ...CALM, isWavering: true }, slow, { ...settled, random: 0.5 })).toBe(100);
  });
});

describe('what keeps a watcher settling', () => {
  test('rounds without any answer count as failures, the first answer ends them', () => {
    const steps = walkWith(setOf(0));
    steps.rounds(3, { A: UNKNOWN });
    expect(steps.membership.failuresInARow).toBe(3);
    steps.round(pods(setOf(0)));
    expect(steps.membership.failuresInARow).toBe(0);
  });

  test('a round in which one family fails is no failure', () => {
    const steps = walk({ family: 'dual' });
    steps.round({ ...pods(setOf(0)), AAAA: UNKNOWN });
    expect(steps.membership).toMatchObject({ failuresInARow: 0, lastAnswerAtMs: 1_000 });
  });
});
