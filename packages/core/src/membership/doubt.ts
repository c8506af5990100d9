/** What contradicts a member, since its last confirmation. Frozen. */
export interface Doubt {
  /** When the first answer contradicted it. */
  readonly sinceMs: number;
  /** Rounds whose authoritative answers contradicted it. */
  readonly rounds: number;
  /** When its own name was last answered as absent; undefined while it was not. */
  readonly ownAbsentAtMs: number | undefined;
}

/** What one round says of one member. `nothing`: no authoritative answer was about it. */
export type Verdict = 'confirmed' | 'contradicted' | 'nothing';

/** Fewer contradicting rounds than this never make a member leave, however long they span. */
const ROUNDS_TO_LEAVE = 5;

/** The doubt after one more contradicting round. */
export function contradict(doubt: Doubt | undefined, { isOwnAbsent, nowMs }: { isOwnAbsent: boolean; nowMs: number }): Doubt {
  return Object.freeze({
    sinceMs: doubt?.sinceMs ?? nowMs,
    rounds: (doubt?.rounds ?? 0) + 1,
    ownAbsentAtMs: isOwnAbsent ? nowMs : doubt?.ownAbsentAtMs,
  });
}

/**
 * Whether the evidence is complete: enough contradicting rounds over the whole window, and the member's own name denied inside it. A
 * confirmation would have ended the doubt, so there was none in between.
 */
export function isProvenGone(doubt: Doubt, windowMs: number, nowMs: number): boolean {
  return doubt.rounds >= ROUNDS_TO_LEAVE && nowMs - doubt.sinceMs >= windowMs && doubt.ownAbsentAtMs !== undefined;
}
