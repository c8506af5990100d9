import { familyOf } from '../../../src/lookup/addresses.ts';
import type { Peer } from '../../../src/membership/peer.ts';
import type { Snapshot } from '../../../src/membership/snapshot.ts';
import type { Truth } from '../truth.ts';
import type { Knowledge } from './knowledge.ts';
import type { SeenRound } from './seen-round.ts';
import type { Report, Watch } from './violations.ts';

/** A member that is gone, and how long its leave has been owed. */
interface Owed {
  readonly sinceMs: number;
  /** The set was, or was about to be, empty at some time since. */
  readonly isEmptying: boolean;
  /** The most members that were missed at a time since. */
  readonly missed: number;
}

const JITTER = 1.2;
const ROUNDS_TO_LEAVE = 5;
/** While the set is absent, half as many members are asked a round. */
const ASKED_A_ROUND = { found: 8, absent: 4 };

/**
 * M2: a member that is gone has left within max(window, 5 intervals), twice that for the last, and a round for each 8 missed, and 2 polls, as
 * long as DNS tells the truth and every address of the set has an owner.
 */
export class TrueLeaves implements Watch {
  readonly #report: Report;
  readonly #knowledge: Knowledge;
  readonly #owed = new Map<string, Owed>();
  /** All of this snapshot are there, by this truth. */
  #there: { readonly after: Snapshot; readonly truth: Truth } | undefined;

  constructor(report: Report, knowledge: Knowledge) {
    this.#report = report;
    this.#knowledge = knowledge;
  }

  interrupted(): void {
    this.#owed.clear();
  }

  round(seen: SeenRound): void {
    if (!seen.isSetAsked) return;
    if (!seen.isWell || this.#knowledge.unowned.size > 0) {
      this.#owed.clear();
      return;
    }
    const { after, truth, endedAtMs } = seen;
    // Most rounds change nothing.
    if (this.#there?.after === after && this.#there.truth === truth) return;
    const gone = after.peers.filter((peer) => isGone(peer, seen));
    this.#there = gone.length === 0 ? { after, truth } : undefined;
    if (gone.length === 0 && this.#owed.size === 0) return;
    const isEmptying = truth.names.size === 0 || gone.length === after.peers.length;
    const names = new Set(gone.map(({ name }) => name));
    for (const name of this.#owed.keys()) if (!names.has(name)) this.#owed.delete(name);
    for (const name of names) {
      const owed = this.#owed.get(name) ?? { sinceMs: endedAtMs, isEmptying, missed: 0 };
      const next = { ...owed, isEmptying: owed.isEmptying || isEmptying, missed: Math.max(owed.missed, gone.length) };
      this.#owed.set(name, next);
      const lateMs = endedAtMs - owed.sinceMs - this.#boundMs(next, endedAtMs);
      if (lateMs > 0) this.#report('M2', `${name} has been gone for ${endedAtMs - owed.sinceMs} ms, ${lateMs} ms more than it may take`);
    }
  }

  #boundMs({ isEmptying, missed }: Owed, nowMs: number): number {
    const { settlingIntervalMs, pollIntervalMs } = this.#knowledge.policy;
    const roundMs = JITTER * settlingIntervalMs;
    const spanMs = Math.max(this.#knowledge.windowMs(nowMs, 'most'), ROUNDS_TO_LEAVE * roundMs);
    const asked = isEmptying ? ASKED_A_ROUND.absent : ASKED_A_ROUND.found;
    return spanMs * (isEmptying ? 2 : 1) + Math.ceil(missed / asked) * roundMs + 2 * JITTER * pollIntervalMs;
  }
}

/** Neither its name nor any of its addresses is there. Whose address now belongs to another is found by verification, in its turn. */
function isGone({ name, addresses }: Peer, { truth, set }: SeenRound): boolean {
  if (truth.names.has(name)) return false;
  return addresses.every((address) => !truth.owners.has(address) || set[familyOf(address)] === undefined);
}
