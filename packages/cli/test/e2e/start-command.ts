import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

/** How a command ended, and what it said. */
export interface Ended {
  /** Null where a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
}

/** How a command ended that was told to, and how long that took. */
interface Stopped extends Ended {
  readonly stopMs: number;
}

/** A command that runs. Where it still does at the end of a test, it is killed. */
export interface StartedCommand extends AsyncDisposable {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  stdout(): string;
  stderr(): string;
  /** Sends a signal, and waits for the end. */
  stop(signal?: NodeJS.Signals): Promise<Stopped>;
  /** Resolves when what it said so far meets the condition; rejects when it ends before. */
  until(isMet: (stdout: string, stderr: string) => boolean): Promise<void>;
}

export interface StartOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Whether what it prints is read from the start. Default true; else from `child.stdout.resume()` on. */
  readonly isRead?: boolean;
  /** Whether something can be typed, into `child.stdin`. Default false. */
  readonly hasInput?: boolean;
  /** What is started. Default: the command itself. */
  readonly program?: readonly [file: string, ...args: readonly string[]];
}

/** Node, and the program that it runs. */
export const program: readonly [file: string, ...args: readonly string[]] = [process.execPath, main];

/** Less than a test may take: one that fails by itself kills what it has started. */
const LONGEST_WAIT_MS = 40_000;

/** Whoever runs when a test has failed in the middle must not outlive the tests. */
const running = new Set<ChildProcess>();
process.once('exit', () => running.forEach((child) => child.kill('SIGKILL')));

/** Starts the built command, with nothing of this process's environment but PATH. */
export function startCommand(args: readonly string[], options: StartOptions = {}): StartedCommand {
  const { env = {}, cwd, isRead = true, hasInput = false, program: [file, ...before] = program } = options;
  const startedAtMs = performance.now();
  const child = spawn(file, [...before, ...args], {
    env: { PATH: process.env['PATH'], ...env },
    cwd,
    stdio: [hasInput ? 'pipe' : 'ignore', 'pipe', 'pipe'],
  });
  const { stdout: output, stderr: errors } = child;
  if (output === null || errors === null) throw new Error('nothing that the command prints can be read');
  running.add(child);
  let [stdout, stderr] = ['', ''];
  const checks = new Set<() => void>();
  const check = (): void => {
    for (const each of checks) each();
  };
  output.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    check();
  });
  if (!isRead) output.pause();
  errors.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    check();
  });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      running.delete(child);
      resolve({ code, stdout, stderr, durationMs: performance.now() - startedAtMs });
    });
  });
  return {
    child,
    ended,
    stdout: () => stdout,
    stderr: () => stderr,
    stop: async (signal = 'SIGTERM') => {
      const toldAtMs = performance.now();
      child.kill(signal);
      await exited;
      const stopMs = performance.now() - toldAtMs;
      // What nobody has read would keep it open.
      output.resume();
      return { ...(await ended), stopMs };
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      output.resume();
      await ended;
    },
    until: (isMet) =>
      new Promise((resolve, reject) => {
        const each = (): void => {
          if (!isMet(stdout, stderr)) return;
          checks.delete(each);
          resolve();
        };
        checks.add(each);
        each();
        const late = (): void => reject(new Error(`did not say that in ${LONGEST_WAIT_MS} ms:\n${stdout}\n${stderr}`));
        setTimeout(late, LONGEST_WAIT_MS).unref();
        void ended.then(({ code }) => reject(new Error(`ended with ${code} before that:\n${stdout}\n${stderr}`)));
      }),
  };
}

/** Starts it and waits for its end. */
export async function runCommand(args: readonly string[], options?: StartOptions): Promise<Ended> {
  await using command = startCommand(args, options);
  const late = new Promise<never>((_resolve, reject) => {
    const fail = (): void => reject(new Error(`did not end in ${LONGEST_WAIT_MS} ms:\n${command.stdout()}\n${command.stderr()}`));
    setTimeout(fail, LONGEST_WAIT_MS).unref();
  });
  return await Promise.race([command.ended, late]);
}
