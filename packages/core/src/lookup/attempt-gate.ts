/** Lets at most `limit` attempts run at once; the others wait in line. */
export interface AttemptGate {
  /** Runs the attempt when its turn comes; the place is free again when it settles. */
  run<T>(attempt: () => Promise<T>): Promise<T>;
}

/** Attempts run inside `outer` too, where there is one: first its own place, then one there. */
export function attemptGate(limit: number, outer?: AttemptGate): AttemptGate {
  const waiting: (() => void)[] = [];
  let running = 0;

  const leave = (): void => {
    running -= 1;
    waiting.shift()?.();
  };
  const start = <T>(attempt: () => Promise<T>): Promise<T> => {
    running += 1;
    const result = outer === undefined ? attempt() : outer.run(attempt);
    result.then(leave, leave);
    return result;
  };
  return {
    run<T>(attempt: () => Promise<T>): Promise<T> {
      if (running < limit) return start(attempt);
      return new Promise((resolve, reject) => {
        waiting.push(() => {
          start(attempt).then(resolve, reject);
        });
      });
    },
  };
}
