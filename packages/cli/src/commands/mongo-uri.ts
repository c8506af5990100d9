import { watchPeers } from '@peerset/core';
import type { ReadyOptions, Snapshot } from '@peerset/core';
import { mongoConnectionString, mongoSrvConnectionString, redactConnectionString } from '@peerset/mongo-adapter';
import { exitCodes } from '../exit-codes.ts';
import { mongoShowFlags } from '../flags/mongo-flags.ts';
import { readyFlags, timeoutFlag } from '../flags/ready-flags.ts';
import { serviceFlags } from '../flags/service-flags.ts';
import { print } from '../stdout.ts';
import type { CommandContext } from './command-context.ts';
import { givenMongoUri } from './mongo-options.ts';

/** `peerset mongo uri`: waits for enough peers, and prints the string. */
export async function mongoUri(context: CommandContext): Promise<number> {
  const { redact = false } = context.given<{ redact: boolean }>(mongoShowFlags);
  const uriOf = uriOfSnapshot(context);
  const watcher = watchPeers(context.watchOptions());
  try {
    const uri = uriOf(await watcher.ready(context.given<ReadyOptions>([...readyFlags, timeoutFlag])));
    await print(context.io, `${redact ? redactConnectionString(uri) : uri}\n`);
    return exitCodes.done;
  } finally {
    await watcher.close();
  }
}

/** How a snapshot becomes the string that the flags describe. */
export function uriOfSnapshot(context: CommandContext): (snapshot: Snapshot) => string {
  const options = givenMongoUri(context);
  const { srv = false } = context.given<{ srv: boolean }>(mongoShowFlags);
  if (!srv) return (snapshot) => mongoConnectionString(snapshot, options);
  const { portName } = context.given<{ portName: string }>(serviceFlags);
  return ({ service }) => mongoSrvConnectionString(service, { ...options, ...(portName !== undefined && { srvServiceName: portName }) });
}
