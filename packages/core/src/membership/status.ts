import type { Membership } from './membership.ts';
import type { Policy } from './policy.ts';
import type { Problem } from './problem.ts';
import { isSettling } from './schedule.ts';

/**
 * `starting` until the first authoritative answer; `settling` while something is in motion and the watcher polls fast; `settled`
 * otherwise; `stale` when the last authoritative answer is older than `staleAfterMs`, or the snapshot is that of the last-known file; `closed`
 * after `close()`.
 */
export type Phase = 'starting' | 'settling' | 'settled' | 'stale' | 'closed';

/** How fresh the snapshot is, and what is wrong. Frozen. */
export interface Status {
  /** How fresh the snapshot is, in a word. */
  readonly phase: Phase;
  /** When DNS last answered with authority about the Service, on the watcher's clock; undefined before that. */
  readonly lastAnswerAtMs: number | undefined;
  /** Rounds in a row without such an answer. */
  readonly failuresInARow: number;
  /** What a person should look at; the same list while the same things are wrong. */
  readonly problems: readonly Problem[];
  /** Names of members that the latest answers contradict. They stay in the snapshot until the evidence is complete. */
  readonly unconfirmed: readonly string[];
}

export function statusOf(membership: Membership, policy: Policy, now: { isAwaited: boolean; isClosed: boolean; nowMs: number }): Status {
  const { lastAnswerAtMs, failuresInARow, problems, unconfirmed } = membership;
  return Object.freeze({ phase: phaseOf(membership, policy, now), lastAnswerAtMs, failuresInARow, problems, unconfirmed });
}

/** Whether a listener should hear of the difference: times and counts alone are not news. */
export function isStatusNews(before: Status, after: Status): boolean {
  return before.phase !== after.phase || before.problems !== after.problems || before.unconfirmed !== after.unconfirmed;
}

function phaseOf(membership: Membership, { staleAfterMs }: Policy, now: { isAwaited: boolean; isClosed: boolean; nowMs: number }): Phase {
  const { lastAnswerAtMs } = membership;
  if (now.isClosed) return 'closed';
  if (lastAnswerAtMs === undefined) return membership.hasLastKnown ? 'stale' : 'starting';
  if (now.nowMs - lastAnswerAtMs >= staleAfterMs) return 'stale';
  return isSettling(membership, now) ? 'settling' : 'settled';
}
