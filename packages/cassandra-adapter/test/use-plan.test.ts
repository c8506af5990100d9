import type { Status } from '@peerset/core';
import { mayRewrite, mayStart, planSeeds, seedObservation } from '@peerset/cassandra-adapter';
import type { SeedInput, SeedPlan } from '@peerset/cassandra-adapter';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { input, node, peer, snapshot } from './cass-nodes.ts';

describe('what a watcher sees', () => {
  const seen = snapshot([peer(node(0)), peer(node(1))]);
  const status: Status = { phase: 'settled', lastAnswerAtMs: 0, failuresInARow: 0, problems: [], unconfirmed: ['cass-1'] };

  test('is what DNS shows, and who is in doubt', () => {
    expect(seedObservation({ snapshot: seen, status })).toEqual({ present: seen, unconfirmed: ['cass-1'], lookupsComplete: true });
  });

  const phases: Readonly<Record<Status['phase'], boolean>> = {
    starting: false,
    settling: true,
    settled: true,
    stale: false,
    closed: false,
  };
  test.each(Object.entries(phases))('in the phase %s, DNS has answered everything: %s', (phase, isComplete) => {
    const of = (failuresInARow: number): boolean =>
      seedObservation({ snapshot: seen, status: { ...status, phase: phase as Status['phase'], failuresInARow } }).lookupsComplete;
    expect([of(0), of(1)]).toEqual([isComplete, false]);
  });
});

describe('what a plan is good for', () => {
  const rows: readonly { mode: SeedPlan['mode']; changes: Partial<SeedInput>; may: readonly string[] }[] = [
    { mode: 'found', changes: { selfAddress: '10.0.0.0' }, may: ['start', 'start in doubt'] },
    { mode: 'join', changes: { self: 'cass-1' }, may: ['start', 'start in doubt'] },
    { mode: 'restart', changes: { isBootstrapped: true }, may: ['start', 'start in doubt', 'rewrite'] },
    { mode: 'replace-suspected', changes: { self: 'cass-1', knownNames: ['cass-1'] }, may: ['start in doubt'] },
    { mode: 'wait', changes: { lookupsComplete: false }, may: [] },
  ];
  test.each(rows)('$mode: $may', ({ mode, changes, may }) => {
    const plan = planSeeds(input(changes));
    expect(plan.mode).toBe(mode);
    const uses = {
      start: mayStart(plan),
      'start in doubt': mayStart(plan, { replaceSuspected: 'join' }),
      rewrite: mayRewrite(plan),
    };
    expect(Object.entries(uses).flatMap(([use, isAllowed]) => (isAllowed ? [use] : []))).toEqual(may);
    expect(mayStart(plan, { replaceSuspected: 'wait' })).toBe(uses.start);
  });

  test('what is refused may still have a list, for the compiler too', () => {
    const suspected = planSeeds(input({ self: 'cass-1', knownNames: ['cass-1'] }));
    if (!mayStart(suspected)) expectTypeOf(suspected).toEqualTypeOf<SeedPlan>();
    if (!mayRewrite(suspected)) expectTypeOf(suspected).toEqualTypeOf<SeedPlan>();
    expect(suspected).toMatchObject({ mode: 'replace-suspected', seeds: [{ name: 'cass-0' }, { name: 'cass-2' }] });
  });

  test('another word than wait and join is refused, whatever the plan is', () => {
    const options: { replaceSuspected: 'join' } = JSON.parse('{"replaceSuspected":"Join"}');
    for (const changes of [{}, { lookupsComplete: false }]) {
      expect(() => mayStart(planSeeds(input(changes)), options)).toThrow(
        expect.objectContaining({ code: 'INVALID_OPTIONS', issues: [expect.objectContaining({ path: 'replaceSuspected' })] }),
      );
    }
  });
});
