import { describe, expect, test } from 'vitest';
import { memberOf } from '../../src/membership/joiner.ts';
import { judge } from '../../src/membership/judge.ts';
import { isMissed, isPartlyMissed, ownFamilies, readRound } from '../../src/membership/round-evidence.ts';
import { NO_MEMORY } from '../../src/lookup/lookup-memory.ts';
import type { LookupMemory } from '../../src/lookup/lookup-memory.ts';
import type { Outcome } from '../../src/lookup/outcome.ts';
import { NO_NAME, NO_RECORD, UNKNOWN, found, lookup, membershipOf, peer, srv } from './builders.ts';

const ONE = peer('db-0', ['10.0.0.1']);
const DUAL = peer('db-0', ['10.0.0.1', 'fd00::1']);
const OTHER = peer('db-1', ['10.0.0.2', 'fd00::2']);

const family = { silentRounds: 0, askedAtMs: 0, wasFound: true };
const BOTH_FOUND: LookupMemory = { ...NO_MEMORY, families: { ipv4: family, ipv6: family } };

function judged(of: typeof ONE, answers: Readonly<Record<string, Outcome>>) {
  const membership = membershipOf([of, OTHER]);
  const lookups = Object.entries(answers).map(([asked, outcome]) => lookup(asked, outcome));
  const evidence = readRound(membership, lookups);
  const member = memberOf(membership, of);
  const { verdict, isOwnAbsent, news } = judge(member, evidence, { ...membership, memory: BOTH_FOUND });
  return { verdict, isOwnAbsent, news: [news.ipv4.kind, news.ipv6.kind], isMissed: isMissed(evidence, member) };
}

describe('judge', () => {
  test.each([
    { name: 'a set with its address confirms', of: ONE, answers: { A: found('10.0.0.1', '10.0.0.2') }, want: 'confirmed' },
    { name: 'a found set without it contradicts', of: ONE, answers: { A: found('10.0.0.2') }, want: 'contradicted' },
    { name: 'an absent set contradicts', of: ONE, answers: { A: NO_NAME }, want: 'contradicted' },
    { name: 'a set of no record contradicts', of: ONE, answers: { A: NO_RECORD }, want: 'contradicted' },
    { name: 'an unknown set says nothing', of: ONE, answers: { A: UNKNOWN }, want: 'nothing' },
    { name: 'an own answer confirms against the set', of: ONE, answers: { A: NO_NAME, 'A db-0': found('10.0.0.1') }, want: 'confirmed' },
    {
      name: 'an own answer with another address confirms',
      of: ONE,
      answers: { A: NO_NAME, 'A db-0': found('10.0.0.9') },
      want: 'confirmed',
    },
    { name: 'an absent own name contradicts', of: ONE, answers: { A: UNKNOWN, 'A db-0': NO_NAME }, want: 'contradicted', ownAbsent: true },
    { name: 'an unknown own name says nothing by itself', of: ONE, answers: { A: UNKNOWN, 'A db-0': UNKNOWN }, want: 'nothing' },
    { name: 'an unknown own name leaves the word of the set', of: ONE, answers: { A: NO_NAME, 'A db-0': UNKNOWN }, want: 'contradicted' },
    {
      name: 'the set confirms though the own name is absent',
      of: ONE,
      answers: { A: found('10.0.0.1', '10.0.0.3'), 'A db-0': NO_NAME },
      want: 'confirmed',
      ownAbsent: true,
    },
    { name: 'an SRV answer says nothing', of: ONE, answers: { A: UNKNOWN, SRV: srv('db-1') }, want: 'nothing' },
    { name: 'one family of the set is enough to confirm', of: DUAL, answers: { A: found('10.0.0.1'), AAAA: NO_RECORD }, want: 'confirmed' },
    { name: 'the other family is enough too', of: DUAL, answers: { A: NO_NAME, AAAA: found('fd00::1') }, want: 'confirmed' },
    { name: 'one family is not enough to contradict', of: DUAL, answers: { A: found('10.0.0.2'), AAAA: UNKNOWN }, want: 'nothing' },
    {
      name: 'both families together contradict',
      of: DUAL,
      answers: { A: found('10.0.0.2'), AAAA: found('fd00::2') },
      want: 'contradicted',
    },
    {
      name: 'an absent and a found family together contradict',
      of: DUAL,
      answers: { A: found('10.0.0.2'), AAAA: NO_RECORD },
      want: 'contradicted',
    },
    {
      name: 'an own name absent in one family and unknown in the other is no denial',
      of: DUAL,
      answers: { A: found('10.0.0.2'), AAAA: UNKNOWN, 'A db-0': NO_NAME, 'AAAA db-0': UNKNOWN },
      want: 'nothing',
    },
    {
      name: 'an own name absent in both families is a denial, whatever the set is',
      of: DUAL,
      answers: { A: found('10.0.0.2'), AAAA: UNKNOWN, 'A db-0': NO_NAME, 'AAAA db-0': NO_RECORD },
      want: 'contradicted',
      ownAbsent: true,
    },
    {
      name: 'an own name found in one family confirms',
      of: DUAL,
      answers: { A: found('10.0.0.2'), AAAA: found('fd00::2'), 'A db-0': NO_RECORD, 'AAAA db-0': found('fd00::1') },
      want: 'confirmed',
    },
  ])('$name', ({ of, answers, want, ownAbsent = false }) => {
    expect(judged(of, answers)).toMatchObject({ verdict: want, isOwnAbsent: ownAbsent });
  });

  test.each([
    { name: 'kept where the set shows it', answers: { A: found('10.0.0.1'), AAAA: found('fd00::1') }, want: ['kept', 'kept'] },
    { name: 'denied where it does not', answers: { A: found('10.0.0.1'), AAAA: found('fd00::2') }, want: ['kept', 'denied'] },
    { name: 'nothing where it is unknown', answers: { A: found('10.0.0.1'), AAAA: UNKNOWN }, want: ['kept', 'nothing'] },
    { name: 'nothing where it was not asked', answers: { A: found('10.0.0.1') }, want: ['kept', 'nothing'] },
    {
      name: 'named where the own name says so',
      answers: { A: found('10.0.0.1'), 'A db-0': found('10.0.0.9') },
      want: ['named', 'nothing'],
    },
    { name: 'denied by the own name alone', answers: { A: UNKNOWN, AAAA: UNKNOWN, 'AAAA db-0': NO_RECORD }, want: ['nothing', 'denied'] },
    { name: 'kept by the set against the own name', answers: { A: found('10.0.0.1'), 'A db-0': NO_NAME }, want: ['kept', 'nothing'] },
  ])('tells each family apart: $name', ({ answers, want }) => {
    expect(judged(DUAL, answers).news).toEqual(want);
  });
});

describe('a family that fails and was never found', () => {
  const never: LookupMemory = { ...BOTH_FOUND, families: { ipv4: family, ipv6: { ...family, wasFound: false } } };
  const membership = { ...membershipOf([ONE, OTHER]), memory: never };
  const verdict = (answers: Readonly<Record<string, Outcome>>) => {
    const lookups = Object.entries(answers).map(([asked, outcome]) => lookup(asked, outcome));
    const { verdict: said, isOwnAbsent } = judge(memberOf(membership, ONE), readRound(membership, lookups), membership);
    return [said, isOwnAbsent];
  };

  test.each([
    { name: 'vetoes no contradiction', answers: { A: found('10.0.0.2'), AAAA: UNKNOWN }, want: ['contradicted', false] },
    {
      name: 'vetoes no denial of an own name',
      answers: { A: found('10.0.0.2'), AAAA: UNKNOWN, 'A db-0': NO_NAME, 'AAAA db-0': UNKNOWN },
      want: ['contradicted', true],
    },
    { name: 'is not enough to contradict when the other fails too', answers: { A: UNKNOWN, AAAA: UNKNOWN }, want: ['nothing', false] },
    { name: 'is heard when it denies', answers: { A: UNKNOWN, AAAA: NO_RECORD }, want: ['nothing', false] },
  ])('$name', ({ answers, want }) => {
    expect(verdict(answers)).toEqual(want);
  });

  test('is not asked of own names', () => {
    expect(ownFamilies(readRound(membership, [lookup('A', found('10.0.0.1')), lookup('AAAA', UNKNOWN)]), membership)).toEqual(['ipv4']);
  });
});

describe('readRound', () => {
  const membership = membershipOf([ONE, OTHER]);
  const read = (answers: Readonly<Record<string, Outcome>>) =>
    readRound(
      membership,
      Object.entries(answers).map(([asked, outcome]) => lookup(asked, outcome)),
    );

  test.each([
    {
      name: 'is settled when the set is the union of all addresses',
      answers: { A: found('10.0.0.2', '10.0.0.1'), AAAA: found('fd00::2') },
      want: true,
    },
    { name: 'is not when an address is missing', answers: { A: found('10.0.0.1'), AAAA: found('fd00::2') }, want: false },
    { name: 'is not when one stands for another', answers: { A: found('10.0.0.1', '10.0.0.9'), AAAA: found('fd00::2') }, want: false },
    {
      name: 'is not when there is one more',
      answers: { A: found('10.0.0.1', '10.0.0.2', '10.0.0.3'), AAAA: found('fd00::2') },
      want: false,
    },
    { name: 'is not when a family is unknown', answers: { A: found('10.0.0.1', '10.0.0.2'), AAAA: UNKNOWN }, want: false },
    { name: 'is not when the set is absent', answers: { A: NO_NAME, AAAA: NO_NAME }, want: false },
  ])('$name', ({ answers, want }) => {
    expect(read(answers).isSettled).toBe(want);
  });

  test('nobody and an absent set is not settled', () => {
    expect(readRound(membershipOf([]), [lookup('A', NO_NAME)]).isSettled).toBe(false);
  });

  test.each([
    { name: 'answered when one family is', answers: { A: UNKNOWN, AAAA: NO_RECORD }, isAnswered: true, isSetAbsent: true },
    { name: 'absent when both are', answers: { A: NO_NAME, AAAA: NO_NAME }, isAnswered: true, isSetAbsent: true },
    { name: 'not absent when one is found', answers: { A: found('10.0.0.1'), AAAA: NO_RECORD }, isAnswered: true, isSetAbsent: false },
    { name: 'neither when all is unknown', answers: { A: UNKNOWN, AAAA: UNKNOWN }, isAnswered: false, isSetAbsent: false },
    { name: 'not answered by own names', answers: { A: UNKNOWN, 'A db-0': found('10.0.0.1') }, isAnswered: false, isSetAbsent: false },
  ])('the set is $name', ({ answers, isAnswered, isSetAbsent }) => {
    expect(read(answers)).toMatchObject({ isAnswered, isSetAbsent });
  });

  test('an address is unowned when no member and no own answer has it', () => {
    expect(read({ A: found('10.0.0.1', '10.0.0.8', '10.0.0.9'), 'A db-7': found('10.0.0.8') }).unowned).toEqual(['10.0.0.9']);
  });

  test('an address is unowned when its owner has let it go', () => {
    expect(read({ A: found('10.0.0.1'), 'A db-0': found('10.0.0.9') }).unowned).toEqual(['10.0.0.1']);
  });

  test('an address stays owned when its owner is denied', () => {
    expect(read({ A: found('10.0.0.1'), 'A db-0': NO_NAME }).unowned).toEqual([]);
  });

  test('own answers are in order, claims name their owner', () => {
    const evidence = read({ A: found('10.0.0.10', '10.0.0.9'), 'A db-5': found('10.0.0.10', '10.0.0.9') });
    expect(evidence.own.get('db-5')?.ipv4).toMatchObject({ addresses: ['10.0.0.9', '10.0.0.10'] });
    expect([...evidence.claims]).toEqual([
      ['10.0.0.9', 'db-5'],
      ['10.0.0.10', 'db-5'],
    ]);
  });

  test('SRV names are those one label below the Service, each once, in the order of the answer', () => {
    const deep = { host: 'a.b.color-svc.default.svc.cluster.local', port: 1 };
    const answer = srv('db-2', ['db-1', 1], ['db-2', 2], '');
    expect(
      readRound(membership, [lookup('A', UNKNOWN), lookup('SRV', { ...answer, targets: [...answer.targets, deep] })]).srvNames,
    ).toEqual(['db-2', 'db-1']);
  });

  test.each([
    { name: 'both when both are found', answers: { A: found('10.0.0.9'), AAAA: found('fd00::9') }, want: ['ipv4', 'ipv6'] },
    { name: 'not the one that the set has no record of', answers: { A: found('10.0.0.9'), AAAA: NO_RECORD }, want: ['ipv4'] },
    { name: 'also the one that is unknown', answers: { A: found('10.0.0.9'), AAAA: UNKNOWN }, want: ['ipv4', 'ipv6'] },
    { name: 'all that were asked when none is found', answers: { A: NO_NAME, AAAA: NO_NAME }, want: ['ipv4', 'ipv6'] },
    { name: 'not the one that was not asked', answers: { AAAA: found('fd00::9') }, want: ['ipv6'] },
  ])('families worth asking an own name: $name', ({ answers, want }) => {
    expect(ownFamilies(read(answers), { ...membership, memory: BOTH_FOUND })).toEqual(want);
  });
});

const missed = (answers: Readonly<Record<string, Outcome>>) => {
  const membership = membershipOf([DUAL, OTHER]);
  const evidence = readRound(
    membership,
    Object.entries(answers).map(([asked, outcome]) => lookup(asked, outcome)),
  );
  const member = memberOf(membership, DUAL);
  return [isPartlyMissed(evidence, member, evidence.unowned), isMissed(evidence, member)];
};

describe('isMissed', () => {
  test.each([
    {
      name: 'in neither way when both addresses are shown',
      answers: { A: found('10.0.0.1'), AAAA: found('fd00::1') },
      want: [false, false],
    },
    { name: 'in part when one is left out', answers: { A: found('10.0.0.1'), AAAA: found('fd00::2') }, want: [true, false] },
    { name: 'in full when both are', answers: { A: found('10.0.0.2'), AAAA: NO_RECORD }, want: [true, true] },
    { name: 'not by an unknown family', answers: { A: found('10.0.0.1'), AAAA: UNKNOWN }, want: [false, false] },
    { name: 'in full when one is left out and the other unknown', answers: { A: NO_NAME, AAAA: UNKNOWN }, want: [true, true] },
    { name: 'in neither way when all is unknown', answers: { A: UNKNOWN, AAAA: UNKNOWN }, want: [false, false] },
  ])('a member is missed $name', ({ answers, want }) => {
    expect(missed(answers)).toEqual(want);
  });

  test('a member without addresses is always missed', () => {
    const membership = membershipOf([peer('db-0', []), OTHER]);
    const member = memberOf(membership, peer('db-0', []));
    const evidence = readRound(membership, [lookup('A', found('10.0.0.2', '10.0.0.9'))]);
    expect(isMissed(evidence, member)).toBe(true);
    // Nor can the set confirm everyone while there is one.
    expect(readRound(membership, [lookup('A', found('10.0.0.2')), lookup('AAAA', found('fd00::2'))]).isSettled).toBe(false);
  });
});
