import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { startProgram } from './start-program.ts';
import type { StartedProgram } from './start-program.ts';

/** What the command ends with when SIGTERM has ended it in order. */
export const STOPPED = 143;

/** A line of the command's log; what is no such line, as why it did not start, is a message alone. */
export type LogLine = Readonly<Record<string, unknown>>;

/** Starts the built command `peerset` as a process. */
export function startPeerset(
  args: readonly string[],
  { env, onLine }: { readonly env: Readonly<Record<string, string>>; readonly onLine: (line: LogLine) => void },
): StartedProgram {
  const folder = dirname(createRequire(import.meta.url).resolve('@peerset/cli/package.json'));
  return startProgram(join(folder, 'dist', 'main.js'), args, { env, onLine: (line) => onLine(readLine(line)) });
}

function readLine(line: string): LogLine {
  try {
    return Object(JSON.parse(line));
  } catch {
    return { message: line };
  }
}
