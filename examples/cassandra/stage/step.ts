import { setTimeout as sleep } from 'node:timers/promises';
import type { Say } from '../app.ts';

export const LONGEST_STEP_MS = 20_000;

/** What a step waits for, in words, and how it is seen. */
export type Wanted = readonly [name: string, isMet: () => boolean | Promise<boolean>];

/** Waits for what a step must come to, and says that it has. */
export type Step = (title: string, ...wanted: readonly Wanted[]) => Promise<void>;

export function stepsOf(say: Say): Step {
  return async (title, ...wanted) => {
    for (const [name, isMet] of wanted) await until(`${title}: ${name}`, isMet);
    say(`[ok] ${title}: ${wanted.map(([name]) => name).join(', ')}`);
  };
}

/** Rejects with what was waited for when that takes too long. */
export async function until(what: string, isMet: Wanted[1]): Promise<void> {
  const endMs = performance.now() + LONGEST_STEP_MS;
  while (!(await isMet())) {
    if (performance.now() > endMs) throw new Error(`${what}: not within ${LONGEST_STEP_MS / 1_000} s`);
    await sleep(20);
  }
}
