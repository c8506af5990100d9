import { describe, expect, test } from 'vitest';
import type { Outcome } from '../../src/lookup/outcome.ts';
import { NO_NAME, NO_RECORD, found, pods, problemCodes, setOf, srv, ss, walk, walkWith, withoutProbes } from '../membership/builders.ts';
import type { Answers, Walk } from '../membership/builders.ts';

const POLL_MS = 5_000;
const TYPES = ['TXT', 'MX', 'NS', 'CNAME', 'NAPTR', 'CAA', 'PTR'];
const SILENT: Outcome = { kind: 'unknown', code: 'ETIMEOUT' };

/** The answers of a cache: the same set, its TTL one poll older each time. */
function aged(answers: Answers, ageSeconds: number): Answers {
  const { A } = answers;
  return A?.kind === 'found' ? { ...answers, A: { ...A, ttlSeconds: 30 - ageSeconds } } : answers;
}

/** A settled walk whose set came out of a cache at the last two polls. */
function cached(names: Readonly<Record<string, readonly string[]>>, options: Parameters<typeof walkWith>[1] = {}): Walk {
  const steps = walkWith(names, options);
  steps.round(aged(pods(names), 5), POLL_MS);
  steps.round(aged(pods(names), 10), POLL_MS);
  return steps;
}

const probesOf = (asked: readonly string[]): readonly string[] => asked.filter((each) => !withoutProbes([each]).includes(each));

describe('behind a cache', () => {
  test('a settled poll probes the ordinal above the highest, in each type in its turn, every 30 s at most', () => {
    const steps = cached(setOf(0, 1, 2));
    const asked = steps.rounds(14, aged(pods(setOf(0, 1, 2)), 15), POLL_MS);
    expect(asked.map(probesOf)).toEqual([...TYPES, ...TYPES].map((type) => [`${type} ${ss(3)}`]));
  });

  test('polls that come faster do not probe faster than a denial is kept', () => {
    const steps = cached(setOf(0), { policy: { pollIntervalMs: 1_000 } });
    const asked = steps.rounds(30, aged(pods(setOf(0)), 15), 1_000);
    expect(asked.flatMap(probesOf)).toHaveLength(6);
  });

  test('a scale-up that the cached set does not show is found by the next poll, whole', () => {
    const steps = cached(setOf(0, 1));
    const stale = aged(pods(setOf(0, 1)), 15);
    const probe = `TXT ${ss(2)}`;
    const asked = steps.round({ ...pods(setOf(0, 1, 2, 3)), A: stale['A'] ?? NO_NAME, [probe]: NO_RECORD }, POLL_MS);
    expect(asked).toEqual(['A', probe, `A ${ss(2)}`, 'SRV', `A ${ss(3)}`]);
    expect(steps.peers()).toEqual([0, 1, 2, 3].map((ordinal) => `${ss(ordinal)} 10.0.0.${ordinal + 1}`));
  });

  test.each([
    { name: 'the TTL does not age', steps: () => walkWith(setOf(0, 1)) },
    { name: 'names have no ordinal', steps: () => cached({ '10-0-0-1': ['10.0.0.1'] }) },
  ])('nothing is probed where $name', ({ steps }) => {
    const walked = steps();
    const answers = pods(Object.fromEntries(walked.membership.members.map(({ peer }) => [peer.name, peer.addresses])));
    expect(walked.rounds(10, answers, POLL_MS).flatMap(probesOf)).toEqual([]);
  });

  test('declared names that are missing are probed, and not the one above them', () => {
    const steps = cached(setOf(0, 1), { statefulSet: 'color-ss', replicas: 3 });
    const asked = steps.rounds(10, aged(pods(setOf(0, 1)), 15), POLL_MS).flatMap(probesOf);
    expect(new Set(asked.map((each) => each.split(' ')[1]))).toEqual(new Set([ss(2)]));
  });

  test('the ordinal is that above what is declared', () => {
    const steps = cached(setOf(0, 1), { statefulSet: 'color-ss', replicas: 2 });
    expect(probesOf(steps.round(aged(pods(setOf(0, 1)), 15), POLL_MS))).toEqual([`TXT ${ss(2)}`]);
  });

  test('a server to which every name exists is not believed for long', () => {
    const steps = cached(setOf(0));
    const yes = Object.fromEntries(TYPES.map((type) => [`${type} ${ss(1)}`, NO_RECORD]));
    const probes = Array.from({ length: 240 }, (_, i) => probesOf(steps.round({ ...aged(pods(setOf(0)), i % 2), ...yes }, POLL_MS)));
    const polls = probes.flatMap((asked, i) => (asked.length > 0 ? [i] : []));
    // Ten minutes later it has one more chance.
    expect(polls).toEqual([0, 1, 2, 122]);
    expect(steps.peers()).toEqual([`${ss(0)} 10.0.0.1`]);
  });
});

describe('when no server says anything about the set', () => {
  test('the Service is probed from the second round on, in each type in its turn', () => {
    const asked = walkWith(setOf(0, 1)).rounds(8, { A: SILENT }, POLL_MS);
    expect(asked.map(probesOf)).toEqual([[], ...TYPES.map((type) => [type])]);
  });

  test('a small answer that arrives tells that TCP is blocked, until the set is answered', () => {
    const steps = walkWith(setOf(0, 1));
    const small = Object.fromEntries(TYPES.map((type) => [type, NO_RECORD]));
    steps.round({ A: SILENT, ...small }, POLL_MS);
    expect(problemCodes(steps.membership)).toEqual([]);
    steps.round({ A: SILENT, ...small }, POLL_MS);
    expect(problemCodes(steps.membership)).toEqual(['LOOKUPS_FAILING', 'TCP_BLOCKED']);
    // One probe that is lost does not take it back.
    steps.round({ A: SILENT, ...Object.fromEntries(TYPES.map((type) => [type, SILENT])) }, POLL_MS);
    expect(problemCodes(steps.membership)).toEqual(['LOOKUPS_FAILING', 'TCP_BLOCKED']);
    steps.round(pods(setOf(0, 1)), POLL_MS);
    expect(problemCodes(steps.membership)).toEqual([]);
    expect(steps.peers()).toHaveLength(2);
  });

  test('the Service is probed beside declared names that are missing, and the next poll that probes it tells that TCP is blocked', () => {
    const steps = walk({ statefulSet: 'color-ss', replicas: 3 });
    const small = Object.fromEntries(TYPES.map((type) => [type, NO_RECORD]));
    const asked = steps.rounds(8, { A: SILENT, ...small }, POLL_MS).map(probesOf);
    expect(asked.map((probes) => probes.filter((each) => !each.includes(' ')))).toEqual([[], ...TYPES.map((type) => [type])]);
    const names = asked.flatMap((probes) => probes.flatMap((each) => each.split(' ')[1] ?? []));
    expect(new Set(names)).toEqual(new Set([ss(0), ss(1), ss(2)]));
    expect(problemCodes(steps.membership)).toEqual(['LOOKUPS_FAILING', 'TCP_BLOCKED']);
  });

  test('an absent Service that goes silent is probed once a poll', () => {
    const steps = walk({ statefulSet: 'color-ss', replicas: 1 });
    steps.round({});
    const asked = steps.rounds(8, { A: SILENT }, POLL_MS).map(probesOf);
    for (const probes of asked) expect(probes.filter((each) => !each.includes(' ')).length).toBeLessThanOrEqual(1);
    expect(asked.flat().some((each) => each.includes(ss(0)))).toBe(true);
  });

  test.each<{ name: string; outcome: Outcome }>([
    { name: 'a server that fails', outcome: { kind: 'unknown', code: 'ESERVFAIL' } },
    { name: 'a server that refuses', outcome: { kind: 'unknown', code: 'EREFUSED' } },
  ])('$name has said something: nothing is probed', ({ outcome }) => {
    expect(walkWith(setOf(0, 1)).rounds(8, { A: outcome }, POLL_MS).flatMap(probesOf)).toEqual([]);
  });
});

test('a Service that answers probes with records is there too', () => {
  const steps = walk({ statefulSet: 'color-ss', replicas: 1 });
  steps.round({});
  const asked = steps.round({ ...pods(setOf(0)), A: NO_NAME, TXT: { ...found(), ttlSeconds: undefined }, SRV: srv(ss(0)) });
  expect(asked).toContain('SRV');
  expect(steps.peers()).toEqual([`${ss(0)} 10.0.0.1`]);
});
