import type { Io } from './io.ts';

/** What waits for a reader of stderr at most, in bytes. */
const MOST_UNREAD_BYTES = 1024 * 1024;

/** Writes a line to stderr; not while a megabyte waits there already, since a log that nobody reads must not take all memory. */
export function writeLine({ stderr }: Pick<Io, 'stderr'>, line: string): void {
  if (stderr.writableLength < MOST_UNREAD_BYTES) stderr.write(`${line}\n`);
}
