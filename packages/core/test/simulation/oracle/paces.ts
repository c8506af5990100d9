import { FAMILIES } from '../../../src/lookup/outcome.ts';
import type { Outcome } from '../../../src/lookup/outcome.ts';
import { familyOf } from '../../../src/lookup/addresses.ts';
import type { Peer } from '../../../src/membership/peer.ts';
import { dashedName } from '../../../src/service/dns-names.ts';
import type { Knowledge } from './knowledge.ts';
import type { SeenRound } from './seen-round.ts';
import type { Report, Watch } from './violations.ts';

const PROBE_EVERY_MS = 30_000;
/** A name is probed in so many types by turns: each probe may come a little early. */
const PROBE_TYPES = 7;
const SRV_MEMORY_MS = 60_000;
const MISSED_ASKED = 8;
const MISSED_ASKED_WHILE_ABSENT = 4;
/** A timer may fire a fraction of a millisecond early. */
const EARLY_MS = 1;

/** M11: a name that is denied is asked again, a probe repeated, and missed members are asked, no more often than section 2 allows. */
export class Paces implements Watch {
  readonly #report: Report;
  readonly #knowledge: Knowledge;
  readonly #probedAtMs = new Map<string, number>();
  /** When a name was last asked and denied. */
  readonly #deniedAtMs = new Map<string, number>();
  /** Members that the last answered set did not show. */
  #missed: ReadonlySet<string> = new Set();
  #lastProbeMs = -Infinity;
  #isSetAbsent = false;
  /** No server said anything in the last round that asked for the set. */
  #isUnreached = false;
  #srv: { readonly outcome: Outcome; readonly atMs: number } | undefined;

  constructor(report: Report, knowledge: Knowledge) {
    this.#report = report;
    this.#knowledge = knowledge;
  }

  round(seen: SeenRound): void {
    if (seen.probes.length > 0) this.#judgeProbes(seen);
    if (seen.lookups.length > 1) this.#judgeRepeats(seen);
    if (seen.srv !== undefined) this.#judgeSrv(seen);
    if (seen.own.size > 0) {
      this.#judgeMissed(seen);
      this.#judgeDenied(seen);
    }
    if (seen.isSetAsked) this.#isUnreached = seen.isSetMute;
    if (seen.isSetAnswered) this.#isSetAbsent = FAMILIES.every((family) => seen.set[family]?.kind !== 'found');
    if (
      seen.isSetAnswered &&
      (this.#missed.size > 0 || seen.before !== seen.after || seen.after.peers.some((peer) => isMissed(peer, seen)))
    )
      this.#missed = new Set(seen.after.peers.filter((peer) => isMissed(peer, seen)).map(({ name }) => name));
  }

  #judgeProbes({ probes, startedAtMs, before, isSetAsked }: SeenRound): void {
    // While nobody says anything, a poll takes the probe of the Service along beside another's: it has the pace of its own name only.
    const isAlong = isSetAsked && this.#isUnreached;
    const paced = isAlong ? probes.filter(({ question }) => question.name !== before.service.host) : probes;
    if (paced.length > 1 || probes.length - paced.length > 1) this.#report('M11', `${probes.length} probes at once`);
    const { settlingIntervalMs } = this.#knowledge.policy;
    // One that a poll takes along has the pace of the polls.
    const hasOwnTime = this.#isSetAbsent || before.missing.length > 0;
    if (hasOwnTime && paced.length > 0 && startedAtMs - this.#lastProbeMs < settlingIntervalMs - EARLY_MS)
      this.#report('M11', `a probe ${startedAtMs - this.#lastProbeMs} ms after the one before`);
    this.#lastProbeMs = startedAtMs;
    for (const { question } of probes) {
      const key = `${question.type} ${question.name}`;
      const ageMs = startedAtMs - (this.#probedAtMs.get(key) ?? -Infinity);
      if (ageMs < PROBE_EVERY_MS - PROBE_TYPES * EARLY_MS) this.#report('M11', `${key} is probed again after ${ageMs} ms`);
      this.#probedAtMs.set(key, startedAtMs);
    }
  }

  /** Only an answer that is served stale is asked for again. */
  #judgeRepeats({ lookups }: SeenRound): void {
    const asked = new Map<string, Outcome>();
    for (const { question, outcome } of lookups) {
      const key = `${question.type} ${question.name}`;
      const first = asked.get(key);
      const isStale = first?.kind === 'found' && first.ttlSeconds === 0;
      if (first !== undefined && !isStale) this.#report('M11', `${key} is asked twice in a round`);
      asked.set(key, outcome);
    }
  }

  #judgeSrv({ startedAtMs, srv }: SeenRound): void {
    const last = this.#srv;
    const isNone = last?.outcome.kind === 'absent' && last.outcome.reason === 'no-such-record';
    if (isNone && startedAtMs - last.atMs < SRV_MEMORY_MS - EARLY_MS)
      this.#report('M11', `SRV is asked again ${startedAtMs - last.atMs} ms after there was no such record`);
    if (srv !== undefined) this.#srv = { outcome: srv, atMs: startedAtMs };
  }

  #judgeMissed(seen: SeenRound): void {
    const { before, own, srvNames } = seen;
    const isSetAbsent = FAMILIES.every((family) => seen.set[family]?.kind !== 'found');
    const limit = isSetAbsent ? MISSED_ASKED_WHILE_ABSENT : MISSED_ASKED;
    if (own.size <= limit) return;
    // Whose name is the dashed form of an address without an owner is asked for that.
    const dashed = new Set([...seen.shown].map(dashedName));
    const isMeant = ({ name, addresses }: Peer): boolean =>
      own.has(name) && !srvNames.has(name) && !(addresses.length === 0 && dashed.has(name));
    const asked = before.peers.filter((peer) => isMeant(peer) && !isContested(peer, seen));
    if (asked.length > limit) this.#report('M11', `${asked.length} missed members are asked in a round`);
  }

  #judgeDenied(seen: SeenRound): void {
    const { own, before, startedAtMs } = seen;
    const againMs = this.#knowledge.askAgainMs(startedAtMs) - EARLY_MS;
    const members = new Map(before.peers.map((peer) => [peer.name, peer]));
    const isNewAddress = this.#showsNewAddress(seen, members);
    for (const [name, answers] of own) {
      const member = members.get(name);
      const lastMs = this.#deniedAtMs.get(name);
      const isFirstMiss = member !== undefined && !this.#missed.has(name);
      const isFree = isNewAddress || isFirstMiss || this.#knowledge.isPending(name) || (member !== undefined && isContested(member, seen));
      if (lastMs !== undefined && !isFree && startedAtMs - lastMs < againMs)
        this.#report('M11', `${name} is asked again ${startedAtMs - lastMs} ms after it was denied`);
      const outcomes = FAMILIES.flatMap((family) => answers[family] ?? []);
      if (outcomes.every(({ kind }) => kind === 'absent')) this.#deniedAtMs.set(name, startedAtMs);
      else if (outcomes.some(({ kind }) => kind === 'found')) this.#deniedAtMs.delete(name);
    }
  }

  /** An address without an owner that was not there before: whoever is missed or new may be behind it, and no pace holds. */
  #showsNewAddress({ shown, own, startedAtMs }: SeenRound, members: ReadonlyMap<string, Peer>): boolean {
    const held = new Set([...members.values()].flatMap(({ name, addresses }) => (own.has(name) ? [] : addresses)));
    const windowMs = this.#knowledge.windowMs(startedAtMs, 'least');
    const isNew = (address: string): boolean => {
      const known = this.#knowledge.unownedBefore.get(address);
      return known === undefined || (known.wasOpen && startedAtMs - known.sinceMs >= windowMs);
    };
    return [...shown].some((address) => !held.has(address) && isNew(address));
  }
}

/** The set was answered in a family of the member, and shows none of its addresses. */
function isMissed({ addresses }: Peer, { shown, set }: SeenRound): boolean {
  if (addresses.some((address) => shown.has(address))) return false;
  return addresses.length === 0 || addresses.some((address) => (set[familyOf(address)]?.kind ?? 'unknown') !== 'unknown');
}

/** Another name's own answer holds one of the member's addresses. */
function isContested({ name, addresses }: Peer, { claims }: SeenRound): boolean {
  return addresses.some((address) => [...(claims.get(address) ?? [])].some((claimant) => claimant !== name));
}
