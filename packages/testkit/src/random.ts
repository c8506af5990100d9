/** Gives the next number, 0 or more and less than 1. */
export type Random = () => number;

/** A repeatable source of random numbers (mulberry32): the same seed gives the same numbers on every machine. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A copy in random order, every order equally likely. */
export function shuffled<Item extends object>(items: readonly Item[], random: Random): Item[] {
  const result: Item[] = [];
  for (const item of items) {
    const place = Math.floor(random() * (result.length + 1));
    const displaced = result[place];
    if (displaced === undefined) {
      result.push(item);
    } else {
      result.push(displaced);
      result[place] = item;
    }
  }
  return result;
}
