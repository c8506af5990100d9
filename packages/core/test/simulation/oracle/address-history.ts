import { familyOf } from '../../../src/lookup/addresses.ts';
import { FAMILIES } from '../../../src/lookup/outcome.ts';
import type { Family } from '../../../src/lookup/outcome.ts';
import { isEliminated } from './elimination.ts';
import type { Knowledge } from './knowledge.ts';
import { addressesIn, addressesOf, ownersIn } from './seen-round.ts';
import type { SeenRound } from './seen-round.ts';

/** Own-name answers with the same addresses, in a row. */
interface AnswerRun {
  readonly addresses: string;
  readonly answers: number;
  readonly sinceMs: number;
  /** The part of it that no round interrupted. */
  readonly solid: { readonly answers: number; readonly sinceMs: number; readonly round: number };
}

/** An address that a member gave up. */
interface Past {
  /** When the member last had it. */
  readonly hadMs: number;
  /** When an answer last showed it. */
  readonly shownMs: number;
}

const ANSWERS = 3;
const SPAN_MS = 3_000;
const SHORTEST_PAST_MS = 15_000;

/** What the own-name answers, and the lack of them, say of each member's addresses over the rounds. */
export class AddressHistory {
  readonly #knowledge: Knowledge;
  readonly #past = new Map<string, Map<string, Past>>();
  readonly #runs = new Map<string, AnswerRun>();
  readonly #losses = new Map<string, { readonly rounds: number; readonly sinceMs: number }>();
  #polls = 0;

  constructor(knowledge: Knowledge) {
    this.#knowledge = knowledge;
  }

  /** Reads the answers of a round. */
  read(seen: SeenRound): void {
    if (!seen.isSetAsked) return;
    this.#polls += 1;
    for (const name of seen.own.keys()) this.#readAnswers(name, seen);
    if (seen.set.ipv4 !== undefined && seen.set.ipv6 !== undefined) this.#readLosses(seen);
  }

  /** Reads what the watcher made of them. */
  settle({ before, after, own, endedAtMs }: SeenRound): void {
    if (before !== after) {
      const now = new Map(after.peers.map((peer) => [peer.name, peer.addresses]));
      for (const { name, addresses } of before.peers) {
        const kept = now.get(name);
        if (kept === undefined) this.#forget(name);
        else
          for (const address of addresses) if (!kept.includes(address)) this.#put(name, address, { hadMs: endedAtMs, shownMs: endedAtMs });
      }
    }
    if (before === after && own.size === 0) return;
    const owners = ownersIn(after);
    for (const { name, addresses } of after.peers) {
      const past = this.#past.get(name);
      for (const address of addresses) past?.delete(address);
      for (const address of FAMILIES.flatMap((family) => addressesOf(own.get(name)?.[family]))) {
        if (addresses.includes(address)) continue;
        // Refused, because it is waited for, or because it is another's: then it has yet to be said without contradiction.
        this.#put(name, address, { hadMs: past?.get(address)?.hadMs ?? -Infinity, shownMs: endedAtMs });
        if (owners.has(address)) this.#interrupt(`${name} ${familyOf(address)}`);
      }
    }
  }

  /** Whether the member gave the address up so lately that it must not (`must`), or may not yet (`may`), be believed at once. */
  isRecent(name: string, address: string, nowMs: number, bound: 'must' | 'may'): boolean {
    const past = this.#past.get(name)?.get(address);
    if (past === undefined) return false;
    const ttlMs = this.#knowledge.largestTtl(nowMs, bound === 'must' ? 'least' : 'most') * 1_000;
    return nowMs - (bound === 'must' ? past.hadMs : past.shownMs) <= Math.max(SHORTEST_PAST_MS, ttlMs);
  }

  /** Whether 3 own-name answers in a row over 3 s say the same: with nothing at all between them, if `solid`. */
  isRepeated(name: string, family: Family, nowMs: number, kind: 'any' | 'solid'): boolean {
    const run = this.#runs.get(`${name} ${family}`);
    const counted = kind === 'solid' ? run?.solid : run;
    return counted !== undefined && counted.answers >= ANSWERS && nowMs - counted.sinceMs >= SPAN_MS;
  }

  /** Whether the family was denied in 3 rounds over 3 s without being shown. */
  isLost(name: string, family: Family, nowMs: number): boolean {
    const loss = this.#losses.get(`${name} ${family}`);
    return loss !== undefined && loss.rounds >= ANSWERS && nowMs - loss.sinceMs >= SPAN_MS;
  }

  #readAnswers(name: string, seen: SeenRound): void {
    const { own, shown, endedAtMs } = seen;
    const answers = own.get(name) ?? {};
    const isDenied = FAMILIES.every((family) => (answers[family]?.kind ?? 'absent') === 'absent');
    // Elimination speaks for a name that a cache denies.
    const eliminated = isDenied ? [...shown].filter((address) => isEliminated(name, address, seen)) : [];
    for (const family of FAMILIES) {
      const key = `${name} ${family}`;
      const named = addressesOf(answers[family]);
      const instead = eliminated.filter((address) => familyOf(address) === family);
      if (named.length > 0) this.#extend(key, named, { nowMs: endedAtMs, isSolid: true });
      else if (instead.length > 0) this.#extend(key, instead, { nowMs: endedAtMs, isSolid: false });
      else if (answers[family]?.kind === 'absent' && eliminated.length === 0) this.#runs.delete(key);
    }
  }

  #extend(key: string, list: readonly string[], { nowMs, isSolid }: { nowMs: number; isSolid: boolean }): void {
    const addresses = list.toSorted().join(' ');
    const known = this.#runs.get(key);
    const run = known?.addresses === addresses ? known : undefined;
    const solid = isSolid && run?.solid.round === this.#polls - 1 ? run.solid : undefined;
    this.#runs.set(key, {
      addresses,
      answers: (run?.answers ?? 0) + 1,
      sinceMs: run?.sinceMs ?? nowMs,
      solid: { answers: (solid?.answers ?? 0) + Number(isSolid), sinceMs: solid?.sinceMs ?? nowMs, round: this.#polls },
    });
  }

  #interrupt(key: string): void {
    const run = this.#runs.get(key);
    if (run !== undefined) this.#runs.set(key, { ...run, solid: { answers: 0, sinceMs: Infinity, round: -1 } });
  }

  #readLosses({ before, set, own, shown, endedAtMs }: SeenRound): void {
    for (const peer of before.peers) {
      for (const family of FAMILIES) {
        const key = `${peer.name} ${family}`;
        const answer = own.get(peer.name)?.[family];
        if (answer?.kind === 'found' || addressesIn(family, peer).some((address) => shown.has(address))) this.#losses.delete(key);
        else if (answer?.kind === 'absent' || (set[family]?.kind ?? 'unknown') !== 'unknown') {
          const loss = this.#losses.get(key) ?? { rounds: 0, sinceMs: endedAtMs };
          this.#losses.set(key, { rounds: loss.rounds + 1, sinceMs: loss.sinceMs });
        }
      }
    }
  }

  #put(name: string, address: string, past: Past): void {
    const pasts = this.#past.get(name) ?? new Map<string, Past>();
    pasts.set(address, past);
    this.#past.set(name, pasts);
  }

  #forget(name: string): void {
    this.#past.delete(name);
    for (const family of FAMILIES) {
      this.#runs.delete(`${name} ${family}`);
      this.#losses.delete(`${name} ${family}`);
    }
  }
}
