/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Dice: choices that a seed decides. */
export interface Dice {
  /** An integer from 0 to `below` - 1. */
  roll(below: number): number;
  pick<Value>(values: readonly [Value, ...Value[]]): Value;
  /** True with this probability. */
  chance(probability: number): boolean;
}

export function seededDice(seed: number): Dice {
  const random = seededRandom(seed);
  const roll = (below: number): number => Math.floor(random() * below);
  return {
    roll,
    pick: (values) => values[roll(values.length)] ?? values[0],
    chance: (probability) => random() < probability,
  };
}
