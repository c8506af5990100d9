import { expect, test } from 'vitest';
import { playRounds } from './play.ts';
import { tellFailure } from './report.ts';
import { Total } from './total.ts';

const ROUNDS = 20_000;

test('20,000 rounds of seeded histories break no rule of the design', { timeout: 60_000 }, () => {
  const total = new Total();
  for (let seed = 1; total.rounds < ROUNDS; seed += 1) total.add(playRounds(seed));
  expect(total.failures.map(tellFailure).join('\n\n')).toBe('');
  // They met what the rules are about.
  for (const word of [
    'joins',
    'moves',
    'leaves of pods that were gone',
    'untrue answers',
    'no answers',
    'doubts that a confirmation ended',
  ]) {
    expect({ word, times: total.tally.of(word) }).toEqual({ word, times: expect.toSatisfy((times: number) => times > 10) });
  }
});

test('a history is the same each time that its seed is played', () => {
  expect(playRounds(7)).toEqual(playRounds(7));
});
