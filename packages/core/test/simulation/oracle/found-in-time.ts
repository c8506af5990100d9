import { FAMILIES } from '../../../src/lookup/outcome.ts';
import type { Snapshot } from '../../../src/membership/snapshot.ts';
import { inFamilies } from '../truth.ts';
import type { Truth } from '../truth.ts';
import type { AddressHistory } from './address-history.ts';
import type { Knowledge } from './knowledge.ts';
import { ownersIn } from './seen-round.ts';
import type { SeenRound } from './seen-round.ts';
import type { Report, Watch } from './violations.ts';

/** A pod that is not published as it is. */
interface Owed {
  readonly addresses: string;
  /** Polls in a row that were well and did not lead to it, and the end of the first of them. */
  readonly polls: number;
  readonly sinceMs: number;
  /** Some of its addresses were believed to be another's at some time, or given up lately: the set does not show that. */
  readonly isHidden: boolean;
}

const JITTER = 1.2;
const VERIFY_EVERY_MS = 30_000;
/** What the engine remembers of denials: SRV that is not there, candidates for an address without a name. */
const MEMORY_MS = 60_000;
/** A family that had no record three times is looked at again after 10 min. */
const SILENT_FAMILY_MS = 600_000;
/** Candidates for one address without a name: 8 above and below, and some between. */
const CANDIDATES = 24;
const ASKED_A_ROUND = 8;

/**
 * M3: a ready pod is published as it is within one poll of the first that shows it, where DNS tells the truth and names can be told. After lies,
 * where SRV names nobody, and for addresses that are believed to be another's, it may take what the paces of section 2 make it take.
 */
export class FoundInTime implements Watch {
  readonly #report: Report;
  readonly #knowledge: Knowledge;
  readonly #history: AddressHistory;
  readonly #hasSrv: boolean;
  readonly #isAuto: boolean;
  readonly #owed = new Map<string, Owed>();
  /** Everyone of this truth stands in this snapshot, as far as so many families tell. */
  #published: { readonly truth: Truth; readonly after: Snapshot; readonly families: number } | undefined;
  #lieMs = -Infinity;
  #silentLieMs = -Infinity;

  constructor(
    report: Report,
    knowledge: Knowledge,
    { history, hasSrv, isAuto }: { history: AddressHistory; hasSrv: boolean; isAuto: boolean },
  ) {
    this.#report = report;
    this.#knowledge = knowledge;
    this.#history = history;
    this.#hasSrv = hasSrv;
    this.#isAuto = isAuto;
  }

  interrupted(nowMs: number): void {
    this.#owed.clear();
    // What a lie has led to is still believed.
    this.#lieMs = Math.max(this.#lieMs, nowMs);
  }

  round(seen: SeenRound): void {
    if (!seen.isWell) {
      this.#lieMs = seen.endedAtMs;
      if (this.#isAuto && FAMILIES.some((family) => seen.set[family]?.kind === 'absent')) this.#silentLieMs = seen.endedAtMs;
      this.#owed.clear();
    } else if (seen.isSetAsked) this.#judge(seen);
  }

  #judge(seen: SeenRound): void {
    const { truth, after, endedAtMs } = seen;
    const families = FAMILIES.filter((family) => seen.set[family] !== undefined);
    // Most rounds change nothing.
    const isKnown = truth === this.#published?.truth && after === this.#published.after && families.length <= this.#published.families;
    if (isKnown) return;
    const believed = new Map(after.peers.map((peer) => [peer.name, peer.addresses]));
    let owners: ReadonlyMap<string, string> | undefined;
    for (const [name, all] of truth.names) {
      const addresses = inFamilies(all, families);
      const held = inFamilies(believed.get(name) ?? [], families);
      if (addresses.length === 0 || isSame(addresses, held)) {
        this.#owed.delete(name);
        continue;
      }
      owners ??= ownersIn(after);
      // Or they are told apart from a lagging answer only by repetition: the member had them lately.
      const isHidden = addresses.some(
        (address) => (owners?.get(address) ?? name) !== name || this.#history.isRecent(name, address, endedAtMs, 'may'),
      );
      // Only settled polls verify anyone.
      const isWaiting = isHidden && seen.round.wasSettling;
      const owed = this.#owe(name, { addresses: all.join(' '), isHidden, isWaiting, nowMs: endedAtMs });
      this.#judgeOwed(name, owed, { nowMs: endedAtMs, count: truth.names.size });
    }
    for (const name of this.#owed.keys()) if (!truth.names.has(name)) this.#owed.delete(name);
    this.#published = this.#owed.size === 0 ? { truth, after, families: families.length } : undefined;
  }

  #owe(
    name: string,
    { addresses, isHidden, isWaiting, nowMs }: { addresses: string; isHidden: boolean; isWaiting: boolean; nowMs: number },
  ): Owed {
    const known = this.#owed.get(name);
    const before = known?.addresses === addresses ? known : undefined;
    const owed = {
      addresses,
      polls: (before?.polls ?? 0) + 1,
      sinceMs: isWaiting ? nowMs : (before?.sinceMs ?? nowMs),
      isHidden: isHidden || before?.isHidden === true,
    };
    this.#owed.set(name, owed);
    return owed;
  }

  #judgeOwed(name: string, { polls, sinceMs, isHidden, addresses }: Owed, { nowMs, count }: { nowMs: number; count: number }): void {
    const { pollIntervalMs, settlingIntervalMs } = this.#knowledge.policy;
    const pollMs = JITTER * pollIntervalMs;
    // What lies have left in the engine's memory, a minute's worth, may hold up the rest.
    const isClean = nowMs - this.#lieMs > MEMORY_MS + 2 * pollMs;
    const lateMs = nowMs - sinceMs;
    if (isClean && this.#hasSrv && !isHidden) {
      if (polls > 2) this.#report('M3', `${name} ${addresses} is shown for ${polls} polls and not published`);
      return;
    }
    const boundMs =
      2 * MEMORY_MS +
      2 * pollMs +
      Math.ceil(count / ASKED_A_ROUND) * JITTER * settlingIntervalMs +
      (this.#hasSrv ? 0 : CANDIDATES * pollMs) +
      (isHidden ? count * (VERIFY_EVERY_MS + pollMs) : 0) +
      (nowMs - this.#silentLieMs < SILENT_FAMILY_MS + MEMORY_MS ? SILENT_FAMILY_MS : 0);
    if (lateMs > boundMs)
      this.#report('M3', `${name} ${addresses} is shown for ${lateMs} ms and not published, the bound is ${boundMs} ms`);
  }
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((address, i) => address === b[i]);
}
