import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Lookup, Outcome } from '../../src/lookup/outcome.ts';
import { isCacheSeen, NO_TTLS, rememberTtls, servedStale, withFresh } from '../../src/lookup/ttl-memory.ts';
import type { TtlMemory } from '../../src/lookup/ttl-memory.ts';
import { NO_NAME, SERVICE, UNKNOWN, found, lookup, srv, ss } from '../membership/builders.ts';

const MINUTE = 60_000;
const ttl = (ttlSeconds: number, address = '10.0.0.1'): Outcome => ({ ...found(address), ttlSeconds });
const after = (memory: TtlMemory, nowMs: number, ...lookups: readonly Lookup[]): TtlMemory =>
  rememberTtls(memory, lookups, { host: SERVICE.host, nowMs });

/** Whether a cache is seen after sets with these TTLs, 5 s apart. */
function isSeenAfter(...ttls: readonly number[]): boolean {
  const memory = ttls.reduce((before, seconds, i) => after(before, i * 5_000, lookup('A', ttl(seconds))), NO_TTLS);
  return isCacheSeen(memory, ttls.length * 5_000);
}

describe('a cache', () => {
  test.each([
    { name: 'is seen where the TTL of the set ages', ttls: [30, 25], want: true },
    { name: 'is seen when it is asked just before and just after it was refreshed', ttls: [30, 30, 1, 30], want: true },
    { name: 'is not seen where the TTL stays', ttls: [30, 30, 30, 30], want: false },
    { name: 'is not seen where the TTL only grows', ttls: [5, 30], want: false },
    { name: 'is not seen from one answer', ttls: [7], want: false },
  ])('$name', ({ ttls, want }) => {
    expect(isSeenAfter(...ttls)).toBe(want);
  });

  test('is not seen in the TTLs of own names', () => {
    const memory = after(after(NO_TTLS, 0, lookup(`A ${ss(0)}`, ttl(30))), 5_000, lookup(`A ${ss(0)}`, ttl(20)));
    expect(isCacheSeen(memory, 5_000)).toBe(false);
  });

  test('is remembered for 10 min', () => {
    const memory = after(after(NO_TTLS, 0, lookup('A', ttl(30))), 5_000, lookup('A', ttl(25)));
    expect(isCacheSeen(memory, 5_000 + 10 * MINUTE)).toBe(true);
    expect(isCacheSeen(memory, 5_001 + 10 * MINUTE)).toBe(false);
  });
});

describe('an answer with TTL 0', () => {
  const stale = lookup('A', ttl(0));
  const own = lookup(`A ${ss(0)}`, ttl(0));

  test('is asked for again; others are not', () => {
    const others = [
      lookup('AAAA', ttl(5, 'fd00::1')),
      lookup('SRV', srv(ss(0))),
      lookup(`A ${ss(1)}`, NO_NAME),
      lookup(`A ${ss(2)}`, UNKNOWN),
    ];
    expect(servedStale([...others, stale, own], NO_TTLS, 0)).toEqual([stale.question, own.question]);
    expect(servedStale(others, NO_TTLS, 0)).toEqual([]);
  });

  test('gives way to the second answer, which counts with all attempts and time', () => {
    const second = { ...lookup('A', ttl(30, '10.0.0.2')), question: stale.question, attempts: 2, durationMs: 3 };
    expect(withFresh([own, stale], [second])).toEqual([own, { ...second, attempts: 3, durationMs: 4 }]);
    const absent = { ...lookup('A', NO_NAME), question: stale.question };
    expect(withFresh([stale], [absent])[0]?.outcome).toBe(NO_NAME);
  });

  test('stands where the second look came to nothing', () => {
    expect(withFresh([stale], [{ ...lookup('A', UNKNOWN), question: stale.question }])).toEqual([stale]);
  });

  test('twice in a row in spite of that is the TTL of the zone: for 10 min nothing is asked again', () => {
    const once = after(NO_TTLS, 0, stale);
    expect(servedStale([stale], once, 1_000)).toHaveLength(1);
    const twice = after(once, 1_000, stale);
    expect(servedStale([stale], twice, 1_000 + 10 * MINUTE - 1)).toEqual([]);
    expect(servedStale([stale], twice, 1_000 + 10 * MINUTE)).toHaveLength(1);
    // What comes in the meantime does not prolong it.
    const later = after(twice, 5 * MINUTE, stale);
    expect(later.zeroIsUsualUntilMs).toBe(twice.zeroIsUsualUntilMs);
  });

  test('with another TTL in between is served stale each time', () => {
    const memory = [0, 5, 0, 5].reduce((before, seconds, i) => after(before, i * 1_000, lookup('A', ttl(seconds))), NO_TTLS);
    expect(servedStale([stale], memory, 4_000)).toHaveLength(1);
  });
});

test('a memory to which a round adds nothing stays the same object', () => {
  const memory = after(NO_TTLS, 0, lookup('A', ttl(30)));
  expect(after(memory, 5_000, lookup('A', ttl(30)))).toBe(memory);
  expect(after(memory, 5_000, lookup('A', NO_NAME))).toBe(memory);
  expect(after(memory, 5_000, lookup('A', UNKNOWN))).toBe(memory);
});

test('no sequence of TTLs above 0 makes an answer stale, and one of equal TTLs shows no cache', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 3_600 }), { maxLength: 20 }), (ttls) => {
      const memory = ttls.reduce((before, seconds, i) => after(before, i * 1_000, lookup('A', ttl(seconds))), NO_TTLS);
      expect(memory.zeroIsUsualUntilMs).toBe(-Infinity);
      expect(isCacheSeen(memory, 20_000)).toBe(ttls.some((seconds, i) => seconds < (ttls[i - 1] ?? 0)));
    }),
  );
});
