import { FAMILIES } from '../../../src/lookup/outcome.ts';
import type { Outcome } from '../../../src/lookup/outcome.ts';
import type { Peer } from '../../../src/membership/peer.ts';
import type { Knowledge } from './knowledge.ts';
import { addressesOf, ownersIn } from './seen-round.ts';
import type { ByFamily, SeenRound } from './seen-round.ts';
import type { Report, Watch } from './violations.ts';

/** Denials of a member without a confirmation between them. */
interface Run {
  readonly sinceMs: number;
  readonly lastMs: number;
  readonly rounds: number;
  /** Its own name was denied in one of them. */
  readonly isNameDenied: boolean;
}

const ROUNDS_TO_LEAVE = 5;
const CUT_FROM = { ipv4: 4_000, ipv6: 2_300 };

/**
 * M1: a member leaves only if over a span of at least the window and in at least 5 rounds no answer confirmed it and every authoritative
 * answer about it denied it; twice the span where nobody is confirmed; its name denied in that span; and never while an address of the set
 * belongs to nobody, or by a set that may be cut.
 */
export class NoFalseLeave implements Watch {
  readonly #report: Report;
  readonly #knowledge: Knowledge;
  readonly #runs = new Map<string, Run>();

  constructor(report: Report, knowledge: Knowledge) {
    this.#report = report;
    this.#knowledge = knowledge;
  }

  round(seen: SeenRound): void {
    const { before, after } = seen;
    if (!seen.isSetAsked) {
      if (before.peers !== after.peers) this.#judgeLeaves(seen);
      return;
    }
    if (this.#runs.size === 0 && before === after && seen.own.size === 0 && isEveryoneShown(seen)) return;
    const owners = seen.own.size === 0 && before === after ? undefined : ownersIn(after);
    for (const peer of before.peers) this.#judge(peer, seen, owners);
    if (before.peers !== after.peers) this.#judgeJoiners(seen);
    if (before.peers !== after.peers) this.#judgeLeaves(seen);
  }

  #judge(peer: Peer, seen: SeenRound, owners: ReadonlyMap<string, string> | undefined): void {
    const { name, addresses } = peer;
    const hasLost = (address: string): boolean => (owners?.get(address) ?? name) !== name;
    const own = seen.own.get(name);
    const isNamed = own !== undefined && FAMILIES.some((family) => addressesOf(own[family]).length > 0);
    const isShown = addresses.some((address) => seen.shown.has(address) && !hasLost(address));
    // What another name holds now, and this one held or claimed, speaks against it.
    const claimed = own === undefined ? [] : FAMILIES.flatMap((family) => addressesOf(own[family]));
    const isLoser =
      !isShown && [...addresses, ...claimed].some(hasLost) && claimed.every((address) => hasLost(address) || isContested(address, seen));
    if (isNamed || isShown) this.#runs.delete(name);
    if (isShown || (isNamed && !isLoser)) return;
    const isNameDenied = own !== undefined && this.#denies(own, ({ kind }) => kind === 'absent');
    const isDenied = isLoser || isNameDenied || (!mayBeCut(seen) && this.#denies(seen.set, ({ kind }) => kind !== 'unknown'));
    // Elimination speaks for a name that a cache denies.
    const isAttributed = !isNamed && seen.before !== seen.after && hasGained(peer, seen);
    if (isAttributed) this.#runs.delete(name);
    else if (isDenied) this.#deny(name, seen.endedAtMs, isNameDenied);
  }

  /** Who joins without an address has lost it to another at once. */
  #judgeJoiners({ before, after, endedAtMs }: SeenRound): void {
    const known = new Set(before.peers.map(({ name }) => name));
    for (const { name, addresses } of after.peers) if (addresses.length === 0 && !known.has(name)) this.#deny(name, endedAtMs, false);
  }

  #deny(name: string, nowMs: number, isNameDenied: boolean): void {
    const run = this.#runs.get(name) ?? { sinceMs: nowMs, rounds: 0, isNameDenied: false };
    this.#runs.set(name, {
      sinceMs: run.sinceMs,
      lastMs: nowMs,
      rounds: run.rounds + 1,
      isNameDenied: run.isNameDenied || isNameDenied,
    });
  }

  /** Whether the families that were asked all deny; one that fails counts only if it ever showed anyone. */
  #denies(answers: ByFamily, denies: (outcome: Outcome) => boolean): boolean {
    const judged = FAMILIES.flatMap((family) => {
      const outcome = answers[family];
      return outcome === undefined || (outcome.kind === 'unknown' && !this.#knowledge.wasFound(family)) ? [] : [outcome];
    });
    return judged.length > 0 && judged.every(denies);
  }

  #judgeLeaves(seen: SeenRound): void {
    const { before, after, endedAtMs } = seen;
    const staying = new Set(after.peers.map(({ name }) => name));
    const left = before.peers.filter(({ name }) => !staying.has(name));
    if (left.length === 0) return;
    const isSetAbsent = FAMILIES.every((family) => seen.set[family]?.kind !== 'found');
    const hasJoiner = after.peers.length + left.length > before.peers.length;
    const isEmptying = isSetAbsent || (!hasJoiner && before.peers.every(({ name }) => this.#runs.has(name)));
    const windowMs = this.#knowledge.windowMs(endedAtMs, 'least') * (isEmptying ? 2 : 1);
    for (const { name } of left) {
      const why = this.#isEarly(name, seen, windowMs);
      if (why !== undefined) this.#report('M1', `${name} left ${why}`);
      this.#runs.delete(name);
    }
  }

  #isEarly(name: string, seen: SeenRound, windowMs: number): string | undefined {
    const run = this.#runs.get(name);
    const { endedAtMs } = seen;
    if (run === undefined || run.lastMs !== endedAtMs) return 'in a round that did not deny it';
    if (run.rounds < ROUNDS_TO_LEAVE) return `after ${run.rounds} rounds that denied it`;
    if (endedAtMs - run.sinceMs < windowMs) return `after ${endedAtMs - run.sinceMs} ms of denials, the window is ${windowMs} ms`;
    if (!run.isNameDenied) return 'without a denial of its own name';
    if (mayBeCut(seen)) return 'by a set that may be cut';
    const unowned = [...seen.shown].filter((address) => this.#knowledge.unowned.has(address) && !this.#knowledge.isClaimed(address));
    return unowned.length > 0 ? `while nobody owned ${unowned.join(', ')}` : undefined;
  }
}

/** More than one name claims it in this round. */
function isContested(address: string, { claims }: SeenRound): boolean {
  return (claims.get(address)?.size ?? 0) > 1;
}

function isEveryoneShown({ before, shown }: SeenRound): boolean {
  return before.peers.every(({ addresses }) => addresses.some((address) => shown.has(address)));
}

function mayBeCut({ set }: SeenRound): boolean {
  return FAMILIES.some((family) => addressesOf(set[family]).length >= CUT_FROM[family]);
}

function hasGained({ name, addresses }: Peer, { after }: SeenRound): boolean {
  const peer = after.peers.find((each) => each.name === name);
  return peer !== undefined && peer.addresses.some((address) => !addresses.includes(address));
}
