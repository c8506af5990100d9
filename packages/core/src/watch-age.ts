import type { Clock } from './clock.ts';

/**
 * Calls back whenever the last answer has become as old as `staleAfterMs`: a snapshot grows old between rounds too, when a look takes long or
 * none is answered. Ends with the signal.
 */
export async function watchAge(
  subject: { clock: Clock; staleAfterMs: number; lastAnswerAtMs: () => number | undefined; signal: AbortSignal },
  onStale: () => void,
): Promise<void> {
  const { clock, staleAfterMs, lastAnswerAtMs, signal } = subject;
  while (!signal.aborted) {
    const ageMs = clock.nowMs() - (lastAnswerAtMs() ?? clock.nowMs());
    try {
      // At least a millisecond: a rest below the clock's resolution would never pass.
      await clock.sleep(ageMs < staleAfterMs ? Math.max(1, staleAfterMs - ageMs) : staleAfterMs, signal);
    } catch {
      return;
    }
    onStale();
  }
}
