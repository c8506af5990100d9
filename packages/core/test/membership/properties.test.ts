import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Outcome } from '../../src/lookup/outcome.ts';
import { diff } from '../../src/membership/diff.ts';
import { comparePeers } from '../../src/membership/peer.ts';
import type { Peer } from '../../src/membership/peer.ts';
import type { Snapshot } from '../../src/membership/snapshot.ts';
import { dashedName } from '../../src/service/dns-names.ts';
import { familyOf } from '../../src/lookup/addresses.ts';
import { DOMAIN_QUESTION, NAMESPACE_QUESTION, NO_NAME, NO_RECORD, UNKNOWN, found, srv, ss, walk, withoutProbes } from './builders.ts';
import type { Answers, Walk, WalkOptions } from './builders.ts';

const NAMES = [ss(0), ss(1), ss(2), ss(3), 'x', '10-0-0-1'] as const;
const IPV4 = ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4'] as const;
const IPV6 = ['fd00::1', 'fd00::2', 'fd00::3'] as const;
const UNIVERSE: readonly string[] = [...IPV4, ...IPV6];

/** One round: what every question would be answered with, and how long after the one before. */
interface Step {
  readonly answers: Answers;
  readonly afterMs: number;
  readonly declare: number | undefined;
}

function outcomes(...addresses: readonly string[]): fc.Arbitrary<Outcome> {
  return fc.oneof(
    { weight: 6, arbitrary: fc.subarray([...addresses], { minLength: 1 }).map((some) => found(...some)) },
    { weight: 2, arbitrary: fc.constant(NO_NAME) },
    { weight: 1, arbitrary: fc.constant(NO_RECORD) },
    { weight: 2, arbitrary: fc.constant(UNKNOWN) },
  );
}

const SRVS: fc.Arbitrary<Outcome> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .array(fc.tuple(fc.constantFrom(...NAMES), fc.constantFrom(1, 2)), { minLength: 1, maxLength: 6 })
      .map((records) => srv(...records)),
  },
  fc.constant(NO_NAME),
  fc.constant(NO_RECORD),
  fc.constant(UNKNOWN),
  fc.constant(srv('')),
);

/** Own names mostly have one fixed address, as pods do, so that histories are not noise alone. A dashed name has no other than its own. */
const OWN: fc.Arbitrary<Record<string, Outcome>> = fc.record(
  Object.fromEntries(
    NAMES.flatMap((name, i) => {
      const [four, six] = name === '10-0-0-1' ? [[IPV4[0]], []] : [IPV4, IPV6];
      return [
        [`A ${name}`, fc.oneof({ weight: 3, arbitrary: fc.constant(found(four[i % four.length] ?? '')) }, outcomes(...four))],
        [
          `AAAA ${name}`,
          six.length === 0 ? fc.constant(NO_RECORD) : fc.oneof(fc.constant(found(six[i % six.length] ?? '')), outcomes(...six)),
        ],
      ];
    }),
  ),
);

const STEP: fc.Arbitrary<Step> = fc
  .record({
    answers: fc
      .record({ A: outcomes(...IPV4), AAAA: outcomes(...IPV6), SRV: SRVS, own: OWN })
      .map(({ own, ...set }) => ({ ...set, ...own })),
    afterMs: fc.constantFrom(300, 1_000, 1_000, 1_000, 5_000, 30_000),
    declare: fc.option(fc.nat({ max: 4 }), { freq: 20, nil: undefined }),
  })
  .map((step) => Object.assign(step, { [fc.toStringMethod]: () => told(step) }));

/** A step on one line, for counterexamples that a person can read. */
function told({ answers, afterMs, declare }: Step): string {
  const texts = Object.entries(answers).map(([asked, outcome]) => {
    const records = outcome.kind === 'found' ? [...outcome.addresses, ...outcome.targets.map(({ host }) => host.split('.')[0])] : [];
    return `${asked}=${outcome.kind === 'found' ? records.join('+') : outcome.kind === 'absent' ? outcome.reason : 'unknown'}`;
  });
  return `{${afterMs} ms${declare === undefined ? '' : `, declare ${declare}`}: ${texts.join(', ')}}`;
}

/** The same answers for a while: only repetition completes evidence. */
const STEPS: fc.Arbitrary<readonly Step[]> = fc
  .array(fc.tuple(STEP, fc.integer({ min: 1, max: 12 })), { minLength: 1, maxLength: 12 })
  .map((parts) =>
    parts.flatMap(([step, times]) =>
      Array.from({ length: times }, (_, i) => (i === 0 || step.declare === undefined ? step : { ...step, declare: undefined })),
    ),
  );

/**
 * As `STEPS`, but no name ever answers with the address of another, and SRV is never partial: who holds a wrong address that the set shows
 * is found by verification only (section 2, rule 4).
 */
const HONEST_STEPS: fc.Arbitrary<readonly Step[]> = STEPS.map((steps) =>
  steps.map((step) => {
    const own = NAMES.flatMap((name, i) => [
      [`A ${name}`, honest(step.answers[`A ${name}`], IPV4[i])] as const,
      [`AAAA ${name}`, honest(step.answers[`AAAA ${name}`], IPV6[i])] as const,
    ]);
    const whole = step.answers['SRV']?.kind === 'found' ? { SRV: srv(ss(0), ss(1), ss(2), ss(3)) } : {};
    const honestStep = { ...step, answers: { ...step.answers, ...Object.fromEntries(own), ...whole } };
    return Object.assign(honestStep, { [fc.toStringMethod]: () => told(honestStep) });
  }),
);

function honest(outcome: Outcome | undefined, address: string | undefined): Outcome {
  if (outcome?.kind !== 'found') return outcome ?? NO_NAME;
  return address === undefined ? NO_RECORD : found(address);
}

const OPTIONS: fc.Arbitrary<WalkOptions> = fc.record(
  {
    family: fc.constantFrom('ipv4', 'ipv6', 'dual', 'auto'),
    statefulSet: fc.constantFrom('color-ss', 'other'),
    policy: fc.record(
      {
        leaveAfterMs: fc.constantFrom<number | 'auto'>(0, 3_000, 'auto'),
        port: fc.constantFrom(1, 2),
        portName: fc.constant('db'),
        clusterIp: fc.constantFrom(...IPV4),
        settlingIntervalMs: fc.constantFrom(300, 1_000, 5_000),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: ['family'] },
);

/** Address -> the names whose own answers of the round hold it. */
function claimsOf(asked: readonly string[], answers: Answers): ReadonlyMap<string, readonly string[]> {
  const claims = new Map<string, string[]>();
  for (const each of asked) {
    const name = each.split(' ')[1];
    const answer = answers[each];
    if (name === undefined || answer?.kind !== 'found') continue;
    for (const address of answer.addresses) claims.set(address, [...(claims.get(address) ?? []), name]);
  }
  return claims;
}

function play(
  options: WalkOptions,
  steps: readonly Step[],
  onRound: (walked: Walk, asked: readonly string[], before: Snapshot, step: Step) => void,
): Walk {
  const walked = walk(options);
  for (const step of steps) {
    const before = walked.membership.snapshot;
    if (step.declare !== undefined) walked.declare(step.declare);
    onRound(walked, walked.round(step.answers, step.afterMs), before, step);
  }
  return walked;
}

const holds = (check: (options: WalkOptions, steps: readonly Step[]) => void): void => {
  fc.assert(fc.property(OPTIONS, STEPS, check), { numRuns: 150 });
};

describe('for every sequence of rounds', () => {
  test('M4: unknown outcomes alone never change the snapshot', () => {
    holds((options, steps) => {
      const walked = play(options, steps, () => {});
      const { snapshot } = walked.membership;
      for (let i = 0; i < 40; i += 1) walked.round({ A: UNKNOWN, AAAA: UNKNOWN });
      expect(walked.membership.snapshot).toBe(snapshot);
    });
  });

  test('M5: the same rounds give the same snapshots', () => {
    holds((options, steps) => {
      const seen = [0, 1].map(() => {
        const snapshots: Snapshot[] = [];
        play(options, steps, ({ membership }) => snapshots.push(membership.snapshot));
        return snapshots;
      });
      expect(seen[0]).toEqual(seen[1]);
    });
  });

  test('M6: all changes in order, applied to nobody, give the current snapshot', () => {
    holds((options, steps) => {
      const peers = new Map<string, Peer>();
      const walked = play(options, steps, ({ membership }, _, before) => {
        const change = diff(before, membership.snapshot, (name) => membership.membersByName.get(name)?.hasReturned === true);
        for (const { name } of change.left) peers.delete(name);
        for (const { returned: __, ...each } of change.joined) peers.set(each.name, each);
        for (const each of [...change.moved.map(({ peer }) => peer), ...change.updated]) peers.set(each.name, each);
      });
      expect([...peers.values()].toSorted(comparePeers)).toEqual(walked.membership.snapshot.peers);
    });
  });

  test('M7: a snapshot is another object exactly when its content is, one revision on', () => {
    holds((options, steps) => {
      play(options, steps, ({ membership: { snapshot } }, _, before) => {
        if (snapshot === before) return;
        expect([snapshot.peers, snapshot.missing]).not.toEqual([before.peers, before.missing]);
        expect(snapshot.revision).toBeGreaterThan(before.revision);
        expect(snapshot.revision).toBeLessThanOrEqual(before.revision + 2);
      });
    });
  });

  test('M8: an address has at most one owner, a name at most one peer; the indexes agree; the order is that of peers', () => {
    holds((options, steps) => {
      play(options, steps, ({ membership }) => {
        const { peers } = membership.snapshot;
        const owned = peers.flatMap(({ addresses }) => addresses);
        expect(new Set(owned).size).toBe(owned.length);
        expect(new Set(peers.map(({ name }) => name)).size).toBe(peers.length);
        expect(peers.toSorted(comparePeers)).toEqual(peers);
        expect(membership.members.map(({ peer }) => peer)).toEqual(peers);
        expect([...membership.membersByName.values()]).toEqual(membership.members);
        expect(new Map(membership.owners)).toEqual(
          new Map(peers.flatMap(({ name, addresses }) => addresses.map((address) => [address, name]))),
        );
        expect(membership.unconfirmed).toEqual(membership.members.filter(({ doubt }) => doubt !== undefined).map(({ peer }) => peer.name));
        for (const { families, peer } of membership.members) {
          expect([...families.ipv4.addresses, ...families.ipv6.addresses]).toEqual(peer.addresses);
          expect(families.ipv4.addresses.every((address) => familyOf(address) === 'ipv4')).toBe(true);
        }
        for (const address of membership.unownedSinceMs.keys()) expect(membership.owners.has(address)).toBe(false);
      });
    });
  });

  test('M10: no name is asked but members, those that SRV showed, next ordinals, dashed addresses, and the place of a Service that is absent', () => {
    holds((options, steps) => {
      const shown = new Set<string>();
      const known = new Set<string>();
      play(options, steps, ({ membership }, asked, before, { answers }) => {
        for (const { name } of before.peers) known.add(name);
        if (answers['SRV']?.kind === 'found' && asked.some((each) => each.startsWith('SRV'))) {
          for (const { host } of answers['SRV'].targets) shown.add(host.split('.')[0] ?? '');
        }
        for (const each of asked) {
          const [, name] = each.split(' ');
          const isOfPlace = each === DOMAIN_QUESTION || each === NAMESPACE_QUESTION;
          // The place is looked for only while nobody was ever found.
          expect(isOfPlace && before.peers.length > 0, `${each} was asked beside members`).toBe(false);
          if (name === undefined || name === '_db._tcp' || isOfPlace) continue;
          const isNamed = known.has(name) || shown.has(name) || UNIVERSE.some((address) => dashedName(address) === name);
          expect(
            isNamed || /^(?:color-ss|other|10-0-0)-[0-9]+$/.test(name) || membership.membersByName.has(name),
            `${name} was asked`,
          ).toBe(true);
        }
      });
    });
  });

  test('M11: at most 8 missed members a round that SRV does not list, 4 while the set is absent; no question twice in a round', () => {
    holds((options, steps) => {
      play(options, steps, (_, asked, before, { answers }) => {
        expect(new Set(asked).size).toBe(asked.length);
        const listed = answers['SRV']?.kind === 'found' ? answers['SRV'].targets.map(({ host }) => host.split('.')[0]) : [];
        const own = new Set(asked.flatMap((each) => each.split(' ')[1] ?? []));
        // Owners of an address that another name claims are asked as such, not as missed members.
        const claims = claimsOf(asked, answers);
        // So is a name that a shown address without an owner may have: it is asked for the address, member or not.
        const shown = ['A', 'AAAA'].flatMap((set) => (answers[set]?.kind === 'found' ? answers[set].addresses : []));
        const owned = new Set(before.peers.flatMap(({ addresses }) => addresses));
        const guesses = new Set(shown.filter((address) => !owned.has(address)).map((address) => address.replaceAll(/[.:]/g, '-')));
        const missed = before.peers.filter(
          ({ name, addresses }) =>
            own.has(name) &&
            !listed.includes(name) &&
            !guesses.has(name) &&
            addresses.every((address) => (claims.get(address) ?? []).every((claimant) => claimant === name)),
        );
        const isAbsent = ['A', 'AAAA'].every((set) => !asked.includes(set) || answers[set]?.kind !== 'found');
        expect(missed.length).toBeLessThanOrEqual(isAbsent ? 4 : 8);
      });
    });
  });

  test('M11: an absent name that is no member is asked again only after the pace of missed members, or for an address that is new', () => {
    holds((options, steps) => {
      const absentAtMs = new Map<string, number>();
      const againMs = Math.max(options.policy?.settlingIntervalMs ?? 1_000, 300);
      const tooSoon: string[] = [];
      let unowned = new Set<string>();
      play(options, steps, ({ nowMs, membership }, asked, before, { answers }) => {
        const shown = ['A', 'AAAA'].flatMap((set) => (asked.includes(set) && answers[set]?.kind === 'found' ? answers[set].addresses : []));
        const names = new Set(withoutProbes(asked).flatMap((each) => each.split(' ')[1] ?? []));
        // New is also an address whose owner was asked in this round, and may have let it go.
        const isNew = shown.some((address) => {
          const owner = before.peers.find(({ addresses }) => addresses.includes(address));
          return !unowned.has(address) && (owner === undefined || names.has(owner.name));
        });
        for (const name of names) {
          const lastMs = absentAtMs.get(name);
          const isMember = before.peers.some((each) => each.name === name);
          const isPaced = lastMs !== undefined && !isNew && !isMember;
          tooSoon.push(...(isPaced && nowMs - lastMs < againMs ? [`${name} after ${nowMs - lastMs} ms`] : []));
          const kinds = withoutProbes(asked)
            .filter((each) => each.endsWith(` ${name}`))
            .map((each) => answers[each]?.kind);
          if (kinds.every((kind) => kind === 'absent')) absentAtMs.set(name, nowMs);
          else absentAtMs.delete(name);
        }
        unowned = new Set(membership.unownedSinceMs.keys());
      });
      expect(tooSoon).toEqual([]);
    });
  });

  test('a member leaves only in a round that contradicts it, never with an address in the set', () => {
    holds((options, steps) => {
      play(options, steps, ({ membership }, asked, before, { answers }) => {
        const gone = before.peers.filter(({ name }) => !membership.membersByName.has(name));
        const shown = ['A', 'AAAA'].flatMap((set) => (asked.includes(set) && answers[set]?.kind === 'found' ? answers[set].addresses : []));
        for (const { name, addresses } of gone) {
          const isClaimed = addresses.every((address) => (membership.owners.get(address) ?? name) !== name || !shown.includes(address));
          expect(isClaimed, `${name} left with ${addresses.join(' ')}`).toBe(true);
          for (const each of asked) {
            const answer = answers[each];
            if (!each.endsWith(` ${name}`) || answer?.kind !== 'found') continue;
            // Only where another name claims the same may it be gone in spite of its own answer.
            expect(answer.addresses.every((address) => membership.owners.has(address))).toBe(true);
          }
          expect(membership.departed.has(name)).toBe(true);
        }
      });
    });
  });

  test('after any history, two minutes of truth lead to the truth, to rest, and to one question a family', () => {
    const truth = {
      A: found('10.0.0.1', '10.0.0.2'),
      AAAA: found('fd00::1', 'fd00::2'),
      SRV: srv(ss(0), ss(1)),
      'A color-ss-0': found('10.0.0.1'),
      'AAAA color-ss-0': found('fd00::1'),
      'A color-ss-1': found('10.0.0.2'),
      'AAAA color-ss-1': found('fd00::2'),
    };
    fc.assert(
      fc.property(OPTIONS, HONEST_STEPS, (options, steps) => {
        const { family = 'auto', policy: { clusterIp: _, ...rules } = {} } = options;
        const walked = play({ ...options, policy: rules }, steps, () => {});
        // Longer than twice the longest window, the 10 min look at a silent family, and the once-a-minute questions.
        for (let i = 0; i < 240; i += 1) walked.round(truth, i < 120 ? 1_000 : 6_000);
        const addresses = (ordinal: number): readonly string[] => [
          ...(family === 'ipv6' ? [] : [`10.0.0.${ordinal + 1}`]),
          ...(family === 'ipv4' ? [] : [`fd00::${ordinal + 1}`]),
        ];
        expect(walked.peers()).toEqual([0, 1].map((ordinal) => [ss(ordinal), ...addresses(ordinal)].join(' ')));
        expect(walked.membership).toMatchObject({ isWavering: false, unconfirmed: [], unownedSinceMs: new Map(), problems: [] });
        // And every half minute one member is verified by its own name.
        const asked = Array.from({ length: 10 }, () => withoutProbes(walked.round(truth, 6_000)));
        const [plain, verified] = [asked.filter((questions) => !questions.some(isOwn)), asked.filter((questions) => questions.some(isOwn))];
        for (const questions of plain) expect(questions).toEqual(family === 'ipv4' ? ['A'] : family === 'ipv6' ? ['AAAA'] : ['A', 'AAAA']);
        expect(verified).toHaveLength(2);
      }),
      { numRuns: 100 },
    );
  });
});

/** A question about a peer's own name, as the walk writes it: `A color-ss-0`. */
function isOwn(question: string): boolean {
  return question.includes(' ');
}
