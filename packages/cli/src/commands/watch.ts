import type { OptionIssue, PeerWatcher } from '@peerset/core';
import { exitCodes, UsageError } from '../exit-codes.ts';
import { flagMap } from '../flags/flag-map.ts';
import { watchCommandFlags } from '../flags/watch-command-flags.ts';
import type { OutputForm } from '../flags/watch-command-flags.ts';
import { checkCommand } from '../hook/check-command.ts';
import type { HookCounts } from '../hook/open-hook.ts';
import type { Io } from '../io.ts';
import type { Metrics } from '../listen/metrics.ts';
import { canRedraw, paintFor } from '../output/paint.ts';
import { changeRecord } from '../records/change-record.ts';
import { followReplicas } from '../replicas-file.ts';
import { writeLine } from '../stderr-line.ts';
import { print } from '../stdout.ts';
import { checkOutputs } from '../write/check-outputs.ts';
import type { FileOutput } from '../write/file-output.ts';
import type { CommandContext } from './command-context.ts';
import { runUntilStopped } from './long-running.ts';
import type { Running } from './long-running.ts';
import { openOutput } from './render-output.ts';

interface WatchFlags {
  readonly exec: readonly string[];
  readonly execTimeoutMs: number;
  readonly write: readonly string[];
  readonly as: readonly OutputForm[];
}

/** What is done about changes, beside telling them. */
interface Work {
  readonly hook: { readonly command: readonly string[]; readonly timeoutMs: number } | undefined;
  readonly files: readonly { readonly path: string; readonly form: OutputForm }[];
}

const EXEC_TIMEOUT_MS = 30_000;
/** The longest a timer can run. */
const LONGEST_EXEC_TIMEOUT_MS = 2_147_483_647;

/** `peerset watch`: tells, runs and writes what changes, until it is stopped. */
export async function watch(context: CommandContext): Promise<number> {
  const { io } = context;
  const work = await givenWork(context);
  let above = (line: string): void => writeLine(io, line);
  const log = await context.openLog((line) => above(line));
  const isAllThatIsTold = work.hook === undefined && work.files.length === 0 && !context.isServing;
  try {
    return await runUntilStopped(context, { options: context.watchOptions(), log }, async (running) => {
      const { watcher, closeLater } = running;
      const { replicasFile } = context;
      if (replicasFile !== undefined) followReplicas(replicasFile, watcher, log, (replicas) => watcher.declare(replicas));
      await startWork(context, running, work);
      if (canRedraw(io.stdout, io.env)) {
        const { openLiveScreen } = await import('../output/live-screen.ts');
        const screen = openLiveScreen({ watcher, stream: io.stdout, paint: paintFor(io.stdout, io.env), flags: flagMap });
        above = (line) => screen.above(line);
        closeLater(() => screen.close());
      } else {
        void tellChanges(watcher, io);
      }
      // Who only wanted to read has read enough.
      if (isAllThatIsTold) io.stdoutGone.addEventListener('abort', () => void watcher.close(), { once: true });
    });
  } catch (error) {
    if (isAllThatIsTold && io.stdoutGone.aborted && !io.shutdown.aborted) return exitCodes.done;
    throw error;
  }
}

/** What is to be done, as far as it can be done at all. */
async function givenWork(context: CommandContext): Promise<Work> {
  const { exec, execTimeoutMs = EXEC_TIMEOUT_MS, write = [], as = [] } = context.given<WatchFlags>(watchCommandFlags);
  if (write.length !== as.length) {
    throw new UsageError(`--write and --as: each file needs its form; there are ${write.length} of the one and ${as.length} of the other`);
  }
  const issues = [
    ...(await checkOutputs(write.map((path) => ({ path })))),
    ...(exec === undefined ? [] : [checkCommand(exec, context.io.env)]),
    execTimeoutIssue(execTimeoutMs),
  ].filter((issue) => issue !== undefined);
  if (issues.length > 0) throw new UsageError(issues.map(({ path, value, rule }) => `${path}: ${value} is refused, ${rule}`).join('\n'));
  return {
    hook: exec === undefined ? undefined : { command: exec, timeoutMs: execTimeoutMs },
    files: write.flatMap((path, i) => (as[i] === undefined ? [] : [{ path, form: as[i] }])),
  };
}

function execTimeoutIssue(timeoutMs: number): OptionIssue | undefined {
  if (timeoutMs >= 1 && timeoutMs <= LONGEST_EXEC_TIMEOUT_MS) return undefined;
  return { path: '--exec-timeout', value: `${timeoutMs} ms`, rule: 'must be from 1 ms to 24 days' };
}

async function startWork(context: CommandContext, running: Running, { hook, files }: Work): Promise<void> {
  const outputs = await Promise.all(files.map((file) => openOutput(context, running.watcher, file)));
  if (outputs.length > 0) await startWriting(running, outputs);
  if (hook !== undefined) await startHook(running, { ...hook, env: context.io.env });
}

async function startWriting({ watcher, log, closeLater, metrics }: Running, outputs: readonly FileOutput[]): Promise<void> {
  const { openWriter } = await import('../write/open-writer.ts');
  const writer = openWriter({ watcher, outputs, log });
  closeLater(() => writer.close());
  metrics?.collect({ name: 'peerset_writes_total', help: 'Writes of files by what became of them.', labelNames: ['result'] }, () => [
    { labels: { result: 'written' }, value: sum(writer.written().map(({ writes }) => writes)) },
    { labels: { result: 'failed' }, value: sum(writer.written().map(({ failures }) => failures)) },
  ]);
}

async function startHook({ watcher, log, closeLater, metrics }: Running, hook: NonNullable<Work['hook']> & Pick<Io, 'env'>): Promise<void> {
  const { openHook } = await import('../hook/open-hook.ts');
  const running = openHook({ watcher, log, ...hook });
  closeLater(() => running.close());
  if (metrics !== undefined) collectHook(metrics, () => running.counts);
}

function collectHook({ collect }: Metrics, counts: () => HookCounts): void {
  const help = 'Runs of the command of --exec by what became of them; timeout is one that was ended at its limit.';
  collect({ name: 'peerset_hook_runs_total', help, labelNames: ['result'] }, () => {
    const { successes, failures, timeouts } = counts();
    return [
      { labels: { result: 'ok' }, value: successes },
      { labels: { result: 'failed' }, value: failures - timeouts },
      { labels: { result: 'timeout' }, value: timeouts },
    ];
  });
  collect({ name: 'peerset_hook_running', help: 'Whether the command of --exec runs.' }, () => [{ value: Number(counts().isRunning) }]);
}

/** A line of JSON for each change; a reader that is slow gets fewer lines that say more. */
async function tellChanges(watcher: PeerWatcher, io: Io): Promise<void> {
  for await (const change of watcher) {
    if (!(await print(io, `${JSON.stringify(changeRecord(change, Date.now()))}\n`))) return;
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
