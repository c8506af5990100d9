import { watchPeers } from '@peerset/core';
import type { PeerWatcher } from '@peerset/core';
import { mayStart, planSeeds } from '@peerset/cassandra-adapter';
import type { SeedInput, SeedPlan, StartOptions } from '@peerset/cassandra-adapter';
import { exitCodes } from '../exit-codes.ts';
import { seedWaitFlags } from '../flags/cassandra-flags.ts';
import type { Log } from '../log.ts';
import type { CommandContext } from './command-context.ts';
import { nextRound } from './next-round.ts';
import { handSeeds, seedForm } from './seed-form.ts';
import { openSeedInput } from './seed-input.ts';
import type { ReadSeedInput } from './seed-input.ts';

/** What was seen, and what follows from it. */
interface Look {
  readonly input: SeedInput;
  readonly plan: SeedPlan;
}

interface WaitFlags extends StartOptions {
  readonly wait: boolean;
  readonly timeoutMs: number;
}

/** `peerset cassandra seeds`: what this node starts with, printed or written before it starts. */
export async function cassandraSeeds(context: CommandContext): Promise<number> {
  const { wait = false, timeoutMs = Infinity, ...start } = context.given<WaitFlags>(seedWaitFlags);
  const form = await seedForm(context);
  const log = await context.openLog();
  const watcher = watchPeers(context.watchOptions());
  try {
    const input = await openSeedInput(context, watcher);
    const look = await waitForStart({ watcher, input, log, start }, wait ? timeoutMs : 0);
    const { plan } = look;
    tellSwapped(plan, log);
    if (!mayStart(plan, start)) {
      context.io.stderr.write(`peerset: this node must not start yet: ${reasonOf(plan)}\n`);
      return exitCodes.notReady;
    }
    log.info(detailsOf(plan), plan.reason);
    await handSeeds(context, form, { ...look, plan });
    return exitCodes.done;
  } finally {
    await watcher.close();
  }
}

interface Waiting {
  readonly watcher: PeerWatcher;
  readonly input: ReadSeedInput;
  readonly log: Log;
  readonly start: StartOptions;
}

/** The first look after a round by which the node may start, or the last one when the time is up. */
async function waitForStart({ watcher, input: read, log, start }: Waiting, timeoutMs: number): Promise<Look> {
  const startedAtMs = watcher.clock.nowMs();
  let told = '';
  for (;;) {
    await nextRound(watcher);
    const input = await read();
    const look = { input, plan: planSeeds(input) };
    if (mayStart(look.plan, start) || watcher.clock.nowMs() - startedAtMs >= timeoutMs) return look;
    if (reasonOf(look.plan) !== told) log.info(detailsOf(look.plan), reasonOf(look.plan));
    told = reasonOf(look.plan);
  }
}

function reasonOf(plan: SeedPlan): string {
  return plan.mode === 'wait' ? `${plan.reason}; it waits for ${plan.waitingFor.join(', ')}` : plan.reason;
}

/** A plan as the log has it. */
export function detailsOf(plan: SeedPlan): Readonly<Record<string, unknown>> {
  return plan.mode === 'wait'
    ? { mode: plan.mode, waitingFor: plan.waitingFor }
    : { mode: plan.mode, seeds: plan.seeds.map(({ host }) => host) };
}

/** Cassandra before 6.0 starts none of them, and only a person can help. */
export function tellSwapped({ swappedAddresses = [] }: SeedPlan, log: Log): void {
  for (const names of swappedAddresses)
    log.error({ names }, 'these nodes exchanged their addresses: delete one pod, so that it gets another address');
}
