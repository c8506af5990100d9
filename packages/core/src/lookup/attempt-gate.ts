/** Whoever waits for a place. */
export interface Entrant {
  /** Called once, when there is a place: at once, or in line. */
  start(): void;
}

/** Lets at most `limit` attempts run at once; the others wait in line. */
export interface AttemptGate {
  /** Starts the entrant as soon as there is a place for it. It keeps the place until `leave`. */
  enter(entrant: Entrant): void;
  /** Gives the place of an attempt back, when it has ended: once for each that was started. */
  leave(): void;
}

/** Attempts take a place in `outer` too, where there is one: first their own, then one there. */
export function attemptGate(limit: number, outer?: AttemptGate): AttemptGate {
  return new Gate(limit, outer);
}

const STARTED_KEPT = 1_000;

/** Without promises: a cold discovery sends a thousand attempts through it. */
class Gate implements AttemptGate {
  readonly #limit: number;
  readonly #outer: AttemptGate | undefined;
  readonly #waiting: Entrant[] = [];
  /** Those before it were started. Taking the first out of a long list moves all others: it is done for many at a time. */
  #first = 0;
  #running = 0;
  #isAdmitting = false;

  constructor(limit: number, outer: AttemptGate | undefined) {
    this.#limit = limit;
    this.#outer = outer;
  }

  enter(entrant: Entrant): void {
    if (this.#running < this.#limit && this.#waiting.length === 0) {
      this.#start(entrant);
      return;
    }
    this.#waiting.push(entrant);
    this.#admit();
  }

  leave(): void {
    this.#outer?.leave();
    this.#running -= 1;
    this.#admit();
  }

  /** One that ends as soon as it is started leaves within its start: the loop goes on for it, since a thousand calls inside each other would not. */
  #admit(): void {
    if (this.#isAdmitting) return;
    this.#isAdmitting = true;
    while (this.#running < this.#limit) {
      const next = this.#waiting[this.#first];
      if (next === undefined) break;
      this.#first += 1;
      if (this.#first >= STARTED_KEPT || this.#first === this.#waiting.length) {
        this.#waiting.splice(0, this.#first);
        this.#first = 0;
      }
      this.#start(next);
    }
    this.#isAdmitting = false;
  }

  #start(entrant: Entrant): void {
    this.#running += 1;
    if (this.#outer === undefined) entrant.start();
    else this.#outer.enter(entrant);
  }
}
