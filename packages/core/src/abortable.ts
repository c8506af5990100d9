/** The promise, or the first of the signals' reasons as a rejection, at once. Leaves no listener on a signal. */
export async function abortable<T>(promise: Promise<T>, ...signals: readonly (AbortSignal | undefined)[]): Promise<T> {
  const given = signals.filter((signal) => signal !== undefined);
  // Whoever was aborted has been told already: the promise's own end is nobody's business then.
  promise.catch(() => {});
  for (const signal of given) signal.throwIfAborted();
  let stop = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    const removals = given.map((signal) => {
      const onAbort = (): void => reject(signal.reason);
      signal.addEventListener('abort', onAbort, { once: true });
      return () => signal.removeEventListener('abort', onAbort);
    });
    stop = () => {
      for (const remove of removals) remove();
    };
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    stop();
  }
}
