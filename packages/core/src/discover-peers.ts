import { openWatcher } from './watch-peers.ts';
import type { Snapshot } from './membership/snapshot.ts';
import type { WatchOptions } from './options.ts';
import { parseWatchOptions } from './parse-options.ts';
import { parseReadyCriteria } from './ready-criteria.ts';
import type { ReadyCriteria } from './ready-criteria.ts';

/** Whom to look for, and how long. */
export interface DiscoverOptions extends WatchOptions {
  /** Who has to be there. Default: all declared peers if any are declared, else one. */
  until?: ReadyCriteria | undefined;
  /** The longest wait. 0 to 2147483647 or Infinity, default 60000. */
  timeoutMs?: number | undefined;
}

/**
 * Finds the peers once: resolves when `until` holds, then leaves nothing running.
 *
 * Rejects with `INVALID_OPTIONS`, `PEERS_NOT_READY` when the time is up, `NOT_HEADLESS` at once, or `signal.reason`.
 */
export async function discoverPeers(options: DiscoverOptions): Promise<Snapshot> {
  // Spread, so that a caller without types gets the same rejection for no options at all as for empty ones.
  const { until, timeoutMs, ...watchOptions } = { ...options };
  const resolved = parseWatchOptions(watchOptions);
  const context = { declared: resolved.declared, self: resolved.self, path: 'until' };
  // First by itself: spreading would hide that it is no object.
  parseReadyCriteria(until, context);
  parseReadyCriteria({ ...until, timeoutMs }, context);
  const watcher = openWatcher(resolved);
  try {
    return await watcher.ready({ ...until, timeoutMs });
  } finally {
    await watcher.close();
  }
}
