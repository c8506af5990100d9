import type { PeerWatcher } from '@peerset/core';
import { mayRewrite, planSeeds, writeSeedFile } from '@peerset/cassandra-adapter';
import type { ReloadReport, SeedFileOptions, SeedFileWriter } from '@peerset/cassandra-adapter';
import { UsageError } from '../exit-codes.ts';
import { reloadFlags } from '../flags/cassandra-flags.ts';
import { outputOf } from '../hook/output-of.ts';
import type { Metrics } from '../listen/metrics.ts';
import { Tally } from '../listen/tally.ts';
import type { Log } from '../log.ts';
import { detailsOf, tellSwapped } from './cassandra-seeds.ts';
import type { CommandContext } from './command-context.ts';
import { runUntilStopped } from './long-running.ts';
import { nextRound } from './next-round.ts';
import { seedForm } from './seed-form.ts';
import { openSeedInput } from './seed-input.ts';
import type { ReadSeedInput } from './seed-input.ts';

/** What became of writes and reloads. */
interface SidecarTallies {
  readonly writes: Tally<'written' | 'failed'>;
  readonly reloads: Tally<ReloadReport['kind']>;
}

/** `peerset cassandra sidecar`: keeps the seeds of a running node true. */
export async function cassandraSidecar(context: CommandContext): Promise<number> {
  const { path, template, ...form } = await seedForm(context);
  if (path === undefined) throw new UsageError('needs --write: the file that the node reads its seeds from');
  if (template !== undefined) throw new UsageError('--template: the node runs, its file is there');
  const log = await context.openLog();
  const tallies: SidecarTallies = {
    writes: new Tally(['written', 'failed']),
    reloads: new Tally(['current', 'unchecked', 'outdated', 'failed']),
  };
  const reloading = reload(context, log, tallies);
  return runUntilStopped(context, { options: context.watchOptions(), log }, async ({ watcher, closeLater, metrics }) => {
    if (metrics !== undefined) collectTallies(tallies, metrics);
    const input = await openSeedInput(context, watcher);
    const file = writeSeedFile({ ...form, path, ...reloading });
    closeLater(() => file.close());
    void keepSeeds({ watcher, log, input, file, tallies });
  });
}

interface Keeping {
  readonly watcher: PeerWatcher;
  readonly log: Log;
  readonly input: ReadSeedInput;
  readonly file: SeedFileWriter;
  readonly tallies: SidecarTallies;
}

/** Looks after each round: not only peers change, but also the cluster file, and this node once it has joined. */
async function keepSeeds({ watcher, log, input: read, file, tallies }: Keeping): Promise<void> {
  let told = '';
  while (!watcher.closed.aborted) {
    try {
      await nextRound(watcher);
      const input = await read();
      const plan = planSeeds(input);
      if (plan.reason !== told) tellSwapped(plan, log);
      const outcome = mayRewrite(plan) ? await file.write(plan, input) : 'kept';
      if (outcome === 'written') tallies.writes.add(outcome);
      if (outcome === 'written' || (outcome === 'kept' && plan.reason !== told)) log.info({ ...detailsOf(plan), outcome }, plan.reason);
      told = plan.reason;
    } catch (error) {
      if (!watcher.closed.aborted) tallies.writes.add('failed');
      const trouble = error instanceof Error ? error.message : String(error);
      if (!watcher.closed.aborted && trouble !== told) log.error({ error }, 'the seeds could not be written, and are tried again');
      told = trouble;
    }
  }
}

function collectTallies({ writes, reloads }: SidecarTallies, { collect }: Metrics): void {
  collect({ name: 'peerset_writes_total', help: 'Writes of files by what became of them.', labelNames: ['result'] }, () =>
    writes.samples(),
  );
  const help = 'Reloads of the seeds by what came of them: current is proven, unchecked is not.';
  collect({ name: 'peerset_cassandra_reloads_total', help, labelNames: ['result'] }, () => reloads.samples());
}

function reload(
  context: CommandContext,
  log: Log,
  { reloads }: SidecarTallies,
): Pick<SeedFileOptions, 'reload' | 'getSeeds' | 'debounceMs' | 'onReload'> {
  const { reload: command, getSeeds, debounceMs } = context.given<{ reload: string; getSeeds: string; debounceMs: number }>(reloadFlags);
  if (command === undefined && getSeeds !== undefined) throw new UsageError('--get-seeds: needs --reload');
  const { env } = context.io;
  const run = (given: string, signal: AbortSignal): Promise<string> => outputOf({ command: wordsOf(given), env, signal });
  return {
    ...(command !== undefined && { reload: async (signal: AbortSignal) => void (await run(command, signal)) }),
    ...(getSeeds !== undefined && { getSeeds: async (signal: AbortSignal) => await run(getSeeds, signal) }),
    ...(debounceMs !== undefined && { debounceMs }),
    onReload: (report) => {
      reloads.add(report.kind);
      log[report.kind === 'current' || report.kind === 'unchecked' ? 'info' : 'warn']({ ...report }, `reload: ${report.kind}`);
    },
  };
}

/** No shell reads it. */
function wordsOf(command: string): readonly string[] {
  return command.trim().split(/\s+/);
}
