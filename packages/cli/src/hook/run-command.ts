import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import type { Clock } from '@peerset/core';
import { codeOf } from '@peerset/core/kit';
import type { CommandEnd } from './command-end.ts';
import { outputBudget, OutputLines } from './output-lines.ts';
import { signalGroup, stopGroup } from './process-group.ts';

/** One run of a command. */
export interface CommandRun {
  /** The program and its arguments. */
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** What it reads from its standard input. It need not. */
  readonly input: string;
  /** Gets what it prints, within the bounds of `OutputLines`. */
  readonly onLine: (stream: 'stdout' | 'stderr', line: string) => void;
  /** Ends it: SIGTERM to its process group, SIGKILL half a second later. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

/** What a run has come to. */
export interface CommandReport {
  readonly end: CommandEnd;
  /** Output that was not passed on. */
  readonly leftOutBytes: number;
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

/** How long output is read on that somebody else holds open when the command has ended: what it printed last is there by then. */
const DRAIN_MS = 100;

/**
 * Runs a command without a shell, in a process group (and session) of its own. The run is over when the command itself has ended, whoever it
 * has left behind: those live on, but nobody reads what they print. Where the signal ends it, all of its group end with it. Never rejects.
 */
export async function runCommand(run: CommandRun): Promise<CommandReport> {
  const child = start(run);
  if (!('stdin' in child)) return { end: child, leftOutBytes: 0 };
  const budget = outputBudget();
  const streams = (['stdout', 'stderr'] as const).map((stream) => {
    const lines = new OutputLines(budget, (line) => run.onLine(stream, line));
    child[stream].on('data', (chunk: Uint8Array) => lines.push(chunk));
    return lines;
  });
  const isClosed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  // A command that does not read its input is no failure.
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream.on('error', () => {});
  child.stdin.end(run.input);

  const end = await endOf(child, run);
  await drained(isClosed, run.clock);
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
  for (const lines of streams) lines.end();
  return { end, leftOutBytes: budget.leftOutBytes };
}

function start({ command, env }: CommandRun): Child | CommandEnd {
  const [file = '', ...args] = command;
  try {
    return spawn(file, args, { env, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
  } catch (error) {
    // Some failures are thrown (E2BIG), others told by an event (ENOENT).
    return { kind: 'not-started', code: codeOf(error) };
  }
}

async function endOf(child: Child, { signal, clock }: CommandRun): Promise<CommandEnd> {
  const ended = new Promise<CommandEnd>((resolve) => {
    child.once('error', (error) => resolve({ kind: 'not-started', code: codeOf(error) }));
    child.once('exit', (code, killedBy) =>
      resolve(killedBy === null ? { kind: 'exited', code: code ?? 0 } : { kind: 'killed', signal: killedBy }),
    );
  });
  const { pid } = child;
  if (pid === undefined) return await ended;
  let stopping: Promise<void> | undefined;
  const stop = (): void => {
    stopping ??= stopGroup(pid, clock);
  };
  // Where this process ends at once, the command must not go on without it.
  const kill = (): void => void signalGroup(pid, 'SIGKILL');
  process.once('exit', kill);
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  const end = await ended;
  signal.removeEventListener('abort', stop);
  await stopping;
  process.off('exit', kill);
  return end;
}

async function drained(isClosed: Promise<void>, clock: Clock): Promise<void> {
  const over = new AbortController();
  await Promise.race([isClosed, clock.sleep(DRAIN_MS, over.signal).catch(() => {})]);
  over.abort();
}
