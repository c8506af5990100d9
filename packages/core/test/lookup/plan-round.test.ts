import { describe, expect, test } from 'vitest';
import type { Lookup, Question } from '../../src/lookup/outcome.ts';
import { planRound } from '../../src/lookup/plan-round.ts';
import {
  NO_NAME,
  NO_RECORD,
  SERVICE,
  UNKNOWN,
  found,
  lookup,
  pods,
  policy,
  setOf,
  srv,
  ss,
  walk,
  walkWith,
  withoutProbes,
} from '../membership/builders.ts';
import type { Walk } from '../membership/builders.ts';

const range = (count: number, from = 0): readonly number[] => Array.from({ length: count }, (_, i) => from + i);
/** How often a question was asked. */
const times = (asked: readonly (readonly string[])[], text: string): number => asked.flat().filter((each) => each === text).length;
/** The seconds, counted from 0, of rounds one second apart in which it was asked. */
const secondsOf = (asked: readonly (readonly string[])[], text: string): readonly number[] =>
  asked.flatMap((questions, second) => (questions.includes(text) ? [second] : []));

describe('names', () => {
  test('are absolute, without a trailing dot, under the Service', () => {
    const { membership } = walkWith(setOf(0));
    const request = {
      service: SERVICE,
      membership,
      policy: policy({ portName: 'db' }),
      nowMs: 99_000,
      isSettling: false,
      isProbeOnly: false,
    };
    const asked: Question[] = [];
    const lookups: Lookup[] = [];
    for (let questions = planRound(request, [], 'dual'); questions.length > 0; questions = planRound(request, lookups, 'dual')) {
      asked.push(...questions);
      lookups.push(
        ...questions.map((each) =>
          lookup('', each.name === SERVICE.host && each.type === 'A' ? found('10.0.0.9') : NO_RECORD, { question: each }),
        ),
      );
    }
    expect(asked.map(({ name, type }) => `${type} ${name}`).slice(0, 4)).toEqual([
      'A color-svc.default.svc.cluster.local',
      'AAAA color-svc.default.svc.cluster.local',
      'A color-ss-0.color-svc.default.svc.cluster.local',
      'SRV _db._tcp.color-svc.default.svc.cluster.local',
    ]);
  });
});

describe('the set question', () => {
  test.each([
    { family: 'ipv4' as const, want: ['A'] },
    { family: 'ipv6' as const, want: ['AAAA'] },
    { family: 'dual' as const, want: ['A', 'AAAA'] },
    { family: 'auto' as const, want: ['A', 'AAAA'] },
  ])('asks $want for $family', ({ family, want }) => {
    expect(walk({ family }).round({ A: UNKNOWN, AAAA: UNKNOWN })).toEqual(want);
  });

  test('is all that a settled poll asks, whatever the number of members', () => {
    const steps = walkWith(setOf(...range(200)));
    for (const asked of steps.rounds(5, pods(setOf(...range(200))), 5_000)) expect(asked).toEqual(['A']);
  });

  test('is all that a round asks which had no answer about the set', () => {
    const steps = walkWith(setOf(0, 1));
    steps.rounds(2, pods(setOf(0)));
    for (const asked of steps.rounds(20, { A: UNKNOWN })) expect(asked).toEqual(['A']);
  });

  test('is all that is asked, but for probes, while nobody is known and the set is absent: that would feed negative caches', () => {
    const steps = walk({ statefulSet: 'color-ss', replicas: 3 });
    for (const asked of steps.rounds(30, {})) expect(withoutProbes(asked)).toEqual(['A']);
  });

  test('finds everyone confirmed in one family while the other fails, and asks nothing more', () => {
    const dual = { 'color-ss-0': ['10.0.0.1', 'fd00::1'], 'color-ss-1': ['10.0.0.2', 'fd00::2'] };
    const steps = walkWith(dual, { family: 'dual' });
    for (const asked of steps.rounds(5, { ...pods(dual), AAAA: UNKNOWN })) expect(asked).toEqual(['A', 'AAAA']);
  });
});

describe('a silent family', () => {
  const only4 = pods(setOf(0, 1));
  const quiet = (family: 'auto' | 'dual' = 'auto'): Walk => {
    const steps = walk({ family });
    steps.rounds(3, only4);
    return steps;
  };

  test('is asked three times, then left alone', () => {
    const steps = walk({ family: 'auto' });
    const asked = steps.rounds(5, only4);
    expect(asked.map((each) => each.includes('AAAA'))).toEqual([true, true, true, false, false]);
  });

  test('may be IPv4 too', () => {
    const steps = walk({ family: 'auto' });
    const asked = steps.rounds(5, pods({ 'color-ss-0': ['fd00::1'] }));
    expect(asked.map((each) => each.includes('A'))).toEqual([true, true, true, false, false]);
  });

  test('is looked at again after 10 min', () => {
    const steps = quiet();
    const startMs = steps.nowMs;
    // Beside it, a member is verified by its own name now and then.
    const set = (): readonly string[] => steps.round(only4, 10_000).filter((question) => !question.includes(' '));
    while (steps.nowMs - startMs < 590_000) expect(set()).toEqual(['A']);
    expect(set()).toEqual(['A', 'AAAA']);
    expect(set()).toEqual(['A']);
  });

  test('is asked for again in the round after the set became absent', () => {
    const steps = quiet();
    steps.round({});
    expect(steps.round({})).toContain('AAAA');
  });

  test('is always asked with dual', () => {
    for (const asked of quiet('dual').rounds(5, only4)) expect(asked).toEqual(['A', 'AAAA']);
  });

  test('is not what fails: unknown does not count', () => {
    const steps = walk({ family: 'auto' });
    for (const asked of steps.rounds(20, { ...only4, AAAA: UNKNOWN })) expect(asked).toContain('AAAA');
  });

  test('is not what has no such record while the other family fails', () => {
    const steps = walk({ family: 'auto' });
    steps.rounds(10, { A: UNKNOWN, AAAA: NO_RECORD });
    expect(steps.round(only4)).toContain('AAAA');
  });

  test('is not silent while a member owns an address of it', () => {
    const dual = pods({ 'color-ss-0': ['10.0.0.1', 'fd00::1'], 'color-ss-1': ['10.0.0.2'] });
    const steps = walk({ family: 'auto' });
    steps.rounds(3, dual);
    // Denied often enough to be silent, but not long enough for the address to be lost.
    const asked = steps.rounds(30, { ...dual, AAAA: NO_RECORD }, 500);
    expect(asked.slice(0, 7).every((each) => each.includes('AAAA'))).toBe(true);
    expect(steps.peers()).toEqual(['color-ss-0 10.0.0.1', 'color-ss-1 10.0.0.2']);
    expect(asked.at(-1)).toEqual(['A']);
  });

  test('that comes to life is counted anew', () => {
    const steps = walk({ family: 'auto' });
    steps.rounds(2, only4);
    const dual = pods({ 'color-ss-0': ['10.0.0.1', 'fd00::1'], 'color-ss-1': ['10.0.0.2'] });
    steps.round(dual);
    expect(steps.membership.memory.families.ipv6.silentRounds).toBe(0);
  });
});

describe('missed members', () => {
  test('are asked by their own names, in the first round at once and then every 5 s', () => {
    const steps = walkWith(setOf(0, 1));
    expect(secondsOf(steps.rounds(18, pods(setOf(0))), 'A color-ss-1')).toEqual([0, 5, 10, 15]);
  });

  test('are asked every third of a short leave window', () => {
    const steps = walkWith(setOf(0, 1), { policy: { leaveAfterMs: 9_000 } });
    expect(secondsOf(steps.rounds(9, pods(setOf(0))), 'A color-ss-1')).toEqual([0, 3, 6]);
  });

  test('are asked no more often than the settling interval', () => {
    const steps = walkWith(setOf(0, 1), { policy: { leaveAfterMs: 0, settlingIntervalMs: 2_000 } });
    expect(secondsOf(steps.rounds(4, { ...pods(setOf(0)), 'A color-ss-1': UNKNOWN }), 'A color-ss-1')).toEqual([0, 2]);
  });

  test('that were confirmed in between are asked again at once', () => {
    const steps = walkWith(setOf(0, 1));
    steps.round(pods(setOf(0)));
    steps.round(pods(setOf(0, 1)));
    expect(steps.round(pods(setOf(0)))).toEqual(['A', 'A color-ss-1']);
  });

  test('are 8 a round at most, least recently asked first, until all were asked', () => {
    const steps = walkWith(setOf(...range(20)));
    const left = { ...pods(setOf(0)), ...Object.fromEntries(range(20, 1).map((i) => [`A ${ss(i)}`, UNKNOWN])) };
    const asked = steps.rounds(5, left).map((questions) => questions.slice(1).map((each) => Number(each.split('-').at(-1))));
    expect(asked).toEqual([range(8, 1), range(8, 9), range(3, 17), [], []].map((each) => [...each]));
    // Due again: those of the first round, with the longest wait.
    expect(steps.round(left).slice(1)).toEqual(range(8, 1).map((i) => `A ${ss(i)}`));
  });

  test('are 4 a round at most while the set is absent', () => {
    const steps = walkWith(setOf(...range(20)));
    for (const asked of steps.rounds(10, {})) expect(withoutProbes(asked).length).toBeLessThanOrEqual(1 + 4);
    expect(withoutProbes(steps.round({})).length).toBe(1 + 4);
  });

  test('are asked in both families', () => {
    const dual = { 'color-ss-0': ['10.0.0.1', 'fd00::1'], 'color-ss-1': ['10.0.0.2', 'fd00::2'] };
    const steps = walkWith(dual, { family: 'dual' });
    expect(steps.round(pods({ 'color-ss-0': ['10.0.0.1', 'fd00::1'] }))).toEqual(['A', 'AAAA', 'A color-ss-1', 'AAAA color-ss-1']);
  });

  test('are not asked in a family that the set has no record of', () => {
    const steps = walkWith(setOf(0, 1), { family: 'dual' });
    expect(steps.round(pods(setOf(0)))).toEqual(['A', 'AAAA', 'A color-ss-1']);
  });

  test('are asked again at once when an address is new: it may be theirs', () => {
    const steps = walkWith(setOf(0, 1));
    steps.rounds(2, pods(setOf(0)));
    expect(steps.round(pods({ ...setOf(0), 'color-ss-1': ['10.0.0.9'] }))).toContain('A color-ss-1');
    expect(steps.peers()).toEqual(['color-ss-0 10.0.0.1', 'color-ss-1 10.0.0.9']);
  });

  test('keep their pace while another member moves back to an address that was there before', () => {
    const steps = walkWith(setOf(0, 1, 2));
    steps.round(pods({ ...setOf(0, 2), 'color-ss-1': ['10.0.0.9'] }));
    const asked = steps.rounds(3, pods(setOf(0, 1)));
    expect(secondsOf(asked, 'A color-ss-1')).toEqual([0, 1, 2]);
    expect(secondsOf(asked, 'A color-ss-2')).toEqual([0]);
  });

  test('keep their pace in one family while they move back in another that is not asked', () => {
    const dual = { [ss(0)]: ['10.0.0.1', 'fd00::1'], [ss(1)]: ['10.0.0.2', 'fd00::2'] };
    const steps = walkWith(dual, { family: 'dual' });
    steps.round(pods({ ...dual, [ss(1)]: ['10.0.0.9', 'fd00::2'] }));
    steps.round(pods(dual));
    expect(steps.member(ss(1)).families.ipv4.moveBack).toBeDefined();
    const asked = steps.rounds(5, pods({ [ss(0)]: ['fd00::1'] }));
    expect(secondsOf(asked, 'AAAA color-ss-1')).toEqual([0]);
  });

  test('are asked in a family that is new, also when they were just verified in the other', () => {
    const steps = walkWith({ [ss(0)]: ['10.0.0.1'] }, { family: 'dual' });
    // Due for verification in the family that is known.
    expect(steps.round(pods({ [ss(0)]: ['10.0.0.1', 'fd00::1'] }), 31_000)).toEqual(['A', 'AAAA', 'A color-ss-0', 'AAAA color-ss-0']);
    expect(steps.peers()).toEqual(['color-ss-0 10.0.0.1 fd00::1']);
  });

  test('that SRV lists are no part of the cap: a mass restart is seen in one round', () => {
    const steps = walkWith(setOf(...range(50)));
    const moved = Object.fromEntries(range(50).map((i) => [ss(i), [`10.0.1.${i + 1}`]]));
    const asked = steps.round(pods(moved));
    expect(asked).toHaveLength(1 + 1 + 50);
    expect(steps.peers()).toEqual(range(50).map((i) => `${ss(i)} 10.0.1.${i + 1}`));
  });
});

describe('SRV', () => {
  const nameless = { ...pods(setOf(0)), A: found('10.0.0.1', '10.0.0.9') };

  test('is asked when an address is unowned, and only then', () => {
    const steps = walkWith(setOf(0));
    expect(steps.round(pods(setOf(0)))).toEqual(['A']);
    expect(steps.round({})).not.toContain('SRV');
    expect(steps.round(nameless)).toContain('SRV');
  });

  test('that has no record is remembered for 60 s', () => {
    const steps = walkWith(setOf(0), { policy: { leaveAfterMs: 3_600_000 } });
    const asked = steps.rounds(122, { ...nameless, SRV: NO_RECORD });
    expect(secondsOf(asked, 'SRV')).toEqual([0, 60, 120]);
  });

  test.each([
    { name: 'no such name', outcome: NO_NAME },
    { name: 'unknown', outcome: UNKNOWN },
  ])('that is $name is not remembered: it may be a fault', ({ outcome }) => {
    const steps = walkWith(setOf(0));
    expect(times(steps.rounds(5, { ...nameless, SRV: outcome }), 'SRV')).toBe(5);
  });

  test('names that are new are asked at once, all of them', () => {
    const steps = walk();
    const asked = steps.round(pods(setOf(...range(100))));
    expect(asked).toEqual(['A', 'SRV', ...range(100).map((i) => `A ${ss(i)}`)]);
  });

  test('names that are new and absent are asked no more often than missed members', () => {
    const steps = walkWith(setOf(0), { policy: { leaveAfterMs: 3_600_000 } });
    const asked = steps.rounds(11, { ...nameless, A: found('10.0.0.1', '10.0.0.8', '10.0.0.9'), SRV: srv(ss(0), 'x', 'y') });
    expect(secondsOf(asked, 'A x')).toEqual([0, 5, 10]);
    expect(secondsOf(asked, 'A y')).toEqual([0, 5, 10]);
  });

  test('names that are members and shown are not asked', () => {
    const steps = walkWith(setOf(0, 1));
    expect(steps.round(pods(setOf(0, 1, 2)))).toEqual(['A', 'SRV', 'A color-ss-2']);
  });

  test('is not asked twice in a round', () => {
    const steps = walk();
    expect(times([steps.round({ ...nameless, SRV: UNKNOWN })], 'SRV')).toBe(1);
  });
});

/** These pods of a Service without a port. */
const withoutSrv = (...ordinals: readonly number[]) => ({ ...pods(setOf(...ordinals)), SRV: NO_RECORD });

const unnamed = (...addresses: readonly string[]) => ({ ...pods(setOf(0)), A: found('10.0.0.1', ...addresses), SRV: NO_RECORD });

describe('guessed names', () => {
  test('are the next ordinals of the StatefulSet given, as many as there are unowned addresses', () => {
    const steps = walk({ statefulSet: 'color-ss' });
    expect(steps.round({ ...pods(setOf(0, 1, 2)), SRV: NO_RECORD })).toEqual(['A', 'SRV', ...range(3).map((i) => `A ${ss(i)}`)]);
    expect(steps.peers()).toHaveLength(3);
  });

  test('begin at the first ordinal', () => {
    const steps = walk({ statefulSet: 'color-ss', firstOrdinal: 7 });
    expect(steps.round({ ...pods(setOf(7, 8)), SRV: NO_RECORD }).slice(2)).toEqual(['A color-ss-7', 'A color-ss-8']);
  });

  test('never go below the first ordinal', () => {
    const steps = walk({ statefulSet: 'color-ss', firstOrdinal: 7 });
    const asked = steps.rounds(30, { A: found('10.0.0.8', '10.0.0.9'), SRV: NO_RECORD }).flat();
    const ordinals = asked.filter((each) => each.startsWith('A color-ss-')).map((each) => Number(each.split('-').at(-1)));
    expect(Math.min(...ordinals)).toBe(7);
  });

  test('begin with declared peers that are missing', () => {
    const steps = walkWith(setOf(0, 2), { statefulSet: 'color-ss', replicas: 4 });
    const asked = steps.round({ ...pods(setOf(0, 1, 2)), SRV: NO_RECORD });
    expect(asked.slice(2)).toEqual(['A color-ss-1']);
    expect(steps.peers()).toHaveLength(3);
  });

  test('follow from the names of members when no StatefulSet is given', () => {
    const steps = walkWith(setOf(0));
    expect(steps.round({ ...pods(setOf(0, 1)), SRV: NO_RECORD }).slice(2)).toEqual(['A color-ss-1']);
    expect(steps.peers()).toEqual(['color-ss-0 10.0.0.1', 'color-ss-1 10.0.0.2']);
  });

  test('do not follow from members of two StatefulSets', () => {
    const steps = walkWith({ 'blue-0': ['10.0.0.1'], 'red-0': ['10.0.0.2'] });
    const asked = steps.round({ A: found('10.0.0.1', '10.0.0.2', '10.0.0.9'), SRV: NO_RECORD });
    expect(asked).toEqual(['A', 'SRV', 'A 10-0-0-9']);
  });

  test('that were wrong count: a round does not search on', () => {
    const steps = walkWith(setOf(0));
    for (const asked of steps.rounds(10, unnamed('10.0.0.8', '10.0.0.9'))) {
      expect(asked.filter((each) => each.startsWith('A color-ss-')).length).toBeLessThanOrEqual(2);
    }
  });

  test('that were wrong are not asked again within 5 s', () => {
    const steps = walkWith(setOf(0), { policy: { leaveAfterMs: 3_600_000 } });
    const asked = steps.rounds(30, unnamed('10.0.0.7', '10.0.0.8', '10.0.0.9'));
    for (const name of new Set(asked.flat().filter((each) => each.startsWith('A color-ss-')))) {
      const seconds = secondsOf(asked, name);
      for (const [i, second] of seconds.entries()) expect(second - (seconds[i - 1] ?? -5)).toBeGreaterThanOrEqual(5);
    }
  });

  test('find a set that begins anywhere near: 5, 6, 7 are known and 8 is new', () => {
    const steps = walkWith(setOf(5, 6, 7));
    steps.rounds(3, { ...pods(setOf(5, 6, 7, 8)), SRV: NO_RECORD });
    expect(steps.peers()).toContain('color-ss-8 10.0.0.9');
  });

  test('are not held back by a scaled-in pod whose own name is denied', () => {
    const steps = walkWith(setOf(0, 2), { statefulSet: 'color-ss' });
    steps.rounds(2, withoutSrv(0));
    steps.rounds(8, withoutSrv(0, 1));
    expect(steps.peers()).toContain('color-ss-1 10.0.0.2');
  });

  test('come to each ordinal near in its turn, also to those asked before', () => {
    const steps = walkWith(setOf(0), { statefulSet: 'color-ss' });
    // A search that finds nothing, then pods 3 and 4 while 1 and 2 are down.
    steps.rounds(12, { ...withoutSrv(0), A: found('10.0.0.1', '10.0.0.99') });
    steps.round(withoutSrv(0));
    const asked = steps.rounds(19, withoutSrv(0, 3, 4)).flat();
    expect(steps.peers()).toEqual(['color-ss-0 10.0.0.1', 'color-ss-3 10.0.0.4', 'color-ss-4 10.0.0.5']);
    expect(Math.max(...asked.map((each) => Number(each.split('-').at(-1)) || 0))).toBeLessThan(20);
  });

  test('come to the eighth above as well: the lower ones are not asked over and over', () => {
    const steps = walkWith(setOf(0), { statefulSet: 'color-ss' });
    steps.rounds(12, withoutSrv(0, 8));
    expect(steps.peers()).toEqual(['color-ss-0 10.0.0.1', 'color-ss-8 10.0.0.9']);
  });

  test('come to each in its turn where polls are rare, too', () => {
    const steps = walk({ statefulSet: 'color-ss', policy: { pollIntervalMs: 30_000 } });
    const rest = { ...pods(setOf(0, 1, 2)), SRV: NO_RECORD };
    steps.rounds(90, { ...rest, 'A color-ss-0': UNKNOWN });
    expect(steps.peers()).toEqual(['color-ss-1 10.0.0.2', 'color-ss-2 10.0.0.3', '10-0-0-1 10.0.0.1']);
    steps.rounds(30, rest, 30_000);
    expect(steps.peers()).toEqual(['color-ss-0 10.0.0.1', 'color-ss-1 10.0.0.2', 'color-ss-2 10.0.0.3']);
  });

  test('heal peers without a name once a minute, without SRV too', () => {
    const steps = walkWith(setOf(0), { statefulSet: 'color-ss' });
    const failing = { ...pods(setOf(0, 1)), SRV: NO_RECORD, 'A color-ss-1': UNKNOWN };
    steps.rounds(25, failing);
    expect(steps.peers()).toEqual(['color-ss-0 10.0.0.1', '10-0-0-2 10.0.0.2']);
    const asked = steps.rounds(240, { ...pods(setOf(0, 1)), SRV: NO_RECORD });
    expect(steps.peers()).toEqual(['color-ss-0 10.0.0.1', 'color-ss-1 10.0.0.2']);
    expect(steps.membership.problems).toEqual([]);
    expect(asked.at(-1)).toEqual(['A']);
  });

  test('are no storm when all pods restart at once: the missed members are asked first', () => {
    const steps = walkWith(setOf(...range(100)));
    const moved = { ...pods(Object.fromEntries(range(100).map((i) => [ss(i), [`10.0.1.${i + 1}`]]))), SRV: UNKNOWN };
    for (const asked of steps.rounds(14, moved)) expect(asked.length).toBeLessThanOrEqual(2 + 8);
    expect(steps.membership.snapshot.peers.every(({ addresses }) => addresses[0]?.startsWith('10.0.1.'))).toBe(true);
  });

  test.each([
    { name: 'a stranger', address: '10.9.9.9' },
    { name: 'the address of a member', address: '10.0.0.1' },
  ])('are as few as ever where every name is answered with $name', ({ address }) => {
    const steps = walkWith(setOf(0), { statefulSet: 'color-ss' });
    const everything = Object.fromEntries(range(200).map((i) => [`A ${ss(i + 1)}`, found(address)]));
    const asked = steps.round({ ...everything, ...withoutSrv(0), A: found('10.0.0.1', '10.0.0.99') });
    expect(asked.filter((each) => each.startsWith('A color-ss-') && each !== 'A color-ss-0')).toEqual(['A color-ss-1']);
  });

  test('stop when all addresses are owned', () => {
    const steps = walkWith(setOf(0), { statefulSet: 'color-ss' });
    steps.round({ ...pods(setOf(0, 1)), SRV: NO_RECORD });
    expect(steps.round({ ...pods(setOf(0, 1)), SRV: NO_RECORD })).toEqual(['A']);
  });

  test('are not asked when SRV names everyone', () => {
    const steps = walkWith(setOf(0), { statefulSet: 'color-ss' });
    expect(steps.round(pods(setOf(0, 1)))).toEqual(['A', 'SRV', 'A color-ss-1']);
  });

  test('fill in for SRV that shows too few: a cut answer', () => {
    const steps = walk({ statefulSet: 'color-ss' });
    steps.round({ ...pods(setOf(0, 1, 2)), SRV: srv(ss(0)) });
    expect(steps.peers()).toHaveLength(3);
  });

  test.each([
    { name: 'so long that it lacks names: beside those it shows', pods: 605, listed: 602, together: [602, 603, 604].map(ss) },
    { name: 'so long, and whole: nobody', pods: 605, listed: 605, together: [] },
    { name: 'short: not before those it shows have answered', pods: 5, listed: 2, together: [] },
  ])('with an SRV answer $name', ({ pods: count, listed, together }) => {
    const { membership } = walk({ statefulSet: 'color-ss' });
    const request = { service: SERVICE, membership, policy: policy(), nowMs: 99_000, isSettling: true, isProbeOnly: false };
    const addresses = range(count).map((i) => `10.0.${Math.floor(i / 250)}.${(i % 250) + 1}`);
    const lookups = [lookup('A', found(...addresses)), lookup('SRV', srv(...range(listed).map(ss)))];
    const asked = planRound(request, lookups, 'ipv4').map(({ name }) => name.split('.')[0] ?? name);
    expect(asked).toEqual([...range(listed).map(ss), ...together]);
  });

  test('are dashed addresses, at once, when nothing has a name', () => {
    const steps = walk({ family: 'dual' });
    const asked = steps.round({
      A: found('10.244.1.7'),
      AAAA: found('fd00::1'),
      SRV: NO_RECORD,
      'A 10-244-1-7': found('10.244.1.7'),
      'AAAA fd00--1': found('fd00::1'),
    });
    expect(asked).toEqual(['A', 'AAAA', 'SRV', 'A 10-244-1-7', 'AAAA 10-244-1-7', 'A fd00--1', 'AAAA fd00--1']);
    expect(steps.peers()).toEqual(['10-244-1-7 10.244.1.7', 'fd00--1 fd00::1']);
    expect(steps.membership.problems).toEqual([]);
  });

  test('are dashed addresses only after a whole window when there are names', () => {
    const steps = walkWith(setOf(0));
    const asked = steps.rounds(21, unnamed('10.0.0.9'));
    expect(secondsOf(asked, 'A 10-0-0-9')).toEqual([20]);
  });

  test('are not asked for the address of a cluster IP', () => {
    const steps = walk({ policy: { clusterIp: '10.96.0.1' } });
    expect(steps.rounds(30, { A: found('10.96.0.1'), SRV: NO_RECORD }).flat()).not.toContain('A 10-96-0-1');
  });
});

describe('owners of contested addresses', () => {
  test('are asked when another name claims what they have', () => {
    const steps = walkWith(setOf(0, 1));
    const asked = steps.round(pods({ 'color-ss-0': ['10.0.0.9'], 'color-ss-1': ['10.0.0.1'] }));
    expect(asked).toContain('A color-ss-0');
    expect(steps.peers()).toEqual(['color-ss-0 10.0.0.9', 'color-ss-1 10.0.0.1']);
  });

  test('are not asked when nobody claims it', () => {
    const steps = walkWith(setOf(0, 1));
    expect(steps.round(pods({ ...setOf(0), 'color-ss-1': ['10.0.0.9'] }))).not.toContain('A color-ss-0');
  });
});

describe('a round of very many', () => {
  test('SRV with 4,000 names is planned and decided in well under a second', () => {
    const many = Object.fromEntries(range(4_000).map((i) => [ss(i), [`10.${i >> 8}.${i & 255}.1`]]));
    const steps = walk({ policy: { portName: 'db' } });
    const answers = pods(many);
    const startedMs = performance.now();
    expect(steps.round(answers)).toHaveLength(4_002);
    expect(performance.now() - startedMs).toBeLessThan(1_000);
    expect(steps.peers()).toHaveLength(4_000);
  });
});

test('a vast ordinal costs no vast search', () => {
  const steps = walkWith({ 'backup-2147483646': ['10.0.0.1'] });
  const startMs = performance.now();
  const asked = steps.round({ A: found('10.0.0.1', '10.0.0.9'), SRV: NO_RECORD });
  // Counting there from 0 took minutes.
  expect(performance.now() - startMs).toBeLessThan(1_000);
  expect(asked).toContain('A backup-2147483647');
});

test('a missed member that its own name has denied accounts for no address: guessing goes on', () => {
  const steps = walkWith(setOf(0, 1), { statefulSet: 'color-ss' });
  const noSrv = { SRV: NO_RECORD };
  steps.rounds(3, { ...pods(setOf(0)), ...noSrv });
  // A new pod, whose own name a cache still denies.
  const hidden = { ...pods(setOf(0)), A: found('10.0.0.1', '10.0.0.3'), ...noSrv };
  expect(steps.round(hidden)).toContain('A color-ss-2');
  expect(steps.round(hidden)).toContain('A color-ss-3');
});

test('guesses that are no label are not asked: the round ends', () => {
  const long = 'a'.repeat(62);
  const steps = walkWith({ [`${long}-`.slice(0, 60) + '-9']: ['10.0.0.1'] });
  const [known] = steps.membership.members;
  const asked = steps.round({ A: found('10.0.0.1', '10.0.0.2'), SRV: NO_RECORD });
  expect(known?.peer.name).toHaveLength(62);
  // `-10` to `-17` have 63 characters, from `-100` on there is no room.
  expect(asked.every((each) => (each.split(' ')[1]?.length ?? 0) <= 63)).toBe(true);
  const full = walkWith({ [`${'a'.repeat(61)}-9`]: ['10.0.0.1'] });
  expect(full.round({ A: found('10.0.0.1', '10.0.0.2'), SRV: NO_RECORD }).filter((each) => each.endsWith('-10'))).toEqual([]);
});
