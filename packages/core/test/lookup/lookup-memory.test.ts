import { describe, expect, test } from 'vitest';
import { NO_MEMORY, remember } from '../../src/lookup/lookup-memory.ts';
import { largestTtlSeconds } from '../../src/lookup/ttl-memory.ts';
import type { LookupMemory } from '../../src/lookup/lookup-memory.ts';
import type { Outcome } from '../../src/lookup/outcome.ts';
import { NO_NAME, NO_RECORD, SERVICE, UNKNOWN, found, lookup, srv, ss } from '../membership/builders.ts';

const MINUTE = 60_000;

function after(
  memory: LookupMemory,
  nowMs: number,
  answers: Readonly<Record<string, Outcome>>,
  members: readonly string[] = [],
): LookupMemory {
  const lookups = Object.entries(answers).map(([asked, outcome]) => lookup(asked, outcome));
  return remember(memory, lookups, { service: SERVICE, members: new Map(members.map((name) => [name, undefined])), nowMs });
}

const ttl = (ttlSeconds: number | undefined): Outcome => ({ ...found('10.0.0.1'), ttlSeconds });

describe('TTLs', () => {
  test('the largest one counts', () => {
    let memory = after(NO_MEMORY, 0, { A: ttl(5), AAAA: ttl(30), 'A color-ss-0': ttl(7) });
    expect(largestTtlSeconds(memory.ttls, 0)).toBe(30);
    memory = after(memory, 1_000, { A: ttl(4) });
    expect(largestTtlSeconds(memory.ttls, 1_000)).toBe(30);
    memory = after(memory, 2_000, { A: ttl(60) });
    expect(largestTtlSeconds(memory.ttls, 2_000)).toBe(60);
  });

  test('is 0 when none was seen', () => {
    expect(largestTtlSeconds(after(NO_MEMORY, 0, { A: NO_NAME, SRV: srv(ss(0)) }).ttls, 0)).toBe(0);
  });

  test('is remembered for 10 min at least and 11 at most', () => {
    let memory = after(NO_MEMORY, 0, { A: ttl(30) });
    const seen: number[] = [];
    for (let nowMs = 0; nowMs <= 12 * MINUTE; nowMs += 5_000) {
      memory = after(memory, nowMs, { A: ttl(5) });
      seen.push(largestTtlSeconds(memory.ttls, nowMs));
    }
    const perMinute = MINUTE / 5_000;
    expect(new Set(seen.slice(0, 10 * perMinute + 1))).toEqual(new Set([30]));
    expect(new Set(seen.slice(11 * perMinute + 1))).toEqual(new Set([5]));
  });

  test('a large one late in its minute is remembered for 10 min too', () => {
    let memory = after(NO_MEMORY, 0, { A: ttl(5) });
    memory = after(memory, 59_000, { A: ttl(30) });
    memory = after(memory, 59_000 + 10 * MINUTE, { A: ttl(5) });
    expect(largestTtlSeconds(memory.ttls, 59_000 + 10 * MINUTE)).toBe(30);
  });

  test('take a bounded place, however often and long they are seen', () => {
    let memory = NO_MEMORY;
    for (let nowMs = 0; nowMs < 3 * 60 * MINUTE; nowMs += 1_000) memory = after(memory, nowMs, { A: ttl(nowMs % 31_000) });
    expect(memory.ttls.largest.length).toBeLessThanOrEqual(13);
  });

  test('that say nothing new keep the list as it is', () => {
    const memory = after(NO_MEMORY, 0, { A: ttl(30) });
    expect(after(memory, 1_000, { A: ttl(29) }).ttls.largest).toBe(memory.ttls.largest);
    expect(after(memory, 1_000, { A: NO_NAME }).ttls).toBe(memory.ttls);
  });
});

describe('the times of asking', () => {
  test('are kept by name, in whatever family', () => {
    const memory = after(NO_MEMORY, 7, { A: found('10.0.0.1'), 'A color-ss-0': NO_NAME, 'AAAA color-ss-1': UNKNOWN });
    expect([...memory.askedAtMs]).toEqual([
      [ss(0), 7],
      [ss(1), 7],
    ]);
  });

  test('are none for the set and SRV', () => {
    const memory = after(NO_MEMORY, 7, { A: found('10.0.0.1'), AAAA: NO_NAME, SRV: srv(ss(0)) });
    expect(memory.askedAtMs).toBe(NO_MEMORY.askedAtMs);
  });

  test('of names that are no members are forgotten after a minute, but for the 128 that were asked last; those of members are not', () => {
    const guesses = Array.from({ length: 130 }, (_, i) => `guess-${i}`);
    let memory = after(NO_MEMORY, 0, { 'A color-ss-0': NO_NAME }, [ss(0)]);
    for (const [i, name] of guesses.entries()) memory = after(memory, i, { [`A ${name}`]: NO_NAME }, [ss(0)]);
    // Asked again: it is not the oldest any more.
    memory = after(memory, 1_000, { 'A guess-0': NO_NAME }, [ss(0)]);
    memory = after(memory, MINUTE - 1, { 'A color-ss-2': NO_NAME }, [ss(0)]);
    expect(memory.askedAtMs.size).toBe(132);
    memory = after(memory, MINUTE + 1_000, { 'A color-ss-2': NO_NAME }, [ss(0)]);
    expect([ss(0), ss(2), 'guess-0', 'guess-1', 'guess-2', 'guess-3'].filter((name) => memory.askedAtMs.has(name))).toEqual([
      ss(0),
      ss(2),
      'guess-0',
      'guess-3',
    ]);
    expect(memory.askedAtMs.size).toBe(130);
  });

  test('take a bounded place when ever new names are asked', () => {
    let memory = NO_MEMORY;
    for (let i = 0; i < 5_000; i += 1) memory = after(memory, i * 1_000, { [`A guess-${i}`]: NO_NAME });
    expect(memory.askedAtMs.size).toBeLessThanOrEqual(60 + 128);
  });
});

const silent = (rounds: readonly Readonly<Record<string, Outcome>>[]): number =>
  rounds.reduce((memory, answers, i) => after(memory, i, answers), NO_MEMORY).families.ipv6.silentRounds;

describe('families', () => {
  test.each([
    { name: 'no such record while the other is found counts', rounds: [{ A: found('10.0.0.1'), AAAA: NO_RECORD }], want: 1 },
    { name: 'no such name does not', rounds: [{ A: found('10.0.0.1'), AAAA: NO_NAME }], want: 0 },
    { name: 'unknown does not', rounds: [{ A: found('10.0.0.1'), AAAA: UNKNOWN }], want: 0 },
    { name: 'no such record while the other is absent does not', rounds: [{ A: NO_RECORD, AAAA: NO_RECORD }], want: 0 },
    { name: 'no such record while the other is unknown does not', rounds: [{ A: UNKNOWN, AAAA: NO_RECORD }], want: 0 },
    { name: 'no such record of the only family asked does not', rounds: [{ AAAA: NO_RECORD }], want: 0 },
    {
      name: 'unknown in between keeps the count',
      rounds: [
        { A: found('10.0.0.1'), AAAA: NO_RECORD },
        { A: found('10.0.0.1'), AAAA: UNKNOWN },
        { A: found('10.0.0.1'), AAAA: NO_RECORD },
      ],
      want: 2,
    },
    {
      name: 'found starts anew',
      rounds: [
        { A: found('10.0.0.1'), AAAA: NO_RECORD },
        { A: found('10.0.0.1'), AAAA: found('fd00::1') },
      ],
      want: 0,
    },
  ])('silence: $name', ({ rounds, want }) => {
    expect(silent(rounds)).toBe(want);
  });

  test('a family that was not asked keeps its memory', () => {
    const memory = after(NO_MEMORY, 1, { A: found('10.0.0.1'), AAAA: NO_RECORD });
    const next = after(memory, 2, { A: found('10.0.0.1') });
    expect(next.families.ipv6).toBe(memory.families.ipv6);
    expect(next.families.ipv4.askedAtMs).toBe(2);
  });

  test('own names are not the set', () => {
    const memory = after(NO_MEMORY, 1, { A: found('10.0.0.1'), 'AAAA color-ss-0': NO_RECORD });
    expect(memory.families.ipv6).toBe(NO_MEMORY.families.ipv6);
  });
});

describe('the absence of the set', () => {
  test.each([
    { name: 'no such name', answers: { A: NO_NAME, AAAA: NO_NAME }, want: 'no-such-name' },
    { name: 'no such record when one family knows the name', answers: { A: NO_NAME, AAAA: NO_RECORD }, want: 'no-such-record' },
    { name: 'none when a family is found', answers: { A: found('10.0.0.1'), AAAA: NO_RECORD }, want: undefined },
    { name: 'what the one family says that answers', answers: { A: NO_NAME, AAAA: UNKNOWN }, want: 'no-such-name' },
    { name: 'what it was when nothing answers', answers: { A: UNKNOWN, AAAA: UNKNOWN }, want: 'no-such-record' },
    { name: 'what it was when only own names were asked', answers: { 'A color-ss-0': NO_NAME }, want: 'no-such-record' },
  ])('is $name', ({ answers, want }) => {
    const before = after(NO_MEMORY, 0, { A: NO_RECORD });
    expect(after(before, 1, answers).setAbsence).toBe(want);
  });

  test('is not known at first', () => {
    expect(NO_MEMORY.setAbsence).toBeUndefined();
  });

  test('that a family was ever found is kept', () => {
    const memory = after(after(NO_MEMORY, 0, { A: found('10.0.0.1'), AAAA: UNKNOWN }), 1, { A: NO_NAME, AAAA: NO_NAME });
    expect([memory.families.ipv4.wasFound, memory.families.ipv6.wasFound]).toEqual([true, false]);
  });
});

describe('SRV', () => {
  test('keeps the last outcome and its time', () => {
    const memory = after(NO_MEMORY, 5, { A: found('10.0.0.1'), SRV: NO_RECORD });
    expect(memory.srv).toEqual({ outcome: NO_RECORD, atMs: 5 });
    expect(after(memory, 9, { A: found('10.0.0.1') }).srv).toBe(memory.srv);
  });

  test.each([
    { name: 'agreed by all', answer: srv(['a', 1], ['b', 1]), want: 1 },
    { name: 'unknown when they disagree', answer: srv(['a', 1], ['b', 2]), want: undefined },
    { name: 'kept when the answer fails', answer: UNKNOWN, want: 27_017 },
    { name: 'kept when there is none', answer: NO_RECORD, want: 27_017 },
  ])('the port is $name', ({ answer, want }) => {
    expect(after(after(NO_MEMORY, 0, { SRV: srv('a') }), 1, { SRV: answer }).agreedPort).toBe(want);
  });
});

test('where a port is named, its records tell the port and the bare ones do not', () => {
  const named = lookup('SRV', NO_NAME);
  const bare = lookup('SRV', srv(['a', 9]));
  const options = { service: SERVICE, members: new Map(), nowMs: 0 };
  expect(remember(NO_MEMORY, [named, bare], options)).toMatchObject({ agreedPort: undefined, srv: { outcome: { kind: 'found' } } });
});

test('everything is frozen, and a round of nothing keeps everything', () => {
  const memory = after(NO_MEMORY, 5, { A: ttl(5), SRV: srv('a'), 'A a': found('10.0.0.1') });
  expect(Object.isFrozen(memory)).toBe(true);
  expect(after(memory, 6, {})).toEqual(memory);
});
