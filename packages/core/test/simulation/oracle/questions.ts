import { FAMILIES } from '../../../src/lookup/outcome.ts';
import type { Outcome } from '../../../src/lookup/outcome.ts';
import type { Knowledge } from './knowledge.ts';
import type { Round } from '../sync-watcher.ts';
import { addressesOf } from './seen-round.ts';
import type { SeenRound } from './seen-round.ts';
import type { Report, Watch } from './violations.ts';

const VERIFY_EVERY_MS = 30_000;
const SRV_MEMORY_MS = 60_000;
const SILENT_ROUNDS = 3;
const SILENT_LOOK_MS = 600_000;
/** A timer may fire a fraction of a millisecond early. */
const EARLY_MS = 1;

/** M9: a poll that finds just the members asks one question a family, one member's own name every 30 s, and one probe at most. */
export class Questions implements Watch {
  readonly #report: Report;
  readonly #knowledge: Knowledge;
  readonly #isAuto: boolean;
  readonly #silence = { ipv4: { rounds: 0, atMs: -Infinity }, ipv6: { rounds: 0, atMs: -Infinity } };
  #isSetAbsent = true;
  #ownAtMs = -Infinity;
  #srv: { readonly outcome: Outcome; readonly atMs: number } | undefined;

  constructor(report: Report, knowledge: Knowledge, { isAuto }: { isAuto: boolean }) {
    this.#report = report;
    this.#knowledge = knowledge;
    this.#isAuto = isAuto;
  }

  round(seen: SeenRound): void {
    if (this.#isAuto && seen.isSetAsked) this.#judgeFamilies(seen);
    if (isExact(seen)) this.#judgePoll(seen);
    if (isAboutPeers(seen)) this.#ownAtMs = seen.startedAtMs;
    if (seen.srv !== undefined) this.#srv = { outcome: seen.srv, atMs: seen.startedAtMs };
    if (seen.isSetAnswered) this.#isSetAbsent = FAMILIES.every((family) => seen.set[family]?.kind !== 'found');
  }

  /** `auto` leaves a family alone that had no record three times while the other was found. */
  #judgeFamilies({ set, before, startedAtMs }: SeenRound): void {
    for (const family of FAMILIES) {
      const outcome = set[family];
      const silence = this.#silence[family];
      const isHeld = before.peers.some(({ addresses }) => addresses.some((address) => address.includes(':') === (family === 'ipv6')));
      const isIdle = silence.rounds >= SILENT_ROUNDS && !isHeld && !this.#isSetAbsent;
      if (outcome === undefined) {
        if (!isIdle) this.#report('M9', `${family} is not asked, though it was not silent`);
        continue;
      }
      if (isIdle && startedAtMs - silence.atMs < SILENT_LOOK_MS) this.#report('M9', `${family} is asked, though it is silent`);
      const other = set[family === 'ipv4' ? 'ipv6' : 'ipv4'];
      const isSilent = outcome.kind === 'absent' && outcome.reason === 'no-such-record' && other?.kind === 'found';
      this.#silence[family] = { rounds: isSilent ? silence.rounds + 1 : outcome.kind === 'found' ? 0 : silence.rounds, atMs: startedAtMs };
    }
  }

  #judgePoll(seen: SeenRound): void {
    const { own, lookups, startedAtMs, round } = seen;
    // While an address has no name, names are guessed for it too.
    const isGuessing = isUnnamed(round);
    const isVerified = isAboutPeers(seen);
    const owedMs = startedAtMs - this.#ownAtMs - VERIFY_EVERY_MS;
    // SRV, asked for ports, may show more than the set does.
    const names = [...own.keys()].filter((name) => !seen.srvNames.has(name));
    if (names.length > 1 && !isGuessing) this.#report('M9', `${names.length} names are asked in a poll that confirms everyone`);
    if (isVerified && names.length > 0 && !isGuessing && (round.wasSettling || owedMs < 0))
      this.#report('M9', 'a member is verified before its time');
    if (!isVerified && !round.wasSettling && owedMs >= 0) this.#report('M9', 'no member is verified, though it is time');
    if (seen.probes.length > 1) this.#report('M9', `${seen.probes.length} probes in a poll`);
    const srvs = lookups.filter(({ question }) => question.type === 'SRV');
    if (srvs.length > 0 && !this.#isSrvOwed(seen)) this.#report('M9', 'SRV is asked in a poll that confirms everyone');
  }

  /** For ports, while the last answer failed, and for names that nothing has told. */
  #isSrvOwed({ startedAtMs, round }: SeenRound): boolean {
    const ageMs = startedAtMs - (this.#srv?.atMs ?? -Infinity);
    if (isUnnamed(round) && ageMs >= SRV_MEMORY_MS - EARLY_MS) return true;
    const paceMs = round.wasSettling ? this.#knowledge.askAgainMs(startedAtMs) : SRV_MEMORY_MS;
    return this.#srv?.outcome.kind === 'unknown' && this.#knowledge.policy.port === undefined && ageMs >= paceMs - EARLY_MS;
  }
}

/** The set shows just the members, no probe proves anything, and who is asked by name confirms it. */
function isExact({ shown, before, own, probes, isSetAsked, set }: SeenRound): boolean {
  if (!isSetAsked || before.peers.length === 0) return false;
  let count = 0;
  for (const { addresses, name } of before.peers) {
    if (addresses.length === 0) return false;
    for (const address of addresses) if (!shown.has(address)) return false;
    count += addresses.length;
    const answers = own.get(name);
    if (answers === undefined) continue;
    const answered = FAMILIES.flatMap((family) => addressesOf(answers[family]));
    if (answered.length !== addresses.length || !answered.every((address) => addresses.includes(address))) return false;
  }
  const isProven = probes.some(
    ({ outcome }) => outcome.kind === 'found' || (outcome.kind === 'absent' && outcome.reason === 'no-such-record'),
  );
  return count === shown.size && !isProven && FAMILIES.some((family) => set[family]?.kind === 'found');
}

/** A member was asked by name, or a name that answered. */
function isAboutPeers({ own, before }: SeenRound): boolean {
  if (own.size === 0) return false;
  if (before.peers.some(({ name }) => own.has(name))) return true;
  return [...own.values()].some((answers) => FAMILIES.some((family) => answers[family]?.kind === 'found'));
}

/** Some peer's name is only the dashed form of an address that nothing could name. */
export function isUnnamed({ before }: Round): boolean {
  return before.problems.some(({ code }) => code === 'UNNAMED_ADDRESS');
}
