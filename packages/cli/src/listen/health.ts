import type { PeerWatcher } from '@peerset/core';

/** No question takes longer, by its rules (`lookupTimeoutMs`), and a round asks several steps of them. */
const LONGEST_ROUND_MS = 60_000;

/** Whether the loop of a watcher turns. */
export interface Health {
  /** Undefined: it does; else a sentence that says what is wrong. */
  fault(): string | undefined;
}

/**
 * Watches whether rounds come when the last one said they would. That DNS fails is no fault of this process: a restart would heal nothing and lose
 * what is known.
 */
export function openHealth(watcher: PeerWatcher): Health {
  const { clock } = watcher;
  let dueAtMs = clock.nowMs();
  watcher.on('round', ({ nextDelayMs }) => {
    dueAtMs = clock.nowMs() + nextDelayMs;
  });
  return {
    fault() {
      if (watcher.closed.aborted) return 'the watch has ended';
      const lateMs = clock.nowMs() - dueAtMs;
      return lateMs > LONGEST_ROUND_MS ? `no look has ended since one was due ${Math.round(lateMs / 1_000)} s ago` : undefined;
    },
  };
}
