import { watchPeers } from '@peerset/core';
import type { ReadyOptions } from '@peerset/core';
import { exitCodes } from '../exit-codes.ts';
import { readyFlags, timeoutFlag } from '../flags/ready-flags.ts';
import { openProgress } from '../output/progress-line.ts';
import { canRedraw, paintFor } from '../output/paint.ts';
import type { CommandContext } from './command-context.ts';
import { printSnapshot } from './resolve.ts';

/** `peerset wait`: until enough peers are there. */
export async function waitForPeers(context: CommandContext): Promise<number> {
  const { io } = context;
  const criteria = context.given<ReadyOptions>([...readyFlags, timeoutFlag]);
  const watcher = watchPeers(context.watchOptions());
  const { stderr: stream, env } = io;
  const progress = openProgress({ watcher, criteria, stream, paint: paintFor(stream, env), isLive: canRedraw(stream, env) });
  try {
    const snapshot = await watcher.ready(criteria);
    progress.close();
    await printSnapshot(context, snapshot);
    return exitCodes.done;
  } finally {
    progress.close();
    await watcher.close();
  }
}
