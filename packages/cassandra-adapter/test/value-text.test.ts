import { describe, expect, test } from 'vitest';
import { kindText, valueText } from '../src/value-text.ts';

describe('a value that is refused, as text', () => {
  test.each<{ name: string; value: unknown; text: string; kind: string }>([
    { name: 'a text', value: 'a,b', text: '"a,b"', kind: 'a string' },
    { name: 'a long text is cut', value: 'x'.repeat(1_000), text: `"${'x'.repeat(100)}"`, kind: 'a string' },
    { name: 'a number', value: 0.5, text: '0.5', kind: 'a number' },
    { name: 'a boolean', value: false, text: 'false', kind: 'a boolean' },
    { name: 'nothing', value: undefined, text: 'undefined', kind: 'undefined' },
    { name: 'null', value: null, text: 'null', kind: 'null' },
    { name: 'an object', value: { password: 'pa55' }, text: 'an object', kind: 'an object' },
    { name: 'a list', value: [1, 2], text: 'a list of 2', kind: 'a list of 2' },
    { name: 'a function', value: () => 'pa55', text: 'a function', kind: 'a function' },
  ])('$name', ({ value, text, kind }) => {
    expect([valueText(value), kindText(value)]).toEqual([text, kind]);
  });
});
