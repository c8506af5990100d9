import { describe, expect, it } from 'vitest';
import { fromPairs, fromValues } from '../measurement.ts';
import type { Bar, Measurement } from '../measurement.ts';
import { comparisonTable, digits, sum, table } from '../report.ts';

const pairs = [
  { floor: 100, ours: 124 },
  { floor: 100, ours: 126 },
];
const paired = (bar: Bar | undefined): Measurement => fromPairs({ work: 'poll', unit: 'ms', bar }, pairs);

describe('the table', () => {
  it('shows medians with the least and the most, in columns', () => {
    const alone = fromValues({ work: 'a longer name', unit: 'MiB', bar: undefined }, [0.1234, 5]);
    expect(table([paired({ kind: 'ratio', value: 1.3 }), alone]).split('\n')).toEqual([
      'work           floor              ours                    ratio               bar       verdict',
      'poll           100 ms [100..100]  125 ms [124..126]       1.25x [1.24..1.26]  <= 1.30x  met',
      'a longer name  -                  2.56 MiB [0.123..5.00]  -                   -         -',
    ]);
  });

  it.each<{ name: string; bar: Bar; expected: string }>([
    { name: 'a ratio that is met', bar: { kind: 'ratio', value: 1.25 }, expected: '<= 1.25x met' },
    { name: 'a ratio that is not met', bar: { kind: 'ratio', value: 1.2 }, expected: '<= 1.20x NOT MET' },
    { name: 'a difference that is met', bar: { kind: 'over', value: 25 }, expected: '+25.0 ms, <= +25 ms met' },
    { name: 'a difference that is not met', bar: { kind: 'over', value: 24 }, expected: '+25.0 ms, <= +24 ms NOT MET' },
    { name: 'a limit that is met', bar: { kind: 'at-most', value: 125 }, expected: '<= 125 ms met' },
    { name: 'a limit that is not met', bar: { kind: 'at-most', value: 124 }, expected: '<= 124 ms NOT MET' },
    { name: 'a limit for the worst that is met', bar: { kind: 'never-over', value: 126 }, expected: 'max <= 126 ms met' },
    { name: 'a limit for the worst that is not met', bar: { kind: 'never-over', value: 125 }, expected: 'max <= 125 ms NOT MET' },
  ])('tells $name', ({ bar, expected }) => {
    const [, row = ''] = table([paired(bar)]).split('\n');
    expect(row.replaceAll(/ {2,}/g, ' ').endsWith(` ${expected}`)).toBe(true);
  });
});

it('the sum counts the works that have a bar', () => {
  const works = [undefined, { kind: 'ratio', value: 2 }, { kind: 'ratio', value: 1 }, { kind: 'at-most', value: 200 }] as const;
  expect(sum(works.map((bar) => paired(bar)))).toBe('2 of 3 bars met');
});

it.each([
  { value: 0.012_345, expected: '0.0123' },
  { value: 12.345, expected: '12.3' },
  { value: 99.96, expected: '100' },
  { value: 1_234.5, expected: '1235' },
])('$value is shown as $expected', ({ value, expected }) => {
  expect(digits(value)).toBe(expected);
});

it('the comparison has a column for each way, and a dash where a way has no value', () => {
  const comparisons = [
    { what: 'lost', values: { ours: '0', theirs: '85' } },
    { what: 'seen', values: { ours: '2.3 s' } },
  ];
  expect(comparisonTable(['ours', 'theirs'], comparisons).split('\n')).toEqual([
    '      ours   theirs',
    'lost  0      85',
    'seen  2.3 s  -',
  ]);
});
