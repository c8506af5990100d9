import { describe, expect, test } from 'vitest';
import { leaveWindowMs } from '../../packages/core/src/membership/policy.ts';
import { readText } from './markdown.ts';

const page = readText('docs/guide/guarantees.md');
const rows = [...page.matchAll(/^\| (.+?) \| (\d+) s \| (\d+) s \| (\d+) s \| (\d+) s \|$/gm)].map(
  ([, name = '', ttl, poll, window, last]) => ({
    name,
    ttlSeconds: Number(ttl),
    pollSeconds: Number(poll),
    windowSeconds: Number(window),
    lastSeconds: Number(last),
  }),
);

describe('guarantees.md', () => {
  test('has its examples', () => {
    expect(rows.length).toBeGreaterThanOrEqual(5);
  });

  test.each(rows)('the window of $name', ({ ttlSeconds, pollSeconds, windowSeconds, lastSeconds }) => {
    expect(leaveWindowMs({ leaveAfterMs: 'auto', pollIntervalMs: pollSeconds * 1_000 }, ttlSeconds)).toBe(windowSeconds * 1_000);
    expect(lastSeconds).toBe(2 * windowSeconds);
  });
});
