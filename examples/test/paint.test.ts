import { expect, test } from 'vitest';
import { paintFor } from '../demo/paint.ts';

test.each([
  { name: 'a terminal gets colour', isTTY: true, environment: {}, isColoured: true },
  { name: 'a pipe gets plain text', isTTY: undefined, environment: {}, isColoured: false },
  { name: 'NO_COLOR declines colour', isTTY: true, environment: { NO_COLOR: '1' }, isColoured: false },
  { name: 'an empty NO_COLOR does not', isTTY: true, environment: { NO_COLOR: '' }, isColoured: true },
])('$name', ({ isTTY, environment, isColoured }) => {
  const text = paintFor(isTTY === undefined ? {} : { isTTY }, environment)('heading', 'peers');
  expect(text.includes('\u001B')).toBe(isColoured);
  expect(text).toContain('peers');
});
