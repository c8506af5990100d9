/**
 * Looks again and again until `look` gives a value, and returns it. It looks every 20 ms, and after a second every 200 ms.
 *
 * Rejects after `limitMs` with what was awaited; its cause is the last thing that `look` rejected with.
 */
export async function pollUntil<T>(awaited: string, limitMs: number, look: (attempt: number) => Promise<T | undefined>): Promise<T> {
  const startMs = performance.now();
  let cause: unknown;
  for (let attempt = 0; performance.now() - startMs < limitMs; attempt += 1) {
    try {
      const value = await look(attempt);
      if (value !== undefined) return value;
    } catch (error) {
      cause = error;
    }
    const stepMs = performance.now() - startMs < 1_000 ? 20 : 200;
    await new Promise((resolve) => setTimeout(resolve, stepMs));
  }
  throw new Error(`waited ${limitMs} ms for ${awaited}`, { cause });
}
