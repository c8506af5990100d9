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

/** A command that runs. */
export interface StartedCommand {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  stdout(): string;
  stderr(): string;
  /** Resolves when what it said so far meets the condition; rejects when it ends before. */
  until(isMet: (stdout: string, stderr: string) => boolean): Promise<void>;
}

export interface StartOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** Starts the built command, with nothing of this process's environment but PATH. */
export function startCommand(args: readonly string[], { env = {}, cwd }: StartOptions = {}): StartedCommand {
  const startedAtMs = performance.now();
  const child = spawn(process.execPath, [main, ...args], {
    env: { PATH: process.env['PATH'], ...env },
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  const checks = new Set<() => void>();
  const check = (): void => {
    for (const each of checks) each();
  };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    check();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    check();
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr, durationMs: performance.now() - startedAtMs }));
  });
  return {
    child,
    ended,
    stdout: () => stdout,
    stderr: () => stderr,
    until: (isMet) =>
      new Promise((resolve, reject) => {
        const each = (): void => {
          if (!isMet(stdout, stderr)) return;
          checks.delete(each);
          resolve();
        };
        checks.add(each);
        each();
        void ended.then(({ code }) => reject(new Error(`ended with ${code} before that:\n${stdout}\n${stderr}`)));
      }),
  };
}

/** Starts it and waits for its end. */
export async function runCommand(args: readonly string[], options?: StartOptions): Promise<Ended> {
  return await startCommand(args, options).ended;
}
