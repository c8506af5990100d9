import { watchPeers } from '@peerset/core';
import type { PeerIdentity, ReadyOptions, ServiceIdentity, Snapshot } from '@peerset/core';
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

/** Some pod of some Service. */
const SAMPLE_SERVICE = {
  name: 'color-svc',
  namespace: 'default',
  clusterDomain: 'cluster.local',
  host: 'color-svc.default.svc.cluster.local',
} as const;
const SAMPLE_PEERS = [{ name: 'color-ss-0', ordinal: 0, host: `color-ss-0.${SAMPLE_SERVICE.host}` }] as const;

/**
 * How a snapshot becomes the string that the flags describe.
 *
 * @throws {InvalidOptionsError} for what no string can be made of: before anyone has waited for peers.
 */
export function uriOfSnapshot(context: CommandContext): (snapshot: Snapshot) => string {
  const uriOf = uriPrinter(context);
  uriOf(SAMPLE_PEERS, SAMPLE_SERVICE);
  return (snapshot) => uriOf(snapshot, snapshot.service);
}

type UriPrinter = (peers: Snapshot | readonly PeerIdentity[], service: ServiceIdentity) => string;

function uriPrinter(context: CommandContext): UriPrinter {
  const options = givenMongoUri(context);
  const { srv = false } = context.given<{ srv: boolean }>(mongoShowFlags);
  if (!srv) return (peers) => mongoConnectionString(peers, options);
  const { portName } = context.given<{ portName: string }>(serviceFlags);
  return (_peers, service) =>
    mongoSrvConnectionString(service, { ...options, ...(portName !== undefined && { srvServiceName: portName }) });
}
