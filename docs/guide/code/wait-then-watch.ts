import { watchPeers } from '@peerset/core';
import type { PeerWatcher, WatchOptions } from '@peerset/core';

/** One watcher for the start and for the rest of the application's life. */
export async function watchFromStart(options: WatchOptions): Promise<PeerWatcher> {
  const watcher = watchPeers(options);
  try {
    await watcher.ready({ self: true, ordinals: [0], timeoutMs: 120_000 });
    return watcher;
  } catch (error) {
    await watcher.close();
    throw error;
  }
}
