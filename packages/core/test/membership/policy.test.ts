import { describe, expect, test } from 'vitest';
import { askAgainAfterMs, leaveWindowMs } from '../../src/membership/policy.ts';
import { policy } from './builders.ts';

describe('leaveWindowMs', () => {
  test.each([
    { name: 'is 15 s at least', poll: 5_000, leave: 'auto' as const, ttl: 0, want: 15_000 },
    { name: 'is 15 s at least with fast polls too', poll: 250, leave: 'auto' as const, ttl: 0, want: 15_000 },
    { name: 'is two poll intervals when those are longer', poll: 10_000, leave: 'auto' as const, ttl: 0, want: 20_000 },
    { name: 'adds the largest TTL', poll: 5_000, leave: 'auto' as const, ttl: 30, want: 45_000 },
    { name: 'adds 60 s of it at most', poll: 5_000, leave: 'auto' as const, ttl: 61, want: 75_000 },
    { name: 'is the option, without the TTL', poll: 5_000, leave: 7_000, ttl: 30, want: 7_000 },
    { name: 'may be 0', poll: 5_000, leave: 0, ttl: 30, want: 0 },
  ])('$name', ({ poll, leave, ttl, want }) => {
    expect(leaveWindowMs(policy({ pollIntervalMs: poll, leaveAfterMs: leave }), ttl)).toBe(want);
  });
});

describe('askAgainAfterMs', () => {
  test.each([
    { name: 'is 5 s for a long window', settling: 1_000, window: 75_000, want: 5_000 },
    { name: 'is 5 s for the shortest automatic window', settling: 1_000, window: 15_000, want: 5_000 },
    { name: 'is a third of a short window', settling: 1_000, window: 6_000, want: 2_000 },
    { name: 'is the settling interval at least', settling: 1_000, window: 0, want: 1_000 },
    { name: 'is the settling interval when that is long', settling: 60_000, window: 75_000, want: 60_000 },
  ])('$name', ({ settling, window, want }) => {
    expect(askAgainAfterMs(policy({ settlingIntervalMs: settling }), window)).toBe(want);
  });
});
