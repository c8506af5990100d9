import type { VirtualClock, World } from '@peerset/testkit';
import type { Lookup, Question } from '../../src/lookup/outcome.ts';
import { readReply } from './reply-outcome.ts';
import type { SyncClient } from './sync-watcher.ts';
import type { TruthTeller } from './truth.ts';

/** What the answers since the last `take` were worth. */
export interface Worth {
  /** Each was there at once, and true. */
  readonly isWell: boolean;
  readonly questions: number;
  readonly lies: number;
  readonly unknown: number;
}

const NOTHING: Worth = Object.freeze({ isWell: true, questions: 0, lies: 0, unknown: 0 });

/** A cache that gave an answer after its time has fetched the next one by then. */
const REFRESH_MS = 150;

/**
 * DNS without promises: answers from the world, with every wait spent on the clock before it returns, and held against the truth. No retries,
 * so that every fault counts in full.
 */
export class SyncDns implements SyncClient {
  readonly #world: World;
  readonly #clock: VirtualClock;
  readonly #truth: TruthTeller;
  readonly #lookupTimeoutMs: number;
  #worth: Worth = NOTHING;

  constructor(world: World, clock: VirtualClock, { truth, lookupTimeoutMs }: { truth: TruthTeller; lookupTimeoutMs: number }) {
    this.#world = world;
    this.#clock = clock;
    this.#truth = truth;
    this.#lookupTimeoutMs = lookupTimeoutMs;
  }

  ask(questions: readonly Question[]): readonly Lookup[] {
    let waitMs = 0;
    let lies = 0;
    let unknown = 0;
    const lookups = questions.map((question): Lookup => {
      const read = readReply(this.#world.resolve(question), this.#lookupTimeoutMs);
      const { outcome } = read;
      const lookup = { question, outcome, attempts: 1, durationMs: read.waitMs, server: 'world', refused: 0 };
      waitMs = Math.max(waitMs, read.waitMs);
      if (outcome.kind === 'unknown') unknown += 1;
      else if (!this.#truth.isTrue(lookup)) lies += 1;
      return lookup;
    });
    if (waitMs > 0) this.#clock.advanceNow(waitMs);
    const isWell = this.#worth.isWell && lies + unknown + waitMs === 0;
    this.#worth = {
      isWell,
      questions: this.#worth.questions + questions.length,
      lies: this.#worth.lies + lies,
      unknown: this.#worth.unknown + unknown,
    };
    return lookups;
  }

  pause(): void {
    this.#worth = { ...this.#worth, isWell: false };
    this.#clock.advanceNow(REFRESH_MS);
  }

  take(): Worth {
    const worth = this.#worth;
    this.#worth = NOTHING;
    return worth;
  }
}
