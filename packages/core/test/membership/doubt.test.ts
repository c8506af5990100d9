import { describe, expect, test } from 'vitest';
import { contradict, isProvenGone } from '../../src/membership/doubt.ts';

describe('contradict', () => {
  test('begins a doubt', () => {
    expect(contradict(undefined, { isOwnAbsent: false, nowMs: 7 })).toEqual({ sinceMs: 7, rounds: 1, ownAbsentAtMs: undefined });
  });

  test('counts rounds from the same beginning', () => {
    const doubt = contradict(contradict(undefined, { isOwnAbsent: false, nowMs: 7 }), { isOwnAbsent: true, nowMs: 9 });
    expect(doubt).toEqual({ sinceMs: 7, rounds: 2, ownAbsentAtMs: 9 });
  });

  test('remembers an own-name denial through rounds that did not ask', () => {
    const doubt = contradict(contradict(undefined, { isOwnAbsent: true, nowMs: 7 }), { isOwnAbsent: false, nowMs: 9 });
    expect(doubt.ownAbsentAtMs).toBe(7);
  });
});

describe('isProvenGone', () => {
  const complete = { sinceMs: 1_000, rounds: 5, ownAbsentAtMs: 1_000 };

  test.each([
    { name: 'holds with 5 rounds over the whole window and the own name denied', doubt: complete, nowMs: 16_000, want: true },
    { name: 'needs 5 rounds', doubt: { ...complete, rounds: 4 }, nowMs: 1e9, want: false },
    { name: 'needs the whole window', doubt: complete, nowMs: 15_999, want: false },
    { name: 'needs the own name denied', doubt: { ...complete, ownAbsentAtMs: undefined }, nowMs: 1e9, want: false },
    { name: 'holds with a window of 0', doubt: complete, nowMs: 1_000, window: 0, want: true },
  ])('$name', ({ doubt, nowMs, window = 15_000, want }) => {
    expect(isProvenGone(doubt, window, nowMs)).toBe(want);
  });
});
