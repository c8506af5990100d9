import { describe, expect, test } from 'vitest';
import { readRound } from '../../src/membership/round-evidence.ts';
import { isClusterIp } from '../../src/membership/cluster-ip.ts';
import { observe } from '../../src/membership/observe.ts';
import { remember } from '../../src/lookup/lookup-memory.ts';
import type { Outcome } from '../../src/lookup/outcome.ts';
import {
  NO_NAME,
  NO_RECORD,
  SERVICE,
  UNKNOWN,
  found,
  lookup,
  membershipOf,
  pods,
  policy,
  problemCodes,
  setOf,
  srv,
  ss,
  walk,
  walkWith,
} from './builders.ts';

const VIP = '10.96.0.1';

describe('a Service with a cluster IP', () => {
  test.each<{ name: string; answers: Readonly<Record<string, Outcome>>; clusterIp?: string; want: boolean }>([
    { name: 'shows itself in SRV', answers: { A: found(VIP), SRV: srv('') }, want: true },
    { name: 'shows itself in SRV among others', answers: { A: found(VIP), SRV: srv(ss(0), '') }, want: true },
    { name: 'is not one whose SRV names pods', answers: { A: found(VIP), SRV: srv(ss(0)) }, clusterIp: VIP, want: false },
    { name: 'shows the address of the environment, without SRV', answers: { A: found(VIP), SRV: NO_RECORD }, clusterIp: VIP, want: true },
    { name: 'shows that address when SRV was not asked', answers: { A: found(VIP) }, clusterIp: VIP, want: true },
    { name: 'is not one that shows another address', answers: { A: found('10.0.0.1'), SRV: NO_RECORD }, clusterIp: VIP, want: false },
    {
      name: 'is not one that shows more than that address',
      answers: { A: found(VIP, '10.0.0.1'), SRV: NO_RECORD },
      clusterIp: VIP,
      want: false,
    },
    { name: 'is not told without environment and SRV', answers: { A: found(VIP), SRV: NO_RECORD }, want: false },
    { name: 'is not one that is absent', answers: { A: NO_NAME }, clusterIp: VIP, want: false },
  ])('$name', ({ answers, clusterIp, want }) => {
    const lookups = Object.entries(answers).map(([asked, outcome]) => lookup(asked, outcome));
    expect(isClusterIp(readRound(membershipOf([]), lookups), SERVICE, policy({ clusterIp }))).toBe(want);
  });

  test.each([
    { name: 'by its SRV', rules: {}, answers: { A: found(VIP), SRV: srv('') } },
    { name: 'by the environment', rules: { clusterIp: VIP }, answers: { A: found(VIP), SRV: NO_RECORD } },
  ])('is told as a problem, and nobody joins from it, however long: $name', ({ rules, answers }) => {
    const steps = walk({ policy: rules, statefulSet: 'color-ss' });
    const asked = steps.rounds(100, answers);
    expect(steps.peers()).toEqual([]);
    expect(problemCodes(steps.membership)).toEqual(['NOT_HEADLESS']);
    expect(steps.membership.unownedSinceMs.size).toBe(0);
    // Its one address belongs to nobody: no names are guessed for it.
    expect(new Set(asked.flat())).toEqual(new Set(['A', 'SRV']));
  });

  test('is watched on: the pods join when it has become headless', () => {
    const steps = walk();
    steps.rounds(3, { A: found(VIP), SRV: srv('') });
    steps.round(pods(setOf(0)));
    expect(steps.peers()).toEqual(['color-ss-0 10.0.0.1']);
    expect(steps.membership.problems).toEqual([]);
  });

  test('makes nobody leave', () => {
    const steps = walkWith(setOf(0));
    steps.rounds(100, { A: found(VIP), SRV: srv('') });
    expect(steps.peers()).toEqual(['color-ss-0 10.0.0.1']);
  });
});

describe('problems', () => {
  test('nobody there is one, until somebody is', () => {
    const steps = walk();
    steps.round({ A: NO_NAME });
    expect(steps.membership.problems).toMatchObject([
      { code: 'NO_SUCH_SERVICE_OR_NONE_READY', message: expect.stringContaining(SERVICE.host) },
    ]);
    steps.round(pods(setOf(0)));
    expect(steps.membership.problems).toEqual([]);
  });

  test('an absent set is none while members are held', () => {
    const steps = walkWith(setOf(0));
    steps.rounds(10, { A: NO_NAME });
    expect(steps.membership.problems).toEqual([]);
  });

  test('a guessed cluster domain is one while nothing was found under it', () => {
    const steps = walk({ policy: { isClusterDomainGuessed: true } });
    steps.round({ A: NO_NAME });
    expect(problemCodes(steps.membership)).toEqual(['NO_SUCH_SERVICE_OR_NONE_READY', 'CLUSTER_DOMAIN_GUESSED']);
    steps.round(pods(setOf(0)));
    expect(problemCodes(steps.membership)).toEqual([]);
    steps.rounds(60, { A: NO_NAME });
    expect(problemCodes(steps.membership)).toEqual(['NO_SUCH_SERVICE_OR_NONE_READY']);
  });

  test('a known cluster domain is none', () => {
    const steps = walk();
    steps.round({ A: NO_NAME });
    expect(problemCodes(steps.membership)).not.toContain('CLUSTER_DOMAIN_GUESSED');
  });

  test('failing lookups are one from the second round in a row on', () => {
    const steps = walkWith(setOf(0));
    steps.round({ A: UNKNOWN });
    expect(steps.membership.problems).toEqual([]);
    steps.round({ A: UNKNOWN });
    expect(steps.membership.problems).toMatchObject([{ code: 'LOOKUPS_FAILING', message: expect.stringContaining(SERVICE.host) }]);
    steps.round(pods(setOf(0)));
    expect(steps.membership.problems).toEqual([]);
  });

  test('one family that fails is none', () => {
    const steps = walk({ family: 'dual' });
    steps.rounds(5, { ...pods(setOf(0)), AAAA: UNKNOWN });
    expect(steps.membership.problems).toEqual([]);
  });

  test('what an answer said stands while lookups fail', () => {
    const steps = walk();
    steps.round({ A: NO_NAME });
    steps.rounds(3, { A: UNKNOWN });
    expect(problemCodes(steps.membership)).toEqual(['NO_SUCH_SERVICE_OR_NONE_READY', 'LOOKUPS_FAILING']);
    steps.round({ A: NO_NAME });
    expect(problemCodes(steps.membership)).toEqual(['NO_SUCH_SERVICE_OR_NONE_READY']);
  });

  test('stay the same list, and the same objects, while they are the same', () => {
    const steps = walk({ policy: { isClusterDomainGuessed: true } });
    steps.round({ A: NO_NAME });
    const { problems } = steps.membership;
    for (let i = 0; i < 5; i += 1) {
      steps.round({ A: NO_NAME });
      expect(steps.membership.problems).toBe(problems);
    }
    steps.rounds(2, { A: UNKNOWN });
    const failing = steps.membership.problems;
    expect(failing).not.toBe(problems);
    steps.round({ A: UNKNOWN });
    expect(steps.membership.problems).toBe(failing);
  });

  test('stay the same list while lookups fail in different ways', () => {
    const steps = walkWith(setOf(0));
    steps.rounds(2, { A: UNKNOWN });
    const { problems } = steps.membership;
    for (const code of ['ETIMEOUT', 'EREFUSED', 'ESERVFAIL']) steps.round({ A: { kind: 'unknown', code } });
    expect(steps.membership.problems).toBe(problems);
  });

  test('a set without records of the family asked is told apart from no such name', () => {
    const steps = walk();
    steps.round({ A: NO_RECORD });
    expect(steps.membership.problems).toMatchObject([{ code: 'NO_SUCH_SERVICE_OR_NONE_READY', hint: expect.stringContaining('family') }]);
  });

  test.each([
    { name: 'when the set is as always', set: found('10.0.0.1') },
    { name: 'when somebody is missing', set: found('10.0.0.9') },
  ])('refused records are one, and none in the next round without: $name', ({ set }) => {
    const steps = walkWith(setOf(0));
    const seen = (refused: number) => {
      const { membership, nowMs } = steps;
      const lookups = [lookup('A', set, { refused })];
      const memory = remember(membership.memory, lookups, { service: SERVICE, members: membership.membersByName, nowMs });
      steps.membership = observe(membership, { kind: 'evidence', lookups, memory }, policy(), nowMs);
      return steps.membership.problems;
    };
    expect(seen(3)).toMatchObject([{ code: 'FOREIGN_ANSWER', message: expect.stringContaining(`A ${SERVICE.host}`) }]);
    expect(seen(0)).toEqual([]);
  });

  test('each has words for what was seen and for what to do', () => {
    const steps = walk({ policy: { isClusterDomainGuessed: true } });
    steps.round({ A: NO_NAME });
    steps.rounds(2, { A: UNKNOWN });
    for (const { message, hint } of steps.membership.problems) {
      expect(message).toContain(SERVICE.clusterDomain);
      expect(hint.length).toBeGreaterThan(20);
    }
  });
});
