import type { PeerWatcher } from '@peerset/core';

/** Resolves when the next round has ended; rejects with the reason for which the watcher closes. */
export async function nextRound(watcher: PeerWatcher): Promise<void> {
  const { closed } = watcher;
  closed.throwIfAborted();
  const over = new AbortController();
  try {
    await new Promise<void>((resolve, reject) => {
      watcher.once('round', () => resolve(), { signal: over.signal });
      closed.addEventListener('abort', () => reject(closed.reason), { once: true, signal: over.signal });
    });
  } finally {
    over.abort();
  }
}
