import type { Stage } from './stage.ts';
import { BrokenPromise, until } from './until.ts';

/** What a watcher asked while nothing happened. */
export interface SettledCost {
  readonly polls: number;
  readonly questions: number;
  readonly perMinute: number;
}

/** Long after the moment in which a watcher calms down: 15 s after the last change. */
const SETTLED_WITHIN_MS = 25_000;
const MEASURED_MS = 3_000;
/** A settled watcher asks for one member by name every 30 s; and a poll may be under way when the counting starts. */
const VERIFICATIONS_ALLOWED = 2;

/**
 * Counts the polls and questions of the bystander over some seconds in which it is settled. Begins as soon as it is, which may be while
 * the last steps are still running.
 */
export async function measureSettled({ bystander, signal, sleep, bystanderQuestions }: Stage): Promise<SettledCost> {
  const isSettled = (): boolean => bystander.status.phase === 'settled';
  await until(bystander, { what: 'the watcher of the quiet Service is settled', holds: isSettled, limitMs: SETTLED_WITHIN_MS, signal });
  let polls = 0;
  const before = bystanderQuestions();
  const startedAtMs = performance.now();
  const stop = bystander.on('round', () => {
    polls += 1;
  });
  await sleep(MEASURED_MS);
  stop();
  const questions = bystanderQuestions() - before;
  if (questions > polls + VERIFICATIONS_ALLOWED) throw new BrokenPromise(`${questions} questions were asked in ${polls} settled polls`);
  if (!isSettled()) throw new BrokenPromise(`the watcher of the quiet Service is ${bystander.status.phase}`);
  return { polls, questions, perMinute: Math.round((questions * 60_000) / (performance.now() - startedAtMs)) };
}
