import { derive, follow } from '@peerset/core';
import type { Derived, Follower, PeerWatcher } from '@peerset/core';

/** A list of seeds for whoever connects anew, and a task that brings a client up to date whenever the peers change. */
export function keepInStep(
  watcher: PeerWatcher,
  reconfigure: (hosts: readonly string[], signal: AbortSignal) => Promise<void>,
  tell: (line: string) => void,
): { readonly seeds: Derived<string>; readonly follower: Follower } {
  const seeds = derive(watcher, ({ peers }) => peers.map(({ host, port }) => `${host}:${port}`).join());
  seeds.on('change', (value) => tell(`seeds are ${value}`));

  const follower = follow(
    watcher,
    async ({ snapshot }, { signal }) => {
      await reconfigure(
        snapshot.peers.map(({ host }) => host),
        signal,
      );
    },
    { timeoutMs: 10_000, onError: (error) => tell(`trying again: ${String(error)}`) },
  );
  return { seeds, follower };
}
