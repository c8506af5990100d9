/** One block of work; resolves with its cost, in whatever unit the caller counts. */
export type Block = () => Promise<number>;

/**
 * Runs two works in turn, in changing order, so that neither always runs on the warmer or busier machine. The first pairs are thrown away.
 */
export async function inTurn(
  { floor, ours }: { floor: Block; ours: Block },
  { pairs, warmUp }: { pairs: number; warmUp: number },
): Promise<readonly { floor: number; ours: number }[]> {
  const results: { floor: number; ours: number }[] = [];
  for (let i = 0; i < warmUp + pairs; i += 1) {
    const isFloorFirst = i % 2 === 0;
    const first = await (isFloorFirst ? floor : ours)();
    const second = await (isFloorFirst ? ours : floor)();
    if (i >= warmUp) results.push(isFloorFirst ? { floor: first, ours: second } : { floor: second, ours: first });
  }
  return results;
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
