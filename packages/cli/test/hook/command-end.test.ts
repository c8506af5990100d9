import { describe, expect, test } from 'vitest';
import { failureOf, sizeText } from '../../src/hook/command-end.ts';
import type { CommandEnd } from '../../src/hook/command-end.ts';

describe('failureOf', () => {
  test.each<{ name: string; end: CommandEnd; failure: string | undefined }>([
    { name: 'exit code 0', end: { kind: 'exited', code: 0 }, failure: undefined },
    { name: 'exit code 3', end: { kind: 'exited', code: 3 }, failure: 'failed with exit code 3' },
    { name: 'a signal', end: { kind: 'killed', signal: 'SIGSEGV' }, failure: 'was killed by SIGSEGV' },
    {
      name: 'a command that may not be executed',
      end: { kind: 'not-started', code: 'EACCES' },
      failure: 'could not be started (EACCES: it may not be executed)',
    },
    { name: 'a code without words', end: { kind: 'not-started', code: 'EMFILE' }, failure: 'could not be started (EMFILE)' },
  ])('$name', ({ end, failure }) => {
    expect(failureOf(end)).toBe(failure);
  });
});

test.each([
  { bytes: 999, text: '999 bytes' },
  { bytes: 65_536, text: '66 KB' },
  { bytes: 99_934_464, text: '100 MB' },
])('$bytes bytes are told as $text', ({ bytes, text }) => {
  expect(sizeText(bytes)).toBe(text);
});
