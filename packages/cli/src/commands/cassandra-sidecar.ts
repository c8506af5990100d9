import { follow } from '@peerset/core';
import { planSeeds, writeSeedFile } from '@peerset/cassandra-adapter';
import type { SeedFileOptions } from '@peerset/cassandra-adapter';
import { UsageError } from '../exit-codes.ts';
import { reloadFlags } from '../flags/cassandra-flags.ts';
import { outputOf } from '../hook/output-of.ts';
import type { Log } from '../log.ts';
import { seedForm, tellSwapped } from './cassandra-seeds.ts';
import type { CommandContext } from './command-context.ts';
import { runUntilStopped } from './long-running.ts';
import { openSeedInput } from './seed-input.ts';

/** `peerset cassandra sidecar`: keeps the seeds of a running node true. */
export async function cassandraSidecar(context: CommandContext): Promise<number> {
  const { path, ...form } = await seedForm(context);
  if (path === undefined) throw new UsageError('needs --write: the file that the node reads its seeds from');
  const log = context.openLog();
  const reloading = reload(context, log);
  return runUntilStopped(context, { options: context.watchOptions(), log }, ({ watcher, closeLater }) => {
    const input = openSeedInput(context, watcher);
    const file = writeSeedFile({ ...form, path, ...reloading });
    closeLater(() => file.close());
    const follower = follow(
      watcher,
      async () => {
        const now = await input();
        const plan = planSeeds(now);
        tellSwapped(plan, log);
        // Seeds only matter when the node starts, or after a partition: the old list is good enough until there is a better one.
        if (plan.mode === 'wait')
          return log.info({ mode: plan.mode, waitingFor: plan.waitingFor }, `the file stays as it is: ${plan.reason}`);
        const outcome = await file.write(plan, now);
        log.info({ mode: plan.mode, seeds: plan.seeds.map(({ host }) => host), outcome }, plan.reason);
      },
      { onError: (error) => log.error({ error }, 'the seeds could not be written, and are tried again') },
    );
    closeLater(() => follower.close());
  });
}

function reload(context: CommandContext, log: Log): Pick<SeedFileOptions, 'reload' | 'getSeeds' | 'debounceMs' | 'onReload'> {
  const { reload: command, getSeeds, debounceMs } = context.given<{ reload: string; getSeeds: string; debounceMs: number }>(reloadFlags);
  if (command === undefined && getSeeds !== undefined) throw new UsageError('--get-seeds: needs --reload');
  const { env } = context.io;
  const run = (given: string, signal: AbortSignal): Promise<string> => outputOf({ command: wordsOf(given), env, signal });
  return {
    ...(command !== undefined && { reload: async (signal: AbortSignal) => void (await run(command, signal)) }),
    ...(getSeeds !== undefined && { getSeeds: async (signal: AbortSignal) => await run(getSeeds, signal) }),
    ...(debounceMs !== undefined && { debounceMs }),
    onReload: (report) =>
      log[report.kind === 'current' || report.kind === 'unchecked' ? 'info' : 'warn']({ ...report }, `reload: ${report.kind}`),
  };
}

/** No shell reads it. */
function wordsOf(command: string): readonly string[] {
  return command.trim().split(/\s+/);
}
