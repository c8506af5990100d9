import { Worker } from 'node:worker_threads';
import type { Played } from './play.ts';

/** Seeds that a thread is given at a time: so few that the last thread does not keep the others waiting. */
const BATCH = 10;

/** A batch of seeds for a thread to play. */
export interface Batch {
  readonly from: number;
  readonly count: number;
}

/**
 * Plays history after history in threads, `file` in each, until `take` says that it is enough. Rejects with what a thread throws.
 */
export async function playInThreads(
  file: URL,
  { threads, firstSeed, take }: { threads: number; firstSeed: number; take: (played: readonly Played[]) => boolean },
): Promise<void> {
  let seed = firstSeed;
  let isEnough = false;
  const next = (): Batch => {
    const from = seed;
    seed += BATCH;
    return { from, count: BATCH };
  };
  const run = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const thread = new Worker(file);
      thread.on('error', reject);
      thread.on('exit', () => resolve());
      thread.on('message', (played: readonly Played[]) => {
        isEnough = take(played) || isEnough;
        thread.postMessage(isEnough ? undefined : next(), []);
      });
      thread.postMessage(next(), []);
    });
  await Promise.all(Array.from({ length: threads }, run));
}
