import { CommanderError } from 'commander';
import { DiscoveryError, InvalidOptionsError } from '@peerset/core';
import { exitCodes, Interrupted, UsageError } from './exit-codes.ts';
import type { Io } from './io.ts';
import type { FlagMap } from './output/flag-words.ts';
import { writeError } from './write-error.ts';
import { joinExec } from './flags/watch-command-flags.ts';
import { buildProgram } from './program.ts';

/** Runs a command line, without the name of the program, to its end. Resolves with the exit code; everything else has been told. */
export async function run(args: readonly string[], io: Io, version: string): Promise<number> {
  let exitCode: number = exitCodes.done;
  let variables: FlagMap = {};
  try {
    const program = buildProgram(io, version, {
      onStart: (given) => {
        variables = given;
      },
      onDone: (code) => {
        exitCode = code;
      },
    });
    await program.parseAsync([...joinExec(args)], { from: 'user' });
    return exitCode;
  } catch (error) {
    return tellError(error, { io, variables });
  }
}

function tellError(error: unknown, { io, variables }: { readonly io: Io; readonly variables: FlagMap }): number {
  const { shutdown } = io;
  if (shutdown.aborted && shutdown.reason instanceof Interrupted) return shutdown.reason.exitCode;
  // Commander has told it.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  writeError(error, io, variables);
  if (error instanceof UsageError || error instanceof InvalidOptionsError) return exitCodes.usage;
  return error instanceof DiscoveryError && error.code === 'PEERS_NOT_READY' ? exitCodes.notReady : exitCodes.failed;
}
