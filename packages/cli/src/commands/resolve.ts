import { watchPeers } from '@peerset/core';
import type { PeerWatcher, Snapshot } from '@peerset/core';
import { exitCodes } from '../exit-codes.ts';
import { formatFlags } from '../flags/format-flags.ts';
import { formatSnapshot } from '../output/formats.ts';
import type { SnapshotFormat } from '../output/formats.ts';
import { paintFor } from '../output/paint.ts';
import { print } from '../stdout.ts';
import type { CommandContext } from './command-context.ts';

/** `peerset resolve`: one look. */
export async function resolvePeers(context: CommandContext): Promise<number> {
  const watcher = watchPeers(context.watchOptions());
  try {
    await printSnapshot(context, await firstLook(watcher));
    return exitCodes.done;
  } finally {
    await watcher.close();
  }
}

/** Prints who is there, in the form that was asked for. */
export async function printSnapshot(context: CommandContext, snapshot: Snapshot): Promise<void> {
  const { io } = context;
  const { format = io.stdout.isTTY === true ? 'table' : 'ndjson' } = context.given<{ format: SnapshotFormat }>(formatFlags);
  await print(io, formatSnapshot(snapshot, format, paintFor(io.stdout, io.env)));
}

/** Who is there after one round; rejects with why nobody is. */
async function firstLook(watcher: PeerWatcher): Promise<Snapshot> {
  await new Promise<void>((resolve) => {
    watcher.once('round', () => resolve());
    watcher.closed.addEventListener('abort', () => resolve(), { once: true });
  });
  return watcher.ready({ peers: 1, timeoutMs: 0 });
}
