/** What is known of when the next round ends. */
export interface RoundPromise {
  /** The pause that the last round promised; 0 before the first. */
  readonly nextDelayMs: number;
  /** The longest time for one question. */
  readonly lookupTimeoutMs: number;
}

/** A round of several steps is cut off after this, or after three questions that got no answer, whichever is more. */
const SHORTEST_ROUND_LIMIT_MS = 10_000;
const STEPS = 3;
/** For a processor that is shared, and a process that was stopped for a moment. */
const SLACK_MS = 15_000;

/** The longest time from the end of one round, or from the start, to the end of the next, in a loop that turns: whatever DNS does. */
export function healthBoundMs({ nextDelayMs, lookupTimeoutMs }: RoundPromise): number {
  return nextDelayMs + Math.max(SHORTEST_ROUND_LIMIT_MS, STEPS * lookupTimeoutMs) + SLACK_MS;
}
