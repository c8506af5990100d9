import { describe, expect, test } from 'vitest';
import { betweenMarkers, latencyTable, percentile } from '../latency/latency-table.ts';

const hundred = Array.from({ length: 100 }, (_, i) => i + 1);

describe('percentile', () => {
  test.each([
    { name: 'the median of an odd number', values: [3, 1, 2], share: 0.5, expected: 2 },
    { name: 'the p99 of a hundred is the second largest', values: hundred, share: 0.99, expected: 99 },
    { name: 'the p99 of fifty is the largest', values: hundred.slice(0, 50), share: 0.99, expected: 50 },
    { name: 'one value is every percentile', values: [7], share: 0.99, expected: 7 },
    { name: 'of nothing there is none', values: [], share: 0.5, expected: Number.NaN },
  ])('$name', ({ values, share, expected }) => {
    expect(percentile(values, share)).toBe(expected);
  });
});

describe('latencyTable', () => {
  test('has a row for each title and size, and a column for each setting', () => {
    const rates = [{ peers: 1_000, perMinute: { udp: 14, tcp: 12 } }];
    const columns = [
      { title: 'one', timings: [{ title: 'join', seconds: [0.004, 1.26, 12.4] }], rates },
      { title: 'two', timings: [{ title: 'leave', seconds: [45] }], rates: [{ peers: 1_000, perMinute: { udp: 14, tcp: 0 } }] },
    ];
    expect(latencyTable(columns).split('\n')).toEqual([
      '|  | one | two |',
      '| --- | --- | --- |',
      '| join | 1.3 s / 12 s |  |',
      '| leave |  | 45 s / 45 s |',
      '| questions a minute, settled, 1,000 members | 14.0, and 12.0 by TCP | 14.0 |',
    ]);
  });

  test('tells what is short in milliseconds', () => {
    expect(latencyTable([{ title: 'one', timings: [{ title: 'start', seconds: [0.004] }], rates: [] }])).toContain('4 ms / 4 ms');
  });
});

describe('betweenMarkers', () => {
  const page = 'before\n<!-- measured: begin -->\nold\n<!-- measured: end -->\nafter\n';

  test('replaces what stands there, and nothing else', () => {
    const once = betweenMarkers(page, 'new');
    expect(once).toBe('before\n<!-- measured: begin -->\n\nnew\n\n<!-- measured: end -->\nafter\n');
    expect(betweenMarkers(once, 'new')).toBe(once);
  });

  test('refuses a page without the markers', () => {
    expect(() => betweenMarkers('nothing here', 'new')).toThrow('the page has no <!-- measured: begin --> before <!-- measured: end -->');
  });
});
