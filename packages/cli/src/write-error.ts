import { flagMap } from './flags/flag-map.ts';
import type { Io } from './io.ts';
import { explainError } from './output/explain-error.ts';
import { paintFor } from './output/paint.ts';

/** Explains on stderr why a command ends. */
export function writeError(error: unknown, { stderr, env }: Io): void {
  stderr.write(explainError(error, { paint: paintFor(stderr, env), flags: flagMap, columns: stderr.columns }));
}
