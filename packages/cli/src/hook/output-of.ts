import { systemClock } from '@peerset/core';
import { failureOf } from './command-end.ts';
import { withoutOwn } from './hook-environment.ts';
import type { Environment } from './hook-environment.ts';
import { runCommand } from './run-command.ts';

/** A command to run, and what it runs in. */
export interface OutputRequest {
  /** The program and its arguments. */
  readonly command: readonly string[];
  /** Of which it gets all but `PEERSET_*`. */
  readonly env: Environment;
  /** Ends it, with all of its process group. */
  readonly signal: AbortSignal;
}

/** What a command prints on its standard output, up to 64 KiB. Rejects with how it failed, and with the last line of its standard error. */
export async function outputOf({ command, env, signal }: OutputRequest): Promise<string> {
  const lines: string[] = [];
  let lastError = '';
  const { end } = await runCommand({
    command,
    env: withoutOwn(env),
    input: '',
    onLine: (stream, line) => {
      if (stream === 'stdout') lines.push(line);
      else lastError = line;
    },
    signal,
    clock: systemClock,
  });
  signal.throwIfAborted();
  const failure = failureOf(end);
  if (failure !== undefined) throw new Error(`${command[0] ?? ''} ${failure}${lastError === '' ? '' : `: ${lastError}`}`);
  return lines.map((line) => `${line}\n`).join('');
}
