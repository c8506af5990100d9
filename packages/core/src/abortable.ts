/** The promise, or the first of the signals' reasons as a rejection, at once. Leaves no listener on a signal. */
export function abortable<T>(promise: Promise<T>, ...signals: readonly (AbortSignal | undefined)[]): Promise<T> {
  const given = signals.filter((signal) => signal !== undefined);
  return new Promise((resolve, reject) => {
    const aborted = given.find((signal) => signal.aborted);
    const onAbort = (event: Event): void => settle(() => reject(reasonOf(event.target)));
    const settle = (report: () => void): void => {
      for (const signal of given) signal.removeEventListener('abort', onAbort);
      report();
    };
    for (const signal of given) signal.addEventListener('abort', onAbort, { once: true });
    // Always listened to: when an abort has been told already, a later rejection is nobody's business.
    promise.then(
      (value) => settle(() => resolve(value)),
      (error: unknown) => settle(() => reject(error)),
    );
    if (aborted !== undefined) settle(() => reject(aborted.reason));
  });
}

function reasonOf(target: EventTarget | null): unknown {
  return target instanceof AbortSignal ? target.reason : undefined;
}
