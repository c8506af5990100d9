/** The most that back-off multiplies the interval by. */
const LONGEST_BACK_OFF = 16;

/** How the last tick went. */
export interface TickResult {
  /** Something was changed: more may be due, and is looked for soon. */
  readonly isApplied: boolean;
  /** Ticks in a row that failed. */
  readonly failuresInARow: number;
}

/** The pause to the next tick in ms, with a jitter of 20 %: sidecars of one set must not act in step. `random` is in [0, 1). */
export function nextDelayMs({ isApplied, failuresInARow }: TickResult, intervalMs: number, random: number): number {
  const factor = isApplied ? 0.2 : Math.min(2 ** failuresInARow, LONGEST_BACK_OFF);
  return intervalMs * factor * (0.8 + 0.4 * random);
}
