import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Writable } from 'node:stream';
import type { Io } from './io.ts';

/** A reader that is slow gets so long for the rest when the process is told to stop. */
const STOPPED_MS = 200;
/** At its own end, whoever reads errors and logs gets so long, since often nobody does; results are written to the end. */
const ERRORS_MS = 2_000;

/** Resolves when what was written has left the process, or nobody can wait for that any longer. */
export async function lastWords({ stdout, stderr, stdoutGone, shutdown }: Io): Promise<void> {
  const results = stdoutGone.aborted ? undefined : written(stdout);
  const errors = Promise.race([written(stderr), sleep(ERRORS_MS)]);
  const stopped = shutdown.aborted ? sleep(STOPPED_MS) : once(shutdown, 'abort').then(() => sleep(STOPPED_MS));
  await Promise.race([Promise.all([results, errors]), stopped]);
}

function written(stream: Writable): Promise<void> | undefined {
  if (stream.writableLength === 0) return undefined;
  return new Promise((resolve) => stream.write('', () => resolve()));
}
