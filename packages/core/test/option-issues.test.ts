import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { unknownKeyIssue, valueText } from '../src/option-issues.ts';

describe('valueText', () => {
  const cycle: { self?: unknown } = {};
  cycle.self = cycle;
  test.each([
    { name: 'quotes text', value: 'a"b\n', want: String.raw`"a\"b\n"` },
    { name: 'writes numbers', value: 5_000, want: '5000' },
    { name: 'writes NaN', value: Number.NaN, want: 'NaN' },
    { name: 'writes bigints', value: 5n, want: '5n' },
    { name: 'writes undefined', value: undefined, want: 'undefined' },
    { name: 'writes null', value: null, want: 'null' },
    { name: 'names a function', value: () => 'secret', want: '[function]' },
    { name: 'writes symbols', value: Symbol('x'), want: 'Symbol(x)' },
    { name: 'writes lists', value: [1, 'a', [2], {}], want: '[1,"a",[...],{...}]' },
    { name: 'writes objects, one level deep', value: { a: 1, b: { c: 2 } }, want: '{"a":1,"b":{...}}' },
    { name: 'writes a cycle', value: cycle, want: '{"self":{...}}' },
    { name: 'shows eight entries of a list', value: Array.from({ length: 9 }, () => 0), want: '[0,0,0,0,0,0,0,0,...]' },
    { name: 'cuts long text', value: 'a'.repeat(1_000), want: `"${'a'.repeat(76)}...` },
  ])('$name', ({ value, want }) => {
    expect(valueText(value)).toBe(want);
  });

  test('has 80 characters at most, whatever the value', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withDate: true, withNullPrototype: true }), (value) => {
        expect(valueText(value).length).toBeLessThanOrEqual(80);
      }),
    );
  });
});

describe('unknownKeyIssue', () => {
  const known = ['service', 'servers', 'self', 'port', 'portName', 'pollIntervalMs', 'replicas'];
  test.each([
    { name: 'finds a missing letter', key: 'polIntervalMs', meant: 'pollIntervalMs' },
    { name: 'finds another unit', key: 'pollInterval', meant: 'pollIntervalMs' },
    { name: 'finds another case', key: 'portname', meant: 'portName' },
    { name: 'finds the singular', key: 'server', meant: 'servers' },
    { name: 'prefers the nearer', key: 'servce', meant: 'service' },
    { name: 'finds the other number', key: 'replica', meant: 'replicas' },
  ])('$name', ({ key, meant }) => {
    expect(unknownKeyIssue(key, 1, known)).toEqual({ path: key, value: '1', rule: `there is no such option, did you mean ${meant}?` });
  });

  test('chooses the nearest of several that are near', () => {
    expect(unknownKeyIssue('pollIntervalMx', 1, ['pollInterval', 'pollIntervalMs']).rule).toContain('did you mean pollIntervalMs?');
  });

  test.each([
    { name: 'guesses nothing for a strange key', key: 'color' },
    { name: 'guesses nothing for an empty key', key: '' },
    { name: 'guesses nothing for a long key', key: 'x'.repeat(100_000) },
  ])('$name', ({ key }) => {
    expect(unknownKeyIssue(key, 1, known).rule).toBe(`there is no such option, the options are ${known.join(', ')}`);
  });
});
