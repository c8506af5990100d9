import { CANCELLED } from './dns-channel.ts';
import type { Lookup, Outcome, Question } from './outcome.ts';

/** Questions asked together. One promise for all: a thousand of them, each with what waits for it, would take longer than what is done with the answers. */
export class Batch {
  readonly #lookups: Lookup[] = [];
  readonly #onEnd: (lookups: readonly Lookup[]) => void;
  #open: number;

  constructor(size: number, onEnd: (lookups: readonly Lookup[]) => void) {
    this.#open = size;
    this.#onEnd = onEnd;
    if (size === 0) onEnd(this.#lookups);
  }

  /** The question at this place has come to its end. */
  end(place: number, lookup: Lookup): void {
    this.#lookups[place] = lookup;
    this.#open -= 1;
    if (this.#open === 0) this.#onEnd(this.#lookups);
  }
}

/** A question on its way, from its first attempt to the one outcome that counts. */
export class Pursuit {
  readonly question: Question;
  /** The one of the same round that was begun before it. */
  readonly older: Pursuit | undefined;
  /** Attempts begun, those of them that were sent, and those that have not come to anything yet. */
  begun = 0;
  attempts = 0;
  inFlight = 0;
  startedAtMs = 0;
  isOver = false;
  /** What the last attempt came to. */
  last: Outcome = CANCELLED;
  /** Called when nothing is in flight any more; undefined while only the first attempts were made. */
  onIdle: (() => void) | undefined = undefined;
  /** Ends the pause before the next attempt. */
  stop: AbortController | undefined = undefined;
  readonly #batch: Batch;
  readonly #place: number;

  constructor(question: Question, { batch, place, older }: { batch: Batch; place: number; older: Pursuit | undefined }) {
    this.question = question;
    this.older = older;
    this.#batch = batch;
    this.#place = place;
  }

  /** The first outcome counts, and what comes later is nobody's business. */
  finish(outcome: Outcome, server?: string): void {
    if (this.isOver) return;
    this.isOver = true;
    this.stop?.abort();
    const durationMs = this.attempts === 0 ? 0 : performance.now() - this.startedAtMs;
    this.#batch.end(this.#place, { question: this.question, outcome, attempts: this.attempts, durationMs, server, refused: 0 });
  }
}
