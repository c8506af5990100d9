import type { PeerWatcher } from '@peerset/core';
import { UsageError } from '../exit-codes.ts';
import { watchCommandFlags } from '../flags/watch-command-flags.ts';
import type { OutputForm } from '../flags/watch-command-flags.ts';
import { checkCommand } from '../hook/check-command.ts';
import type { Io } from '../io.ts';
import type { Metrics } from '../listen/metrics.ts';
import { canRedraw, paintFor } from '../output/paint.ts';
import { changeRecord } from '../records/change-record.ts';
import { followReplicas } from '../replicas-file.ts';
import { print } from '../stdout.ts';
import { checkOutputs } from '../write/check-outputs.ts';
import type { Output } from '../write/output.ts';
import type { CommandContext } from './command-context.ts';
import { runUntilStopped } from './long-running.ts';
import type { Running } from './long-running.ts';
import { renderOf } from './render-output.ts';

interface WatchFlags {
  readonly exec: readonly string[];
  readonly execTimeoutMs: number;
  readonly write: readonly string[];
  readonly as: readonly OutputForm[];
}

const EXEC_TIMEOUT_MS = 30_000;

/** `peerset watch`: tells, runs and writes what changes, until it is stopped. */
export async function watch(context: CommandContext): Promise<number> {
  const { io, replicasFile } = context;
  const { exec, execTimeoutMs = EXEC_TIMEOUT_MS, write = [], as = [] } = context.given<WatchFlags>(watchCommandFlags);
  if (write.length !== as.length) throw new UsageError(`--write and --as: give one --as for each --write (${write.length} and ${as.length} are given)`);
  refuse(exec === undefined ? undefined : checkCommand(exec, io.env));
  const isTerminal = canRedraw(io.stdout, io.env);
  let above = (line: string): void => void io.stderr.write(`${line}\n`);
  const log = context.openLog((line) => above(line));
  return runUntilStopped(context, { options: context.watchOptions(), log }, async (running) => {
    const { watcher, closeLater, metrics } = running;
    const outputs = write.map((path, i) => renderOf(context, watcher, { path, form: as[i] ?? 'json' }));
    for (const issue of checkOutputs(outputs)) refuse(issue);
    if (replicasFile !== undefined) followReplicas(replicasFile, watcher, log, (replicas) => watcher.declare(replicas));
    if (outputs.length > 0) await writeFiles(running, outputs);
    if (exec !== undefined) await runHook(running, { command: exec, timeoutMs: execTimeoutMs, io });
    if (isTerminal) {
      const { openLiveScreen } = await import('../output/live-screen.ts');
      const screen = openLiveScreen({ watcher, stream: io.stdout, paint: paintFor(io.stdout, io.env) });
      above = (line) => screen.above(line);
      closeLater(() => screen.close());
    } else {
      void tellChanges(watcher, io, exec !== undefined || outputs.length > 0 || metrics !== undefined);
    }
  });
}

function refuse(issue: { readonly path: string; readonly value: string; readonly rule: string } | undefined): void {
  if (issue !== undefined) throw new UsageError(`${issue.path}: ${issue.value} is refused, ${issue.rule}`);
}

async function writeFiles({ watcher, log, closeLater, metrics }: Running, outputs: readonly Output[]): Promise<void> {
  const { openWriter } = await import('../write/open-writer.ts');
  const writer = openWriter({ watcher, outputs, log });
  closeLater(() => writer.close());
  metrics?.collect('peerset_writes_total', 'Writes of files by what became of them.', () => {
    const all = writer.written();
    return [
      { labels: { result: 'written' }, value: sum(all.map(({ writes }) => writes)) },
      { labels: { result: 'failed' }, value: sum(all.map(({ failures }) => failures)) },
    ];
  });
}

async function runHook({ watcher, log, closeLater, metrics }: Running, { command, timeoutMs, io }: { command: readonly string[]; timeoutMs: number; io: Io }): Promise<void> {
  const { openHook } = await import('../hook/open-hook.ts');
  const hook = openHook({ watcher, command, timeoutMs, log, env: io.env });
  closeLater(() => hook.close());
  if (metrics !== undefined) collectHook(metrics, () => hook.counts);
}

function collectHook({ collect }: Metrics, counts: () => { readonly runs: number; readonly failures: number; readonly timeouts: number; readonly isRunning: boolean }): void {
  collect('peerset_hook_runs_total', 'Runs of the command of --exec that were begun.', () => [{ value: counts().runs }]);
  collect('peerset_hook_failures_total', 'Runs of it that failed.', () => [{ value: counts().failures }]);
  collect('peerset_hook_timeouts_total', 'Runs of it that took too long.', () => [{ value: counts().timeouts }]);
  collect('peerset_hook_running', 'Whether it runs.', () => [{ value: counts().isRunning ? 1 : 0 }]);
}

/** A line of JSON for each change; a reader that is slow gets fewer lines that say more. Ends the watch when nobody reads and there is nothing else to do. */
async function tellChanges(watcher: PeerWatcher, io: Io, hasMoreToDo: boolean): Promise<void> {
  for await (const change of watcher) {
    if (!(await print(io, `${JSON.stringify(changeRecord(change, Date.now()))}\n`))) break;
  }
  if (io.stdoutGone.aborted && !hasMoreToDo) await watcher.close();
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
