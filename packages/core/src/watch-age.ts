import type { Clock } from './clock.ts';

/** Whose age is watched. */
export interface AgeSubject {
  readonly clock: Clock;
  readonly staleAfterMs: number;
  readonly signal: AbortSignal;
  lastAnswerAtMs(): number | undefined;
  /** Called whenever the last answer has become that old. */
  onStale(): void;
}

/**
 * Tells whenever the last answer has become as old as `staleAfterMs`: a snapshot grows old between rounds too, when a look takes long or
 * none is answered. Ends with the signal.
 */
export function watchAge(subject: AgeSubject): void {
  const { clock, staleAfterMs, signal } = subject;
  if (signal.aborted) return;
  const ageMs = clock.nowMs() - (subject.lastAnswerAtMs() ?? clock.nowMs());
  // At least a millisecond: a rest below the clock's resolution would never pass.
  const restMs = ageMs < staleAfterMs ? Math.max(1, staleAfterMs - ageMs) : staleAfterMs;
  const onRested = (): void => {
    subject.onStale();
    watchAge(subject);
  };
  clock.sleep(restMs, signal).then(onRested, () => {});
}
