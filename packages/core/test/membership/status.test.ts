import { describe, expect, test } from 'vitest';
import type { Membership } from '../../src/membership/membership.ts';
import { isStatusNews, statusOf } from '../../src/membership/status.ts';
import type { Phase, Status } from '../../src/membership/status.ts';
import { membershipOf, peer, policy } from './builders.ts';

const CALM = membershipOf([peer('color-ss-0', ['10.0.0.1'])], { lastAnswerAtMs: 100_000, lastChangeAtMs: 0 });

describe('statusOf', () => {
  test.each<{ name: string; membership: Membership; nowMs: number; isAwaited?: boolean; isClosed?: boolean; want: Phase }>([
    { name: 'is starting before the first answer', membership: { ...CALM, lastAnswerAtMs: undefined }, nowMs: 0, want: 'starting' },
    { name: 'is starting for hours without an answer', membership: { ...CALM, lastAnswerAtMs: undefined }, nowMs: 1e7, want: 'starting' },
    { name: 'is settled when nothing is in motion', membership: CALM, nowMs: 100_000, want: 'settled' },
    { name: 'is settling when something is', membership: { ...CALM, isWavering: true }, nowMs: 100_000, want: 'settling' },
    { name: 'is settling while someone waits', membership: CALM, nowMs: 100_000, isAwaited: true, want: 'settling' },
    { name: 'is not stale just before its time', membership: CALM, nowMs: 129_999, want: 'settled' },
    { name: 'is stale when the last answer is old', membership: CALM, nowMs: 130_000, want: 'stale' },
    { name: 'is stale rather than settling', membership: { ...CALM, isWavering: true }, nowMs: 130_000, want: 'stale' },
    { name: 'is closed after close, stale or not', membership: CALM, nowMs: 130_000, isClosed: true, want: 'closed' },
    {
      name: 'is closed after close, started or not',
      membership: { ...CALM, lastAnswerAtMs: undefined },
      nowMs: 0,
      isClosed: true,
      want: 'closed',
    },
  ])('$name', ({ membership, nowMs, isAwaited = false, isClosed = false, want }) => {
    expect(statusOf(membership, policy(), { isAwaited, isClosed, nowMs }).phase).toBe(want);
  });

  test('tells what the membership knows', () => {
    const unconfirmed = ['color-ss-0'];
    const membership = { ...CALM, failuresInARow: 3, unconfirmed };
    const status = statusOf(membership, policy(), { isAwaited: false, isClosed: false, nowMs: 100_000 });
    expect(status).toEqual({ phase: 'settling', lastAnswerAtMs: 100_000, failuresInARow: 3, problems: [], unconfirmed });
    expect(status.unconfirmed).toBe(unconfirmed);
  });
});

describe('isStatusNews', () => {
  const before: Status = { phase: 'settled', lastAnswerAtMs: 1, failuresInARow: 0, problems: [], unconfirmed: [] };

  test.each<{ name: string; after: Partial<Status>; want: boolean }>([
    { name: 'is not when nothing changed', after: {}, want: false },
    { name: 'is not when only time passed', after: { lastAnswerAtMs: 2 }, want: false },
    { name: 'is not when only a count changed', after: { failuresInARow: 7 }, want: false },
    { name: 'is when the phase changed', after: { phase: 'stale' }, want: true },
    { name: 'is when the problems changed', after: { problems: [] }, want: true },
    { name: 'is when the unconfirmed changed', after: { unconfirmed: [] }, want: true },
  ])('$name', ({ after, want }) => {
    expect(isStatusNews(before, { ...before, ...after })).toBe(want);
  });
});
