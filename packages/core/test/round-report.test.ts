import { describe, expect, it } from 'vitest';
import type { Lookup } from '../src/lookup/outcome.ts';
import { lookupLog } from '../src/round-report.ts';

function lookup(name: string, attempts = 1): Lookup {
  return {
    question: { name, type: 'A' },
    outcome: { kind: 'unknown', code: 'ETIMEOUT' },
    attempts,
    durationMs: 1,
    server: undefined,
    refused: 0,
  };
}

describe('lookupLog', () => {
  it('keeps the last lookup of each question, in the order in which they were last asked', () => {
    const log = lookupLog();
    log.add([lookup('a'), lookup('b')]);
    log.add([lookup('a', 2)]);
    log.add([lookup('a', 3)]);
    expect(log.reports().map(({ name, attempts }) => [name, attempts])).toEqual([
      ['b', 1],
      ['a', 3],
    ]);
  });

  it('forgets the questions asked longest ago, and never those of a round of 5,000', () => {
    const log = lookupLog();
    log.add([lookup('first')]);
    for (let round = 0; round < 5; round += 1) {
      const names = Array.from({ length: 5_000 }, (_, i) => `${round}-${i}`);
      log.add(names.map((name) => lookup(name)));
      const told = log.reports().map(({ name }) => name);
      expect(told.length).toBeLessThanOrEqual(6_000);
      expect(told.slice(-5_000)).toEqual(names);
    }
    expect(log.reports().map(({ name }) => name)).not.toContain('first');
  });
});
