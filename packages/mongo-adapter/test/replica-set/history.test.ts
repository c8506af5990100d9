import { expect, test } from 'vitest';
import { play } from './world/history.ts';
import { tally, tellHistory } from './world/report.ts';

const TICKS = 4_000;

test('4,000 ticks of seeded histories break no invariant', { timeout: 60_000 }, () => {
  const played = [];
  for (let [seed, ticks] = [1, 0]; ticks < TICKS; seed += 1) {
    const history = play(seed);
    played.push(history);
    ticks += history.ticks;
  }
  expect(
    played
      .filter(({ broken }) => broken.length > 0)
      .map(tellHistory)
      .join('\n'),
  ).toBe('');
  const met = tally(played.flatMap((each) => each.met));
  for (const word of ['initiate: done', 'reconfig: done', 'step-down: done', 'disk lost', 'partition', 'converged']) {
    expect({ word, times: met.get(word) ?? 0 }).toEqual({ word, times: expect.toSatisfy((times: number) => times > 0) });
  }
});

test('a history is the same each time that its seed is played', () => {
  expect(play(7)).toEqual(play(7));
});
