/** Lets at most `limit` attempts run at once; the others wait in line. */
export interface AttemptGate {
  /** Takes a place. Undefined when there is one at once; else resolves when it is this attempt's turn. */
  enter(): Promise<void> | undefined;
  /** Gives the place back when the attempt has ended: once for each `enter`. */
  leave(): void;
}

/** Attempts take a place in `outer` too, where there is one: first their own, then one there. */
export function attemptGate(limit: number, outer?: AttemptGate): AttemptGate {
  const waiting: (() => void)[] = [];
  let running = 0;
  return {
    enter() {
      if (running < limit) {
        running += 1;
        return outer?.enter();
      }
      // The place is handed over, and never free in between.
      return new Promise<void>((resolve) => void waiting.push(resolve)).then(() => outer?.enter());
    },
    leave() {
      outer?.leave();
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    },
  };
}
