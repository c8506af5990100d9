import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A program of Node that runs beside this one. */
export interface StartedProgram {
  /** Its exit code, when it has ended; null where a signal ended it. */
  readonly ended: Promise<number | null>;
  /** Asks it to end, with SIGTERM, and resolves with its exit code. */
  stop(): Promise<number | null>;
}

/** What a program is started with. */
export interface ProgramOptions {
  /** All of its environment: it gets nothing else. */
  readonly env?: Readonly<Record<string, string>>;
  /** Gets each line of its standard output and of its standard error. */
  readonly onLine: (line: string) => void;
}

/** Starts a file of JavaScript as a process, which does not outlive this one. */
export function startProgram(file: string, args: readonly string[], { env = {}, onLine }: ProgramOptions): StartedProgram {
  const child = spawn(process.execPath, [file, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  for (const input of [child.stdout, child.stderr]) createInterface({ input }).on('line', onLine);
  const ended = once(child, 'close').then(([code]: unknown[]) => {
    process.off('exit', kill);
    return typeof code === 'number' ? code : null;
  });
  // Told by `stop`; that a program cannot be started at all is told there as well.
  ended.catch(() => {});
  return {
    ended,
    async stop() {
      child.kill('SIGTERM');
      return await ended;
    },
  };
}

/** An interrupted play takes its programs with it. */
export function endOnSignals(): void {
  for (const [signal, exitCode] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)
    process.once(signal, () => process.exit(exitCode));
}
