import { describe, expect, test } from 'vitest';
import { canRedraw, paintFor } from '../../src/output/paint.ts';

describe('paintFor', () => {
  test.each([
    { name: 'a terminal gets colour', isTTY: true, environment: {}, isColoured: true },
    { name: 'a pipe gets plain text', isTTY: undefined, environment: {}, isColoured: false },
    { name: 'NO_COLOR declines colour', isTTY: true, environment: { NO_COLOR: '1' }, isColoured: false },
    { name: 'an empty NO_COLOR does not', isTTY: true, environment: { NO_COLOR: '' }, isColoured: true },
    { name: 'a dumb terminal gets plain text', isTTY: true, environment: { TERM: 'dumb' }, isColoured: false },
    { name: 'FORCE_COLOR colours a pipe', isTTY: false, environment: { FORCE_COLOR: '1' }, isColoured: true },
    { name: 'FORCE_COLOR goes before NO_COLOR', isTTY: false, environment: { FORCE_COLOR: '', NO_COLOR: '1' }, isColoured: true },
    { name: 'FORCE_COLOR=0 declines', isTTY: true, environment: { FORCE_COLOR: '0' }, isColoured: false },
    { name: 'FORCE_COLOR=false declines', isTTY: true, environment: { FORCE_COLOR: 'false' }, isColoured: false },
  ])('$name', ({ isTTY, environment, isColoured }) => {
    const text = paintFor({ isTTY }, environment)('heading', 'peers');
    expect(text).toBe(isColoured ? '\u001B[1mpeers\u001B[22m' : 'peers');
  });

  test('no text has no colour', () => {
    expect(paintFor({ isTTY: true }, {})('good', '')).toBe('');
  });
});

test.each([
  { name: 'a terminal', isTTY: true, environment: { TERM: 'xterm' }, can: true },
  { name: 'a dumb terminal', isTTY: true, environment: { TERM: 'dumb' }, can: false },
  { name: 'a pipe', isTTY: undefined, environment: { TERM: 'xterm' }, can: false },
])('whether lines of $name can be replaced: $can', ({ isTTY, environment, can }) => {
  expect(canRedraw({ isTTY }, environment)).toBe(can);
});
