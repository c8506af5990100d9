import { virtualClock } from '@peerset/testkit';
import type { VirtualClock } from '@peerset/testkit';
import { parseWatchOptions } from '../../src/parse-options.ts';
import { arrange } from './arrangement.ts';
import type { Arrangement, Kind } from './arrangement.ts';
import { listOf } from './belief.ts';
import { act, mend } from './deeds.ts';
import { Oracle } from './oracle/oracle.ts';
import { seeRound } from './oracle/seen-round.ts';
import type { Violation } from './oracle/violations.ts';
import { seededDice, seededRandom } from './seeded-random.ts';
import type { Dice } from './seeded-random.ts';
import { openStage } from './stage.ts';
import type { Stage } from './stage.ts';
import { SyncDns } from './sync-dns.ts';
import { SyncWatcher } from './sync-watcher.ts';
import type { Round } from './sync-watcher.ts';
import { Tally } from './tally.ts';
import { tellRound } from './tell-round.ts';
import { TruthTeller } from './truth.ts';

/** What one seeded history came to. */
export interface Played {
  readonly seed: number;
  /** What was done, and when: for a person who replays it. */
  readonly deeds: readonly string[];
  readonly violations: readonly Violation[];
  /** The last rounds up to the first violation. */
  readonly trace: readonly string[];
  readonly counts: ReadonlyMap<string, number>;
}

const SECOND = 1_000;
const CYCLES = 3;
/** Faults and blips end by themselves within a minute. */
const LONGEST_FAULT_MS = 61 * SECOND;
/** So long it may take at most until quiet leads to the truth: what is remembered is forgotten, and candidates are tried in turn. */
const LONGEST_QUIET_MS = 45 * 60 * SECOND;
/** And for each member so long, until it was verified. */
const VERIFIED_IN_MS = 66 * SECOND;
/** Quiet that follows upon what happened: most of a watcher's life is like that. */
const QUIET_MS = 180 * SECOND;
const REPLAYED_ONE_OF = 4;
const SUSPENDED_MS = 600 * SECOND;
/** One broken rule breaks others in its wake. */
const VIOLATIONS_KEPT = 8;
const ROUNDS_TOLD = 12;

/** Whether a seed's history has the size that speed is measured at. */
export function isOfFive(seed: number): boolean {
  return sizeOf(seededDice(seed)) === 5;
}

function sizeOf(dice: Dice): number {
  return dice.chance(0.6) ? 5 : dice.chance(0.04) ? 100 + dice.roll(41) : dice.roll(13);
}

/** Plays a seeded history: a few times some eventful minutes, then quiet ones. */
export function playRounds(seed: number): Played {
  const dice = seededDice(seed);
  const replicas = sizeOf(dice);
  const kind = dice.chance(0.01) ? 'cluster-ip' : dice.pick<Kind>(['stateful-set', 'stateful-set', 'stateful-set', 'deployment']);
  const history = new History(seed, dice, arrange(dice, { kind, replicas }));
  try {
    history.play();
  } catch (error) {
    history.broken('error', String(error));
  }
  const { deeds, violations, trace, tally } = history;
  return { seed, deeds, violations, trace, counts: tally.counts };
}

class History {
  readonly deeds: string[] = [];
  readonly violations: Violation[] = [];
  readonly tally = new Tally();
  trace: readonly string[] = [];
  readonly #dice: Dice;
  readonly #clock: VirtualClock = virtualClock();
  readonly #arrangement: Arrangement;
  readonly #stage: Stage;
  readonly #truth: TruthTeller;
  readonly #dns: SyncDns;
  readonly #watcher: SyncWatcher;
  readonly #oracle: Oracle;
  #lastRounds: Round[] = [];
  #isAwaited = false;

  constructor(seed: number, dice: Dice, arrangement: Arrangement) {
    this.#dice = dice;
    this.#arrangement = arrangement;
    this.#stage = openStage(arrangement, this.#clock, seed);
    this.#truth = new TruthTeller(this.#stage, arrangement);
    const options = parseWatchOptions({ service: this.#stage.host, random: seededRandom(seed), clock: this.#clock, ...arrangement.watch });
    const { lookupTimeoutMs } = options;
    this.#dns = new SyncDns(this.#stage.world, this.#clock, { truth: this.#truth, lookupTimeoutMs });
    this.#watcher = new SyncWatcher(options, this.#dns);
    const hasSrv = (arrangement.service.ports ?? []).length > 0;
    const { isNameable } = arrangement;
    const isReplayed = seed % REPLAYED_ONE_OF === 0;
    const subject = { watcher: this.#watcher, options, hasSrv, isNameable, isReplayed };
    this.#oracle = new Oracle((rule, text) => this.broken(rule, text), subject);
  }

  play(): void {
    for (let cycle = 0; cycle < CYCLES && this.violations.length === 0; cycle += 1) {
      for (let left = 4 + this.#dice.roll(8); left > 0; left -= 1) {
        this.#pass(this.#dice.pick([0, 300, SECOND, 4 * SECOND, 11 * SECOND, 30 * SECOND, 60 * SECOND]));
        this.#act();
      }
      this.#pass(LONGEST_FAULT_MS);
      mend(this.#stage);
      this.#rest();
    }
    for (const { kind, hits } of this.#stage.faults) this.tally.count(`hits of ${kind}`, hits);
    this.#stage.world.close();
  }

  /** Lets time go by, with the rounds that are due in it. */
  #pass(ms: number): void {
    const endMs = this.#clock.nowMs() + ms;
    while (this.#watcher.dueMs <= endMs && this.violations.length < VIOLATIONS_KEPT) {
      this.#clock.advanceNow(Math.max(0, this.#watcher.dueMs - this.#clock.nowMs()));
      this.#round();
    }
    this.#clock.advanceNow(Math.max(0, endMs - this.#clock.nowMs()));
  }

  #round(): void {
    const round = this.#watcher.round();
    const worth = this.#dns.take();
    this.tally.round(round, { worth, truth: this.#truth.now });
    this.#lastRounds.push(round);
    if (this.#lastRounds.length >= 2 * ROUNDS_TOLD) this.#lastRounds = this.#lastRounds.slice(-ROUNDS_TOLD);
    this.#oracle.round(seeRound(round, { isWell: worth.isWell, truth: this.#truth.now }));
  }

  #act(): void {
    // What a broken DNS makes of a Service without pods to be found, nothing is promised of.
    const done = this.#dice.chance(0.15) || this.#stage.workload === undefined ? this.#actOnWatcher() : act(this.#stage, this.#dice);
    if (done === undefined) return;
    this.tally.count(`deed ${done.kind}`);
    this.deeds.push(`${this.#clock.nowMs() / SECOND} s: ${done.told}`);
  }

  /** Something that its user, or the machine, does to the watcher. */
  #actOnWatcher(): { readonly kind: string; readonly told: string } | undefined {
    const watcher = this.#watcher;
    switch (this.#dice.roll(4)) {
      case 0: {
        if (this.#arrangement.watch.statefulSet === undefined) return undefined;
        const replicas = this.#dice.roll(9);
        const before = watcher.membership;
        watcher.declare(replicas);
        this.#oracle.declared(before, watcher.membership, this.#clock.nowMs());
        return { kind: 'declare', told: `declare ${replicas}` };
      }
      case 1:
        this.#isAwaited = !this.#isAwaited;
        watcher.await(this.#isAwaited);
        return { kind: 'await', told: this.#isAwaited ? 'somebody waits' : 'nobody waits' };
      case 2:
        watcher.refresh();
        return { kind: 'refresh', told: 'refresh' };
      default:
        this.#clock.advanceNow(SUSPENDED_MS);
        this.#oracle.interrupted(this.#clock.nowMs());
        return { kind: 'suspension', told: `suspended for ${SUSPENDED_MS} ms before` };
    }
  }

  /** Quiet must lead to the truth. */
  #rest(): void {
    this.#isAwaited = false;
    this.#watcher.await(false);
    const { pollIntervalMs } = this.#watcher.policy;
    this.#pass(QUIET_MS + 6 * pollIntervalMs);
    const longestMs = LONGEST_QUIET_MS + this.#truth.now.names.size * VERIFIED_IN_MS;
    const endMs = this.#clock.nowMs() + longestMs;
    while (!this.#isTrue() && this.#clock.nowMs() < endMs && this.violations.length === 0) this.#pass(10 * SECOND);
    if (!this.#isTrue()) this.broken('end', `${longestMs} ms of quiet led to ${this.#believed()} instead of ${this.#true()}`);
  }

  #isTrue(): boolean {
    return this.#watcher.membership.unconfirmed.length === 0 && this.#believed() === this.#true();
  }

  #believed(): string {
    const { peers } = this.#watcher.membership.snapshot;
    return listOf(
      peers.map(({ name, addresses }) => [name, addresses]),
      this.#arrangement,
    ).join(', ');
  }

  #true(): string {
    return listOf(this.#truth.now.names, this.#arrangement).join(', ');
  }

  /** A rule is broken. */
  broken(rule: string, text: string): void {
    if (this.violations.length === 0) this.trace = this.#lastRounds.slice(-ROUNDS_TOLD).map(tellRound);
    if (this.violations.length < VIOLATIONS_KEPT) this.violations.push({ rule, atMs: this.#clock.nowMs(), text });
  }
}
