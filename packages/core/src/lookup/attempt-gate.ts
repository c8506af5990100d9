/** Lets at most `limit` attempts run at once; the others wait in line. */
export interface AttemptGate {
  /** Takes a place. Undefined when there is one at once; else resolves when it is this attempt's turn. */
  enter(): Promise<void> | undefined;
  /** Gives the place back when the attempt has ended: once for each `enter`. */
  leave(): void;
}

/** Attempts take a place in `outer` too, where there is one: first their own, then one there. */
export function attemptGate(limit: number, outer?: AttemptGate): AttemptGate {
  return new Gate(limit, outer);
}

class Gate implements AttemptGate {
  readonly #limit: number;
  readonly #outer: AttemptGate | undefined;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(limit: number, outer: AttemptGate | undefined) {
    this.#limit = limit;
    this.#outer = outer;
  }

  enter(): Promise<void> | undefined {
    if (this.#running < this.#limit) {
      this.#running += 1;
      return this.#outer?.enter();
    }
    // The place is handed over, and never free in between.
    return new Promise<void>((resolve) => void this.#waiting.push(resolve)).then(() => this.#outer?.enter());
  }

  leave(): void {
    this.#outer?.leave();
    const next = this.#waiting.shift();
    if (next === undefined) this.#running -= 1;
    else next();
  }
}
