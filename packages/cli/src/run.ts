import { CommanderError } from 'commander';
import { DiscoveryError, InvalidOptionsError } from '@peerset/core';
import { commands } from './commands/command-table.ts';
import { exitCodes, Interrupted, UsageError } from './exit-codes.ts';
import { longName } from './flags/flag.ts';
import type { Io } from './io.ts';
import { explainError } from './output/explain-error.ts';
import { buildProgram } from './program.ts';

/** Runs a command line, without the name of the program, to its end. Resolves with the exit code; everything else has been told. */
export async function run(args: readonly string[], io: Io, version: string): Promise<number> {
  let exitCode: number = exitCodes.done;
  try {
    const program = buildProgram(io, version, (code) => {
      exitCode = code;
    });
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    return tellError(error, io);
  }
}

function tellError(error: unknown, { stderr, shutdown }: Io): number {
  if (shutdown.aborted && shutdown.reason instanceof Interrupted) return shutdown.reason.exitCode;
  // Commander has told it.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  stderr.write(`peerset: ${explainError(error, { flagNames: flagNames() })}\n`);
  if (error instanceof UsageError || error instanceof InvalidOptionsError) return exitCodes.usage;
  return error instanceof DiscoveryError && error.code === 'PEERS_NOT_READY' ? exitCodes.notReady : exitCodes.failed;
}

/** `--poll-interval` by `pollIntervalMs`. */
function flagNames(): Readonly<Record<string, string>> {
  return Object.fromEntries(commands.flatMap(({ flags }) => flags.map((flag) => [flag.option, longName(flag)])));
}
