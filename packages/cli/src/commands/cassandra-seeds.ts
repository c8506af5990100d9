import { watchPeers } from '@peerset/core';
import type { PeerWatcher } from '@peerset/core';
import { planSeeds, renderSeeds, writeSeedFile } from '@peerset/cassandra-adapter';
import type { SeedFileOptions, SeedInput, SeedListPlan, SeedPlan } from '@peerset/cassandra-adapter';
import { exitCodes, UsageError } from '../exit-codes.ts';
import { seedFormFlags, seedWaitFlags } from '../flags/cassandra-flags.ts';
import type { Log } from '../log.ts';
import { print } from '../stdout.ts';
import type { CommandContext } from './command-context.ts';
import { openSeedInput } from './seed-input.ts';
import type { ReadSeedInput } from './seed-input.ts';

export interface SeedForm extends Omit<SeedFileOptions, 'path'> {
  readonly path: string | undefined;
}

/** `peerset cassandra seeds`: what this node starts with, printed or written before it starts. */
export async function cassandraSeeds(context: CommandContext): Promise<number> {
  const { wait = false, timeoutMs = Infinity } = context.given<{ wait: boolean; timeoutMs: number }>(seedWaitFlags);
  const form = await seedForm(context);
  const log = context.openLog();
  const watcher = watchPeers(context.watchOptions());
  try {
    const input = openSeedInput(context, watcher);
    const plan = await waitForPlan({ watcher, input, log }, wait ? timeoutMs : 0);
    tellSwapped(plan, log);
    if (plan.mode === 'wait') {
      context.io.stderr.write(`peerset: this node must not start yet: ${plan.reason}; it waits for ${plan.waitingFor.join(', ')}\n`);
      return exitCodes.notReady;
    }
    log.info({ mode: plan.mode, seeds: plan.seeds.map(({ host }) => host) }, plan.reason);
    await hand(context, { form, plan, input: await input() });
    return exitCodes.done;
  } finally {
    await watcher.close();
  }
}

/** How the list is written, checked by the adapter. */
export async function seedForm(context: CommandContext): Promise<SeedForm> {
  const {
    edit = false,
    as = 'csv',
    path,
    storagePort,
    version,
  } = context.given<{
    edit: boolean;
    as: SeedFileOptions['as'];
    path: string;
    storagePort: number;
    version: string;
  }>(seedFormFlags);
  if (edit && (path === undefined || as !== 'yaml'))
    throw new UsageError('--edit: needs --as yaml, and --write with the cassandra.yaml to edit');
  return {
    as,
    path,
    ...(storagePort !== undefined && { storagePort }),
    ...(version !== undefined && { version }),
    ...(edit && { parseDocument: (await import('yaml')).parseDocument }),
  };
}

interface Planning {
  readonly watcher: PeerWatcher;
  readonly input: ReadSeedInput;
  readonly log: Log;
}

/** The first plan after a round that is not `wait`, or the last one when the time is up. */
async function waitForPlan({ watcher, input, log }: Planning, timeoutMs: number): Promise<SeedPlan> {
  const startedAtMs = watcher.clock.nowMs();
  let told = '';
  for (;;) {
    await nextRound(watcher);
    const plan = planSeeds(await input());
    if (plan.mode !== 'wait' || watcher.clock.nowMs() - startedAtMs >= timeoutMs) return plan;
    if (plan.reason !== told) log.info({ mode: plan.mode, waitingFor: plan.waitingFor }, plan.reason);
    told = plan.reason;
  }
}

/** Rejects with the reason for which the watcher closed. */
async function nextRound(watcher: PeerWatcher): Promise<void> {
  watcher.closed.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const stop = watcher.once('round', () => resolve());
    watcher.closed.addEventListener(
      'abort',
      () => {
        stop();
        reject(watcher.closed.reason);
      },
      { once: true },
    );
  });
}

async function hand(
  context: CommandContext,
  { form, plan, input }: { form: SeedForm; plan: SeedListPlan; input: SeedInput },
): Promise<void> {
  const { path, ...rendering } = form;
  if (path === undefined) {
    await print(context.io, `${renderSeeds(plan, rendering).trimEnd()}\n`);
    return;
  }
  const file = writeSeedFile({ ...rendering, path });
  await file.write(plan, input);
  await file.close();
}

/** Cassandra before 6.0 starts none of them, and only a person can help. */
export function tellSwapped({ swappedAddresses = [] }: SeedPlan, log: Log): void {
  for (const names of swappedAddresses)
    log.error({ names }, 'these nodes exchanged their addresses: delete one pod, so that it gets another address');
}
