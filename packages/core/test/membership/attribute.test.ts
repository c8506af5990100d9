import { describe, expect, test } from 'vitest';
import { attribute } from '../../src/membership/attribute.ts';
import { readRound } from '../../src/membership/round-evidence.ts';
import type { Outcome } from '../../src/lookup/outcome.ts';
import { NO_NAME, NO_RECORD, UNKNOWN, found, lookup, membershipOf, peer, pods, setOf, srv, ss, walkWith } from './builders.ts';

const MEMBERS = membershipOf([peer(ss(0), ['10.0.0.1']), peer(ss(1), ['10.0.0.2'])]);
const SET = { A: found('10.0.0.1', '10.0.0.9') };
const SHOWN = srv(ss(0), ss(1));

describe('attribute', () => {
  test.each<{ name: string; answers: Readonly<Record<string, Outcome>>; want?: { name: string; addresses: readonly string[] } }>([
    {
      name: 'gives the one unowned address to the one name that SRV shows without an address in the set',
      answers: { ...SET, SRV: SHOWN, 'A color-ss-1': NO_NAME },
      want: { name: ss(1), addresses: ['10.0.0.9'] },
    },
    {
      name: 'gives it to a name that is new',
      answers: { A: found('10.0.0.1', '10.0.0.2', '10.0.0.9'), SRV: srv(ss(0), ss(1), ss(2)), 'A color-ss-2': NO_RECORD },
      want: { name: ss(2), addresses: ['10.0.0.9'] },
    },
    {
      name: 'gives a dual-stack pod its address in each family',
      answers: {
        A: found('10.0.0.1', '10.0.0.9'),
        AAAA: found('fd00::1', 'fd00::9'),
        SRV: SHOWN,
        'AAAA color-ss-0': found('fd00::1'),
        'A color-ss-1': NO_NAME,
        'AAAA color-ss-1': NO_RECORD,
      },
      want: { name: ss(1), addresses: ['10.0.0.9', 'fd00::9'] },
    },
    {
      name: 'gives nothing in a family in which another name is denied as well: it may be its',
      answers: {
        A: found('10.0.0.1', '10.0.0.9'),
        AAAA: found('fd00::9'),
        SRV: SHOWN,
        'AAAA color-ss-0': NO_NAME,
        'A color-ss-1': NO_NAME,
        'AAAA color-ss-1': NO_RECORD,
      },
    },
    {
      name: 'gives nothing in a family in which another name was not asked: it may be its',
      answers: {
        A: found('10.0.0.1', '10.0.0.9'),
        AAAA: found('fd00::9'),
        SRV: SHOWN,
        'A color-ss-1': NO_NAME,
        'AAAA color-ss-1': NO_RECORD,
      },
    },
    {
      name: 'gives nothing where another name is shown in one family and did not answer in the other',
      answers: {
        A: found('10.0.0.2', '10.0.0.9'),
        AAAA: found('fd00::1'),
        SRV: srv(ss(0), ss(1), ss(3)),
        'A color-ss-0': UNKNOWN,
        'AAAA color-ss-0': found('fd00::1'),
        'A color-ss-3': NO_RECORD,
        'AAAA color-ss-3': NO_RECORD,
      },
    },
    {
      name: 'gives nothing when SRV lacks the owner of another address: a partial answer',
      answers: { A: found('10.0.0.1', '10.0.0.9'), SRV: srv(ss(1)), 'A color-ss-1': NO_NAME },
    },
    {
      name: 'counts an own answer of the round as the owner',
      answers: { A: found('10.0.0.7', '10.0.0.9'), SRV: srv(ss(0), ss(1)), 'A color-ss-0': found('10.0.0.7'), 'A color-ss-1': NO_NAME },
      want: { name: ss(1), addresses: ['10.0.0.9'] },
    },
    { name: 'gives nothing without SRV', answers: { ...SET, 'A color-ss-1': NO_NAME } },
    { name: 'gives nothing when SRV is absent', answers: { ...SET, SRV: NO_RECORD, 'A color-ss-1': NO_NAME } },
    { name: 'gives nothing when SRV is unknown', answers: { ...SET, SRV: UNKNOWN, 'A color-ss-1': NO_NAME } },
    { name: 'gives nothing when the name was not asked', answers: { ...SET, SRV: SHOWN } },
    { name: 'gives nothing when the own name is unknown', answers: { ...SET, SRV: SHOWN, 'A color-ss-1': UNKNOWN } },
    {
      name: 'gives nothing when the own name is unknown in one family',
      answers: { ...SET, AAAA: UNKNOWN, SRV: SHOWN, 'A color-ss-1': NO_NAME, 'AAAA color-ss-1': UNKNOWN },
    },
    { name: 'gives nothing when the own name answers', answers: { ...SET, SRV: SHOWN, 'A color-ss-1': found('10.0.0.8') } },
    {
      name: 'gives nothing when two names have no address in the set',
      answers: { ...SET, SRV: srv(ss(0), ss(1), ss(2)), 'A color-ss-1': NO_NAME },
    },
    { name: 'gives nothing when every name has one', answers: { ...SET, SRV: srv(ss(0)), 'A color-ss-1': NO_NAME } },
    { name: 'gives nothing when the set shows nothing unowned', answers: { A: found('10.0.0.1'), SRV: SHOWN, 'A color-ss-1': NO_NAME } },
    {
      name: 'gives nothing when two addresses of a family are unowned',
      answers: { A: found('10.0.0.1', '10.0.0.8', '10.0.0.9'), SRV: SHOWN, 'A color-ss-1': NO_NAME },
    },
    {
      name: 'gives nothing when two of one family and one of the other are',
      answers: { A: found('10.0.0.1', '10.0.0.8', '10.0.0.9'), AAAA: found('fd00::9'), SRV: SHOWN, 'A color-ss-1': NO_NAME },
    },
  ])('$name', ({ answers, want }) => {
    const lookups = Object.entries(answers).map(([asked, outcome]) => lookup(asked, outcome));
    expect(attribute(MEMBERS, readRound(MEMBERS, lookups))).toEqual(want);
  });

  test.each([
    { records: 599, isTrusted: true },
    { records: 600, isTrusted: false },
  ])('an SRV answer of $records records is trusted: $isTrusted', ({ records, isTrusted }) => {
    const repeated = Array.from({ length: records - 1 }, (_, i) => [ss(0), i + 1] as const);
    const lookups = Object.entries({ ...SET, SRV: srv(...repeated, ss(1)), 'A color-ss-1': NO_NAME }).map(([asked, outcome]) =>
      lookup(asked, outcome),
    );
    expect(attribute(MEMBERS, readRound(MEMBERS, lookups)) !== undefined).toBe(isTrusted);
  });
});

describe('attribution', () => {
  test('moves a restarted pod whose own name a negative cache denies', () => {
    const steps = walkWith(setOf(0, 1));
    steps.round({ ...pods({ ...setOf(0), 'color-ss-1': ['10.0.0.9'] }), 'A color-ss-1': NO_NAME });
    expect(steps.peers()).toEqual(['color-ss-0 10.0.0.1', 'color-ss-1 10.0.0.9']);
    expect(steps.membership).toMatchObject({ unconfirmed: [], unownedSinceMs: new Map() });
  });

  test('adds a new pod whose own name a negative cache denies', () => {
    const steps = walkWith(setOf(0, 1));
    steps.round({ ...pods(setOf(0, 1, 2)), 'A color-ss-2': NO_NAME });
    expect(steps.peers()).toEqual(['color-ss-0 10.0.0.1', 'color-ss-1 10.0.0.2', 'color-ss-2 10.0.0.3']);
    expect(steps.member(ss(2)).peer).toMatchObject({ ordinal: 2, port: 27_017 });
  });

  test('never lets a scaled-in pod inherit the address of a stranger when there is no SRV', () => {
    const steps = walkWith(setOf(0, 1));
    steps.rounds(15, { ...pods(setOf(0)), A: found('10.0.0.1', '10.0.0.9'), SRV: NO_RECORD });
    expect(steps.peers()).toEqual(['color-ss-0 10.0.0.1', 'color-ss-1 10.0.0.2']);
    expect(steps.membership.unconfirmed).toEqual([ss(1)]);
  });

  test('moves back no faster than own names do', () => {
    const steps = walkWith(setOf(0, 1));
    steps.round(pods({ ...setOf(0), 'color-ss-1': ['10.0.0.9'] }));
    steps.round({ ...pods(setOf(0, 1)), 'A color-ss-1': NO_NAME });
    expect(steps.peers()).toEqual(['color-ss-0 10.0.0.1', 'color-ss-1 10.0.0.9']);
  });
});
