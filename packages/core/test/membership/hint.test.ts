import { describe, expect, test } from 'vitest';
import type { Lookup, Outcome } from '../../src/lookup/outcome.ts';
import { hintOf } from '../../src/membership/hint.ts';
import type { Membership } from '../../src/membership/membership.ts';
import type { Problem } from '../../src/membership/problem.ts';
import { lookupReport } from '../../src/round-report.ts';
import { declaredIdentities } from '../../src/service/declared-peers.ts';
import { found, lookup, membershipOf, NO_NAME, NO_RECORD, peer, SERVICE, srv, ss, UNKNOWN } from './builders.ts';

const HOST = SERVICE.host;
const VERSION = 'dns-version.cluster.local';
const NAMESPACE = 'default.svc.cluster.local';
const DECLARED = declaredIdentities({ service: SERVICE, statefulSet: 'color-ss', replicas: 3, firstOrdinal: 0 });

const absolute = (type: 'A' | 'TXT', name: string, outcome: Outcome): Lookup => ({ ...lookup(type, outcome), question: { type, name } });
const problem = (code: string): Problem => ({ code, message: code, hint: code }) as Problem;

/** Two of three declared peers, as after a round that found them. */
function twoOfThree(overrides: Partial<Membership> = {}): Membership {
  const membership = membershipOf([peer(ss(0), ['10.0.0.1']), peer(ss(1), ['10.0.0.2'])], {
    declared: DECLARED,
    lastAnswerAtMs: 0,
    ...overrides,
  });
  return { ...membership, snapshot: { ...membership.snapshot, missing: DECLARED.slice(2) } };
}

/** Nobody, as after a round that was denied. */
function nobody(overrides: Partial<Membership> = {}): Membership {
  const membership = membershipOf([], { lastAnswerAtMs: 0, ...overrides });
  return { ...membership, memory: { ...membership.memory, setAbsence: 'no-such-name' } };
}

const FOUND = [lookup('A', found('10.0.0.1', '10.0.0.2')), lookup('SRV', srv(ss(0), ss(1)))];
const DENIED = [lookup('A', NO_NAME), lookup('AAAA', NO_NAME)];

describe('the hint', () => {
  test.each<{ name: string; membership: Membership; lookups: readonly Lookup[]; self?: string; want: string; without?: string }>([
    {
      name: 'before anything was answered',
      membership: membershipOf([]),
      lookups: [],
      want: `no question about ${HOST} has been answered yet`,
    },
    {
      name: 'lookups that fail, with their codes',
      membership: nobody({ failuresInARow: 1 }),
      lookups: [lookup('A', UNKNOWN), lookup('AAAA', { kind: 'unknown', code: 'EREFUSED' })],
      want: `DNS gives no usable answer for ${HOST} (ESERVFAIL, EREFUSED); `,
    },
    {
      name: 'lookups that fail by now, whatever was answered before',
      membership: twoOfThree({ failuresInARow: 3 }),
      lookups: [absolute('TXT', VERSION, NO_NAME), lookup('A', UNKNOWN)],
      want: `DNS gives no usable answer for ${HOST}`,
    },
    {
      name: 'nobody there',
      membership: nobody(),
      lookups: DENIED,
      want: `DNS knows no ${HOST}: there is no such Service, or none of its pods is ready; kubectl -n default get service color-svc must show it`,
    },
    {
      name: 'nobody there, with a guessed domain behind that',
      membership: nobody({ problems: [problem('CLUSTER_DOMAIN_GUESSED')] }),
      lookups: DENIED,
      want: `DNS knows no ${HOST}`,
    },
    {
      name: 'another family',
      membership: { ...nobody(), memory: { ...nobody().memory, setAbsence: 'no-such-record' } },
      lookups: [lookup('A', NO_RECORD)],
      want: 'check the option family',
    },
    {
      name: 'a wrong cluster domain',
      membership: nobody(),
      lookups: [...DENIED, absolute('TXT', VERSION, NO_NAME)],
      want: 'the DNS servers that were asked serve no cluster domain cluster.local',
    },
    {
      name: 'a wrong namespace',
      membership: nobody(),
      lookups: [...DENIED, absolute('TXT', VERSION, found()), absolute('A', NAMESPACE, NO_NAME)],
      want: 'there is no namespace default in the cluster domain cluster.local',
    },
    {
      name: 'nothing of the domain when its denial is older than the peers',
      membership: twoOfThree(),
      lookups: [absolute('TXT', VERSION, NO_NAME), absolute('A', NAMESPACE, NO_NAME), ...FOUND],
      want: 'color-ss-2 not in DNS',
      without: 'cluster domain',
    },
    {
      name: 'a denial that a cache keeps',
      membership: nobody(),
      lookups: [...DENIED, lookup('MX', NO_NAME), lookup('TXT', NO_RECORD)],
      want: `${HOST} exists, as TXT shows, but A is denied`,
    },
    {
      name: 'nothing of caches when the latest probe is denied too',
      membership: nobody(),
      lookups: [lookup('TXT', NO_RECORD), ...DENIED, lookup('MX', NO_NAME)],
      want: `DNS knows no ${HOST}`,
    },
    {
      name: 'who is missing, and who is there',
      membership: twoOfThree(),
      lookups: FOUND,
      want: 'color-ss-2 not in DNS although declared: not ready, not started, or not of Service color-svc; DNS shows color-ss-0, color-ss-1; ',
    },
    {
      name: 'who is missing by a source that is not DNS',
      membership: twoOfThree(),
      lookups: [],
      want: 'color-ss-2 not in DNS although declared',
    },
    {
      name: 'this pod itself, where it is waited for',
      membership: twoOfThree(),
      lookups: FOUND,
      self: ss(2),
      want: 'this pod, color-ss-2, is not among the members',
    },
    {
      name: 'this pod itself, though nobody declared it',
      membership: membershipOf([peer(ss(0), ['10.0.0.1'])], { lastAnswerAtMs: 0 }),
      lookups: FOUND,
      self: 'web-0',
      want: 'this pod, web-0, is not among the members',
    },
    {
      name: 'nothing of this pod when it is there',
      membership: twoOfThree(),
      lookups: FOUND,
      self: ss(0),
      want: 'color-ss-2 not in DNS',
      without: 'this pod',
    },
    {
      name: 'foreign records, where the last round refused some',
      membership: twoOfThree({ problems: [problem('FOREIGN_ANSWER')] }),
      lookups: [lookup('A', found('10.0.0.1'), { refused: 2 })],
      want: `refused in the answer to A ${HOST}`,
    },
    {
      name: 'nothing of records refused long ago',
      membership: twoOfThree(),
      lookups: [lookup('A color-ss-0', found('10.0.0.1'), { refused: 2 }), ...FOUND],
      want: 'color-ss-2 not in DNS',
    },
    {
      name: 'nothing of questions that failed long ago',
      membership: twoOfThree(),
      lookups: [lookup('A color-ss-0', UNKNOWN), ...FOUND],
      want: 'color-ss-2 not in DNS',
    },
    {
      name: 'TCP that is blocked, where the watcher has seen it',
      membership: nobody({ failuresInARow: 2, problems: [problem('TCP_BLOCKED')] }),
      lookups: [lookup('A', { kind: 'unknown', code: 'ECONNREFUSED' }), lookup('AAAA', NO_RECORD)],
      want: 'allow TCP port 53',
    },
    {
      name: 'addresses without a name',
      membership: membershipOf([peer('10-0-0-1', ['10.0.0.1'])], { lastAnswerAtMs: 0, unnamed: ['10.0.0.1'] }),
      lookups: [lookup('A', found('10.0.0.1')), lookup('SRV', NO_RECORD)],
      want: 'no name was found for 10.0.0.1',
    },
    {
      name: 'how many there are, when nothing is wrong',
      membership: membershipOf([peer(ss(0), ['10.0.0.1'])], { lastAnswerAtMs: 0 }),
      lookups: FOUND,
      want: `${HOST} shows 1 peers; more come when more pods are ready`,
    },
  ])('tells of $name', ({ membership, lookups, self, want, without = 'nothing like it' }) => {
    const hint = hintOf(membership, lookups.map(lookupReport), self);
    expect(hint).toContain(want);
    expect(hint).not.toContain(without);
  });
});
