import { familyOf } from '../../../src/lookup/addresses.ts';
import { FAMILIES } from '../../../src/lookup/outcome.ts';
import type { Family } from '../../../src/lookup/outcome.ts';
import type { Policy } from '../../../src/membership/policy.ts';
import { isEliminated } from './elimination.ts';
import { addressesOf, ownersIn } from './seen-round.ts';
import type { SeenRound } from './seen-round.ts';

const TTL_MEMORY_MS = 600_000;
/** The engine may remember a TTL for a minute longer than the design asks. */
const TTL_SLACK_MS = 60_000;
const SHORTEST_WINDOW_MS = 15_000;
const LONGEST_ALLOWANCE_MS = 60_000;

/** An address of the set without an owner. */
interface Unowned {
  readonly sinceMs: number;
  /** Its family was without an answer in between: then it may have been forgotten. */
  readonly wasOpen: boolean;
}

/** What several rules need to know of the rounds so far. Told of each round before they are. */
export class Knowledge {
  readonly policy: Policy;
  /** TTL in seconds -> when an answer last had it. */
  readonly #ttls = new Map<number, number>();
  readonly #found = new Set<Family>();
  /** Names whose last own answer held addresses that the watcher has not taken over. */
  readonly #pending = new Map<string, readonly string[]>();
  #pendingBefore: ReadonlySet<string> = new Set();
  #unowned: ReadonlyMap<string, Unowned> = new Map();
  #unownedBefore: ReadonlyMap<string, Unowned> = new Map();

  constructor(policy: Policy) {
    this.policy = policy;
  }

  /** Addresses that the set last showed and that no peer held after that, since when. A family without answer keeps its own. */
  get unowned(): ReadonlyMap<string, Unowned> {
    return this.#unowned;
  }

  /** The same before the last answered round. */
  get unownedBefore(): ReadonlyMap<string, Unowned> {
    return this.#unownedBefore;
  }

  /** Whether a name claims the address, although the watcher does not believe it yet. */
  isClaimed(address: string): boolean {
    for (const addresses of this.#pending.values()) if (addresses.includes(address)) return true;
    return false;
  }

  /** Whether a name's last own answer, in this round or before it, held other addresses than the watcher believed then. */
  isPending(name: string): boolean {
    return this.#pending.has(name) || this.#pendingBefore.has(name);
  }

  /** Whether the set was ever found in this family: only then does a failing family hold back a denial. */
  wasFound(family: Family): boolean {
    return this.#found.has(family);
  }

  /** The largest TTL in seconds of the last 10 minutes, or of a minute more. */
  largestTtl(nowMs: number, bound: 'least' | 'most'): number {
    const memoryMs = bound === 'least' ? TTL_MEMORY_MS : TTL_MEMORY_MS + TTL_SLACK_MS;
    let largest = 0;
    for (const [ttlSeconds, atMs] of this.#ttls) if (nowMs - atMs <= memoryMs && ttlSeconds > largest) largest = ttlSeconds;
    return largest;
  }

  /** Section 3: `leaveAfterMs`, or max(15 s, 2 x pollIntervalMs) + the largest TTL, at most 60 s of it. */
  windowMs(nowMs: number, bound: 'least' | 'most'): number {
    const { leaveAfterMs, pollIntervalMs } = this.policy;
    if (leaveAfterMs !== 'auto') return leaveAfterMs;
    const allowanceMs = Math.min(LONGEST_ALLOWANCE_MS, this.largestTtl(nowMs, bound) * 1_000);
    return Math.max(SHORTEST_WINDOW_MS, 2 * pollIntervalMs) + allowanceMs;
  }

  /** How often a denied name is asked again, at least. */
  askAgainMs(nowMs: number): number {
    return Math.max(this.policy.settlingIntervalMs, Math.min(5_000, this.windowMs(nowMs, 'least') / 3));
  }

  round(seen: SeenRound): void {
    for (const { outcome } of seen.lookups) {
      if (outcome.kind === 'found' && outcome.ttlSeconds !== undefined) this.#ttls.set(outcome.ttlSeconds, seen.endedAtMs);
    }
    for (const family of FAMILIES) if (seen.set[family]?.kind === 'found') this.#found.add(family);
    if (seen.own.size > 0) this.#readClaims(seen);
    if (!seen.isSetAnswered) return;
    this.#unownedBefore = this.#unowned;
    this.#unowned = unownedAfter(seen, this.#unowned, this.windowMs(seen.endedAtMs, 'most'));
  }

  #readClaims(seen: SeenRound): void {
    const { own, after } = seen;
    if (this.#pending.size + this.#pendingBefore.size > 0) this.#pendingBefore = new Set(this.#pending.keys());
    const held = new Map(after.peers.map(({ name, addresses }) => [name, addresses]));
    for (const [name, answers] of own) {
      const answered = FAMILIES.flatMap((family) => addressesOf(answers[family]));
      // Elimination speaks for a name that a cache denies.
      const claimed = answered.length > 0 ? answered : [...seen.shown].filter((address) => isEliminated(name, address, seen));
      const believed = held.get(name) ?? [];
      if (claimed.some((address) => !believed.includes(address))) this.#pending.set(name, claimed);
      else if (this.#pending.get(name)?.some((address) => (answers[familyOf(address)]?.kind ?? 'unknown') !== 'unknown') === true)
        this.#pending.delete(name);
    }
    for (const name of this.#pending.keys()) if (!held.has(name)) this.#pending.delete(name);
  }
}

/** A family without an answer keeps what it had. */
function unownedAfter(
  { shown, set, before: last, after, endedAtMs }: SeenRound,
  before: ReadonlyMap<string, Unowned>,
  windowMs: number,
): ReadonlyMap<string, Unowned> {
  if (before.size === 0 && (shown.size === 0 || (last === after && holdsAll(after, shown)))) return before;
  const owners = ownersIn(after);
  const unowned = new Map<string, Unowned>();
  for (const address of shown)
    if (!owners.has(address)) unowned.set(address, before.get(address) ?? { sinceMs: endedAtMs, wasOpen: false });
  for (const [address, { sinceMs }] of before) {
    const outcome = set[familyOf(address)];
    // The engine may count from later, and so forget it later: as long as the family fails, it may be remembered.
    const isOpen = outcome === undefined ? endedAtMs - sinceMs < windowMs : outcome.kind === 'unknown';
    if (isOpen && !owners.has(address)) unowned.set(address, { sinceMs, wasOpen: true });
  }
  return unowned;
}

/** Counting is enough where all addresses that are held are shown: none is held twice. */
function holdsAll({ peers }: SeenRound['after'], shown: ReadonlySet<string>): boolean {
  let held = 0;
  for (const { addresses } of peers) for (const address of addresses) if (shown.has(address)) held += 1;
  return held === shown.size;
}
