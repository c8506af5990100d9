/** Choices that a seed decides, the same for the same seed. */
export interface Dice {
  /** An integer from 0 to `below` - 1. */
  roll(below: number): number;
  /** True with this probability. */
  chance(probability: number): boolean;
}

/** A linear congruential generator of 48 bits, of which the upper half is used. */
export function seededDice(seed: number): Dice {
  let state = (BigInt(seed) ^ 0x5deece66dn) & MASK;
  const next = (): number => {
    state = (state * 0x5deece66dn + 0xbn) & MASK;
    return Number(state >> 16n) / 2 ** 32;
  };
  // Seeds that are close begin alike.
  for (let turn = 0; turn < 8; turn += 1) next();
  return { roll: (below) => Math.floor(next() * below), chance: (probability) => next() < probability };
}

const MASK = (1n << 48n) - 1n;
