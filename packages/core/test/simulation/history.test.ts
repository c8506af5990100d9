import { expect, test } from 'vitest';
import { playHistory } from './history.ts';

const HISTORIES = 40;
/** `PEERSET_SEED=7 npx vitest run history` plays one history again. */
const only = process.env['PEERSET_SEED'];
const seeds = only === undefined ? Array.from({ length: HISTORIES }, (_, i) => i + 1) : [Number(only)];

test.each(seeds)('history %i: nobody who is ready leaves, and 3 quiet minutes lead to the truth', async (seed) => {
  const { deeds, violations, truth, believed, phase, unconfirmed, rounds } = await playHistory(seed);
  // The deeds stand on both sides, so that a failure shows them.
  const replay = `PEERSET_SEED=${seed}: ${deeds.join('; ')}`;
  expect({ replay, violations, believed, phase, unconfirmed }).toEqual({
    replay,
    violations: [],
    believed: truth,
    phase: 'settled',
    unconfirmed: [],
  });
  expect(rounds).toBeGreaterThan(50);
});
