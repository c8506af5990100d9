const given = process.env['PEERSET_RUNS'];

/** How often a property is tried: `usual` times, or as often as `PEERSET_RUNS` says. */
export function runCount(usual: number): number {
  const count = given === undefined ? usual : Number(given);
  if (!Number.isSafeInteger(count) || count < 1) throw new Error(`PEERSET_RUNS must be an integer above 0, and is ${given}`);
  return count;
}
