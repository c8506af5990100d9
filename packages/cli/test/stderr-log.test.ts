import { describe, expect, test } from 'vitest';
import { openLog } from '../src/stderr-log.ts';
import type { LogSettings } from '../src/stderr-log.ts';
import { UNSAFE } from './output/unsafe.ts';

const planted = 'a\u001B[2Jb\u009Bc\u202Ed\ne';

/** The lines that a log hands on. */
function told(settings: LogSettings): readonly string[] {
  const lines: string[] = [];
  const log = openLog(settings, (line) => void lines.push(line));
  log.debug({}, 'too quiet');
  log.info({ name: planted, count: 3 }, planted);
  return lines;
}

describe('a line of the log', () => {
  test('as JSON says level, time, message and details, and nothing that a terminal would obey', () => {
    const lines = told({ level: 'info', format: 'json' });
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toMatch(UNSAFE);
    expect(JSON.parse(lines[0] ?? '')).toEqual({ level: 'info', time: expect.any(String), name: planted, count: 3, message: planted });
  });

  test('as text is one line, with what a terminal would obey written out', () => {
    const lines = told({ level: 'info', format: 'text' });
    expect(lines).toEqual([expect.stringMatching(/^\d\d:\d\d:\d\d info a\\x1B\[2Jb\\x9Bc\\u\{202E\}d\\ne name=a.* count=3$/)]);
    expect(lines[0]).not.toMatch(UNSAFE);
  });

  test('is not told below the level', () => {
    expect(told({ level: 'warn', format: 'json' })).toEqual([]);
  });
});
