import { once } from 'node:events';
import type { Io } from './io.ts';

/** Writes a result, and waits while nobody reads as fast. Resolves with whether somebody reads at all. */
export async function print({ stdout, stdoutGone, shutdown }: Io, text: string): Promise<boolean> {
  if (stdoutGone.aborted) return false;
  if (text !== '' && !stdout.write(text)) {
    // A reader that has stopped reading must not hold up the end.
    await once(stdout, 'drain', { signal: AbortSignal.any([stdoutGone, shutdown]) }).catch(() => {});
  }
  return !stdoutGone.aborted;
}
