/** One block of work; resolves with its cost, in whatever unit the caller counts. */
export type Block = () => Promise<number>;

export interface Rounds {
  readonly rounds: number;
  /** Rounds before those that count. */
  readonly warmUp: number;
}

/** What the bare minimum and ours cost, one right after the other. */
export interface Pair {
  readonly floor: number;
  readonly ours: number;
}

/**
 * Runs works in turn, each round beginning with another one, so that none always runs on the warmer or busier machine.
 *
 * @returns For each round the cost of each work, in the order of the works: neighbours in time, which met the same noise.
 */
export async function inTurn(works: readonly Block[], { rounds, warmUp }: Rounds): Promise<readonly (readonly number[])[]> {
  const results: (readonly number[])[] = [];
  for (let round = 0; round < warmUp + rounds; round += 1) {
    const costs: number[] = [];
    for (let step = 0; step < works.length; step += 1) {
      const index = (round + step) % works.length;
      const cost = await works[index]?.();
      if (cost !== undefined) costs[index] = cost;
    }
    if (round >= warmUp) results.push(costs);
  }
  return results;
}

/** Two works in turn. */
export async function inPairs({ floor, ours }: { floor: Block; ours: Block }, rounds: Rounds): Promise<readonly Pair[]> {
  const results = await inTurn([floor, ours], rounds);
  return results.map(([first = Number.NaN, second = Number.NaN]) => ({ floor: first, ours: second }));
}

/** CPU time of this process per repetition, in microseconds. */
export async function cpuPerRun(runs: number, run: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  for (let i = 0; i < runs; i += 1) await run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / runs;
}

/** Wall time in milliseconds. */
export async function wallTime(run: () => Promise<unknown>): Promise<number> {
  const startedAtMs = performance.now();
  await run();
  return performance.now() - startedAtMs;
}
