import { describe, expect, test } from 'vitest';
import type { Outcome } from '../../src/lookup/outcome.ts';
import {
  DOMAIN_QUESTION,
  NAMESPACE_QUESTION,
  NO_NAME,
  NO_RECORD,
  UNKNOWN,
  found,
  pods,
  problemCodes,
  setOf,
  walk,
  walkWith,
} from '../membership/builders.ts';

const PLACE = [DOMAIN_QUESTION, NAMESPACE_QUESTION];
const isOfPlace = (each: string): boolean => PLACE.includes(each);
const VERSION: Outcome = { ...found(), ttlSeconds: undefined };

describe('where a Service is looked for', () => {
  test('is asked while nobody was ever found, at most once a minute', () => {
    const asked = walk().rounds(150, {});
    const seconds = asked.flatMap((questions, second) => (questions.some(isOfPlace) ? [second] : []));
    expect(seconds).toEqual([1, 61, 121]);
    for (const second of seconds) expect(asked[second]?.filter(isOfPlace)).toEqual(PLACE);
  });

  test.each([
    { name: 'the set has been found', steps: () => walkWith(setOf(0)), answers: {} },
    { name: 'lookups fail', steps: () => walk(), answers: { A: UNKNOWN } },
    { name: 'the name exists without an address', steps: () => walk(), answers: { A: NO_RECORD } },
    { name: 'all is well', steps: () => walk(), answers: pods(setOf(0)) },
  ])('is not asked when $name', ({ steps, answers }) => {
    expect(steps().rounds(100, answers).flat().filter(isOfPlace)).toEqual([]);
  });

  test.each<{ name: string; domain: Outcome; namespace: Outcome; want: string }>([
    { name: 'the namespace is there', domain: VERSION, namespace: NO_RECORD, want: 'NO_SUCH_SERVICE_OR_NONE_READY' },
    { name: 'no such namespace', domain: VERSION, namespace: NO_NAME, want: 'WRONG_NAMESPACE' },
    { name: 'no such domain', domain: NO_NAME, namespace: NO_NAME, want: 'WRONG_CLUSTER_DOMAIN' },
    { name: 'a DNS server that has no dns-version', domain: NO_NAME, namespace: NO_RECORD, want: 'NO_SUCH_SERVICE_OR_NONE_READY' },
    { name: 'the domain does not answer', domain: UNKNOWN, namespace: NO_NAME, want: 'NO_SUCH_SERVICE_OR_NONE_READY' },
    { name: 'the namespace does not answer', domain: VERSION, namespace: UNKNOWN, want: 'NO_SUCH_SERVICE_OR_NONE_READY' },
    { name: 'neither answers', domain: UNKNOWN, namespace: UNKNOWN, want: 'NO_SUCH_SERVICE_OR_NONE_READY' },
  ])('explains an absent Service: $name is $want', ({ domain, namespace, want }) => {
    const steps = walk();
    steps.rounds(3, { [DOMAIN_QUESTION]: domain, [NAMESPACE_QUESTION]: namespace });
    expect(problemCodes(steps.membership)).toEqual([want]);
  });

  test('is right again once somebody is found, or the namespace is', () => {
    const steps = walk();
    steps.rounds(3, { [NAMESPACE_QUESTION]: NO_NAME });
    expect(problemCodes(steps.membership)).toEqual(['WRONG_NAMESPACE']);
    steps.rounds(60, {});
    expect(problemCodes(steps.membership)).toEqual(['NO_SUCH_SERVICE_OR_NONE_READY']);
    steps.round(pods(setOf(0)));
    expect(problemCodes(steps.membership)).toEqual([]);
  });
});
