import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface ProcessDescription {
  readonly command: string;
  readonly args: readonly string[];
  /** What it reads from its stdin. */
  readonly input: string;
  /** Called with every line that it prints, on stdout or stderr. */
  readonly onLine: (line: string) => void;
}

// Vitest's workers live on when vitest is interrupted, with the test that they are in the middle of. Vitest replaces `process.exit`.
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));

/**
 * A program that ends with us, however we end.
 *
 * An exit handler would not do: vitest ends its workers with signals. So a watchdog holds the reading end of a pipe of ours; once the pipe
 * breaks, which the operating system sees to even after SIGKILL, it kills the one process whose id it was given. (`read` is built into the
 * shell, so that the watchdog is one process as well.)
 */
export class OwnedProcess {
  readonly #child: ChildProcess;
  /** The last lines that the program printed, for error messages. */
  readonly #lastLines: string[] = [];
  /** Resolves when the process has ended and all that it printed was read. */
  readonly ended: Promise<void>;
  #hasEnded = false;

  constructor({ command, args, input, onLine }: ProcessDescription) {
    const child = spawn(command, args, { stdio: 'pipe' });
    this.#child = child;
    // A program that ends without reading its input says so by its exit code.
    child.stdin.on('error', () => {}).end(input);
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        this.#lastLines.push(line);
        if (this.#lastLines.length > 20) this.#lastLines.shift();
        onLine(line);
      });
    }
    const watchdog = child.pid === undefined ? undefined : watch(child.pid);
    this.ended = new Promise((resolve) => {
      const finish = (): void => {
        this.#hasEnded = true;
        watchdog?.kill('SIGKILL');
        resolve();
      };
      child.once('close', finish);
      child.once('error', (error) => {
        this.#lastLines.push(error.message);
        // A process that could not be started never closes.
        if (child.pid === undefined) finish();
      });
    });
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  get output(): string {
    return this.#lastLines.join('\n');
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }
}

/** Starts the watchdog of one process; it acts once its stdin breaks. */
export function watch(pid: number): ChildProcess {
  // Detached, or a Ctrl-C in the terminal would end the watchdog first.
  const watchdog = spawn('/bin/sh', ['-c', 'read -r _; kill -KILL "$0"', String(pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  watchdog.unref();
  return watchdog;
}
