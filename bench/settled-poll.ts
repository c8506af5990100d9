import { Resolver } from 'node:dns/promises';
import { systemClock } from '@peerset/core';
import { fromPairs } from './measurement.ts';
import type { Measurement } from './measurement.ts';
import { cpuPerRun, inPairs } from './in-turn.ts';
import { serviceOf } from './services.ts';
import { PAUSE_MS, settledWatcher } from './settled-watcher.ts';

export interface SettledPollOptions {
  readonly peers: number;
  readonly servers: readonly string[];
  /** Polls in one block: as many as it takes for the clock that counts CPU time not to matter. */
  readonly polls: number;
  readonly pairs: number;
  /**
   * Polls of each side that are left out. A watcher polls for days, and the first ten thousand polls of a process pay for the compiler, which
   * costs more than they do where there are few peers.
   */
  readonly warmUpPolls: number;
  readonly maxRatio: number;
}

/**
 * CPU time of one poll in which nothing changes, against one bare `resolve4` of the same name. Twice: one asked for with `refresh()` right
 * after the other, and as they come by themselves in production, where both sides pay for a timer and for caches gone cold.
 */
export async function measureSettledPoll({
  peers,
  servers,
  polls,
  pairs,
  warmUpPolls,
  maxRatio,
}: SettledPollOptions): Promise<readonly Measurement[]> {
  const { host } = serviceOf(peers);
  const watcher = await settledWatcher(peers, servers);
  const bare = (): Promise<unknown> => resolveOnce(host, servers);
  try {
    const refreshed = await inPairs(
      { floor: () => cpuPerRun(polls, bare), ours: () => cpuPerRun(polls, () => watcher.refresh()) },
      { rounds: pairs, warmUp: Math.ceil(warmUpPolls / polls) },
    );
    const timed = await inPairs(
      { floor: () => cpuPerRun(polls, afterPause(bare)), ours: async () => (await cpuPerRun(1, () => watcher.poll(polls))) / polls },
      { rounds: pairs >> 1, warmUp: 4 },
    );
    const what = `settled poll, ${peers.toLocaleString('en')} peers`;
    const questions = await watcher.questionsPerLook();
    const bar = { kind: 'ratio', value: maxRatio } as const;
    return [
      fromPairs({ work: `${what}, ${questions.toFixed(2)} questions (CPU)`, unit: 'us', bar }, refreshed),
      fromPairs({ work: `${what}, by its own timer (CPU with timer)`, unit: 'us', bar }, timed),
    ];
  } finally {
    await watcher.close();
  }
}

/** As bare as it gets: what anyone would write who wants no cache between two polls. */
async function resolveOnce(host: string, servers: readonly string[]): Promise<unknown> {
  const resolver = new Resolver();
  resolver.setServers(servers);
  return resolver.resolve4(host, { ttl: true });
}

function afterPause(run: () => Promise<unknown>): () => Promise<unknown> {
  const { signal } = new AbortController();
  return async () => {
    await systemClock.sleep(PAUSE_MS, signal);
    return run();
  };
}
