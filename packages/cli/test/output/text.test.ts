import * as fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { ageText, secondsText, tookText } from '../../src/output/durations.ts';
import { plainJson, plainLines, plainText } from '../../src/output/plain-text.ts';
import { shortList } from '../../src/output/short-list.ts';
import { lineOf } from '../../src/output/spans.ts';
import { cutText, textWidth, wrapText } from '../../src/output/text-width.ts';
import { noPaint } from '../../src/output/paint.ts';
import { hostileText } from './arbitraries.ts';
import { tagged } from './builders.ts';
import { UNSAFE } from './unsafe.ts';

function letters(text: string): string {
  return text.replaceAll(' ', '');
}

describe('plainText', () => {
  test.each([
    { name: 'keeps what can be shown', given: 'color-ss-0 äöü 中 😀', want: 'color-ss-0 äöü 中 😀' },
    { name: 'writes an escape out', given: '\u001B[2J', want: String.raw`\x1B[2J` },
    { name: 'writes an 8-bit control sequence out', given: '\u009B2J', want: String.raw`\x9B2J` },
    { name: 'writes a line end out', given: 'a\nb\rc', want: String.raw`a\nb\x0Dc` },
    { name: 'writes out what turns the direction of text', given: '\u202Etxt', want: String.raw`\u{202E}txt` },
    { name: 'writes out what has no width', given: 'a\u200Bb\u3164', want: String.raw`a\u{200B}b\u{3164}` },
    { name: 'writes half a character out', given: '\uD800', want: String.raw`\u{D800}` },
  ])('$name', ({ given, want }) => {
    expect(plainText(given)).toBe(want);
  });

  test('lets nothing through that a terminal obeys, whatever the text', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(plainText(text)).not.toMatch(UNSAFE);
        expect(plainText(text)).not.toContain('\n');
      }),
    );
  });

  test('keeps the lines of a text of several', () => {
    expect(plainLines('Error: a\n\tat b\r\nc\u001B')).toStrictEqual(['Error: a', '  at b', String.raw`c\x1B`]);
  });

  test('leaves JSON with the same meaning, whatever it says', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const json = plainJson(JSON.stringify({ text }, undefined, 2));
        expect(JSON.parse(json)).toStrictEqual({ text });
        expect(json).not.toMatch(UNSAFE);
      }),
    );
  });
});

describe('text in columns', () => {
  test.each([
    { name: 'text that fits stays', text: 'abc', columns: 3, want: 'abc' },
    { name: 'text that does not ends in dots', text: 'abcdefgh', columns: 6, want: 'abc...' },
    { name: 'where dots would be everything, there are none', text: 'abcdefgh', columns: 3, want: 'abc' },
    { name: 'a wide character is not halved', text: '中文字', columns: 5, want: '中...' },
    { name: 'no columns hold nothing', text: 'abc', columns: 0, want: '' },
  ])('$name', ({ text, columns, want }) => {
    expect(cutText(text, columns)).toBe(want);
  });

  test.each([
    { name: 'breaks between words', text: 'one two three', columns: 7, want: ['one two', 'three'] },
    { name: 'breaks a word that is longer than a line', text: 'a abcdefgh', columns: 3, want: ['a', 'abc', 'def', 'gh'] },
    { name: 'counts wide characters twice', text: '中文 字', columns: 4, want: ['中文', '字'] },
    { name: 'shows a character for which there is no room', text: '中', columns: 1, want: ['中'] },
    { name: 'makes one empty line of nothing', text: '', columns: 5, want: [''] },
  ])('$name', ({ text, columns, want }) => {
    expect(wrapText(text, columns)).toStrictEqual(want);
  });

  test('is never counted narrower than the library that redraws counts it', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(textWidth(plainText(text))).toBeGreaterThanOrEqual(stringWidth(plainText(text)));
      }),
    );
  });

  test('is never wider than the columns when it is cut or wrapped', () => {
    fc.assert(
      fc.property(hostileText, fc.integer({ min: 2, max: 40 }), (text, columns) => {
        expect(textWidth(cutText(plainText(text), columns))).toBeLessThanOrEqual(columns);
        for (const line of wrapText(plainText(text), columns)) expect(textWidth(line)).toBeLessThanOrEqual(columns);
      }),
    );
  });

  test('loses nothing but blanks when it is wrapped', () => {
    fc.assert(
      fc.property(hostileText, fc.integer({ min: 2, max: 40 }), (text, columns) => {
        expect(letters(wrapText(plainText(text), columns).join(''))).toBe(letters(plainText(text)));
      }),
    );
  });
});

describe('lineOf', () => {
  test.each([
    { name: 'gives each piece its colour', columns: 40, want: '<heading:color-svc>: <bad:1 missing>' },
    { name: 'cuts the piece that does not fit', columns: 18, want: '<heading:color-svc>: <bad:1 mi...>' },
    { name: 'cuts the piece that leaves no room for the dots', columns: 11, want: '<heading:color-sv...>' },
    { name: 'has no blanks at its end, and is not cut for them', columns: 20, want: '<heading:color-svc>: <bad:1 missing>' },
  ])('$name', ({ columns, want }) => {
    const spans = [{ text: 'color-svc', role: 'heading' }, ': ', { text: '1 missing', role: 'bad' }, '   '] as const;
    expect(lineOf(spans, { columns, paint: tagged })).toBe(want);
  });

  test('writes escapes of any piece out', () => {
    expect(lineOf(['\u001B[31m', { text: '\u0007', role: 'bad' }], { columns: 80, paint: noPaint })).toBe(String.raw`\x1B[31m\x07`);
  });
});

describe('times', () => {
  test.each([
    { ms: -5, age: '0s', seconds: '0.0 s', took: '0 ms' },
    { ms: 2.4, age: '0s', seconds: '0.0 s', took: '2 ms' },
    { ms: 450, age: '0s', seconds: '0.4 s', took: '450 ms' },
    { ms: 12_340, age: '12s', seconds: '12.3 s', took: '12.3 s' },
    { ms: 59_999, age: '59s', seconds: '59.9 s', took: '59.9 s' },
    { ms: 120_000, age: '2m', seconds: '2m', took: '2m' },
    { ms: 184_000, age: '3m 4s', seconds: '3m 4s', took: '3m 4s' },
    { ms: 7_300_000, age: '2h', seconds: '2h', took: '2h' },
    { ms: 5 * 86_400_000 + 1, age: '5d', seconds: '5d', took: '5d' },
  ])('$ms ms are $age, $seconds, $took', ({ ms, age, seconds, took }) => {
    expect([ageText(ms), secondsText(ms), tookText(ms)]).toStrictEqual([age, seconds, took]);
  });
});

test.each([
  { name: 'nobody', names: [], want: 'nobody' },
  { name: 'all of a few', names: ['a', 'b'], want: 'a, b' },
  { name: 'the first of many', names: ['a', 'b', 'c', 'd', 'e', 'f', 'g'], want: 'a, b, c, d, e and 2 more' },
])('a list for a sentence names $name', ({ names, want }) => {
  expect(shortList(names)).toBe(want);
});
