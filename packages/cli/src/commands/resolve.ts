import { PeersNotReadyError, watchPeers } from '@peerset/core';
import type { PeerWatcher, Snapshot } from '@peerset/core';
import { exitCodes } from '../exit-codes.ts';
import { formatFlags } from '../flags/format-flags.ts';
import { formatSnapshot } from '../output/formats.ts';
import type { SnapshotFormat } from '../output/formats.ts';
import { paintFor } from '../output/paint.ts';
import { print } from '../stdout.ts';
import { writeError } from '../write-error.ts';
import type { CommandContext } from './command-context.ts';

/** `peerset resolve`: one look. */
export async function resolvePeers(context: CommandContext): Promise<number> {
  const watcher = watchPeers(context.watchOptions());
  try {
    await printSnapshot(context, await firstLook(watcher));
    return exitCodes.done;
  } catch (error) {
    if (!(error instanceof PeersNotReadyError)) throw error;
    // Nobody has waited: what was seen is the world as it is.
    writeError(error, context.io);
    return exitCodes.failed;
  } finally {
    await watcher.close();
  }
}

/** Prints who is there, in the form that was asked for. */
export async function printSnapshot(context: CommandContext, snapshot: Snapshot): Promise<void> {
  const { io } = context;
  const { format = io.stdout.isTTY === true ? 'table' : 'ndjson' } = context.given<{ format: SnapshotFormat }>(formatFlags);
  await print(io, formatSnapshot(snapshot, format, paintFor(io.stdout, io.env), io.stdout.columns));
}

/** Who is there after one round; rejects with why nobody is. */
async function firstLook(watcher: PeerWatcher): Promise<Snapshot> {
  await new Promise<void>((resolve) => {
    watcher.once('round', () => resolve());
    watcher.closed.addEventListener('abort', () => resolve(), { once: true });
  });
  return watcher.ready({ peers: 1, timeoutMs: 0 });
}
