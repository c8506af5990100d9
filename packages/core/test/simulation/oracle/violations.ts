import type { SeenRound } from './seen-round.ts';

/** A rule that was broken. */
export interface Violation {
  /** `M1` to `M13` of the design, or `end` for what a quiet time must lead to. */
  readonly rule: string;
  readonly atMs: number;
  readonly text: string;
}

/** Tells of a broken rule. */
export type Report = (rule: string, text: string) => void;

/** One rule, kept watch over round by round. */
export interface Watch {
  round(seen: SeenRound): void;
  /** The watcher did not run for a while, or the world was left out of sight: nothing is owed for that time. */
  interrupted?(nowMs: number): void;
}
