import { CANCELLED } from './dns-channel.ts';
import type { Lookup, Outcome, Question } from './outcome.ts';

/** A question on its way, from its first attempt to the one outcome that counts. */
export class Pursuit {
  readonly question: Question;
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
  readonly #onEnd: (lookup: Lookup) => void;

  constructor(question: Question, onEnd: (lookup: Lookup) => void) {
    this.question = question;
    this.#onEnd = onEnd;
  }

  /** The first outcome counts, and what comes later is nobody's business. */
  finish(outcome: Outcome, server?: string): void {
    if (this.isOver) return;
    this.isOver = true;
    this.stop?.abort();
    const durationMs = this.attempts === 0 ? 0 : performance.now() - this.startedAtMs;
    this.#onEnd({ question: this.question, outcome, attempts: this.attempts, durationMs, server, refused: 0 });
  }
}
