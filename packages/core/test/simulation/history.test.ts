import { expect, test } from 'vitest';
import { playHistory } from './history.ts';

const HISTORIES = 25;
/** `PEERSET_SEED=7 npx vitest run history` plays one history again. */
const only = process.env['PEERSET_SEED'];
const seeds = only === undefined ? Array.from({ length: HISTORIES }, (_, i) => i + 1) : [Number(only)];

test.each(seeds)('history %i: events add up, quiet leads to the truth, and nothing follows close', async (seed) => {
  const { deeds, violations, truth, believed, unconfirmed, rounds } = await playHistory(seed);
  // The deeds stand on both sides, so that a failure shows them.
  const replay = `PEERSET_SEED=${seed}: ${deeds.join('; ')}`;
  expect({ replay, violations, believed, unconfirmed }).toEqual({ replay, violations: [], believed: truth, unconfirmed: [] });
  expect(rounds).toBeGreaterThan(20);
});
