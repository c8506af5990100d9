import { UsageError } from './exit-codes.ts';
import { flagMap } from './flags/flag-map.ts';
import type { Io } from './io.ts';
import { explainError } from './output/explain-error.ts';
import type { FlagMap } from './output/flag-words.ts';
import { paintFor } from './output/paint.ts';

/** Explains on stderr why a command ends. `variables`: the names of those that options came from. */
export function writeError(error: unknown, { stderr, env }: Io, variables: FlagMap = {}): void {
  const style = { paint: paintFor(stderr, env), flags: { ...flagMap, ...variables }, columns: stderr.columns };
  stderr.write(explainError(error instanceof UsageError ? byVariable(error, variables) : error, style));
}

/** Names what was given by a variable by that, and not by its flag. */
function byVariable({ message }: UsageError, variables: FlagMap): UsageError {
  const given = new Map(Object.values(variables).map((name) => [flagOfVariable(name), name]));
  return new UsageError(message.replaceAll(/^--[a-z-]+(?=: )/gm, (flag) => given.get(flag) ?? flag));
}

function flagOfVariable(name: string): string {
  return `--${name
    .replace(/^PEERSET_/, '')
    .replaceAll('_', '-')
    .toLowerCase()}`;
}
