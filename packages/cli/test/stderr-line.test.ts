import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { writeLine } from '../src/stderr-line.ts';

test('a log that nobody reads takes a megabyte, and one that is read again goes on', () => {
  const stderr = new PassThrough();
  const line = 'x'.repeat(1_023);
  for (let i = 0; i < 5_000; i += 1) writeLine({ stderr }, line);
  const unread = stderr.writableLength + stderr.readableLength;
  expect(unread).toBeGreaterThan(1_000_000);
  expect(unread).toBeLessThan(1_200_000);
  while (stderr.read() !== null) {
    // Reads all there is.
  }
  writeLine({ stderr }, 'again');
  expect(String(stderr.read())).toBe('again\n');
});
