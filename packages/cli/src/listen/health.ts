import type { PeerWatcher } from '@peerset/core';
import { healthBoundMs } from './health-bound.ts';

/** Whether the loop of a watcher turns. */
export interface Health {
  /** Undefined: it does; else a sentence that says what is wrong. */
  fault(): string | undefined;
}

/**
 * Watches whether rounds end when they have to, from now on. That DNS fails is no fault of this process: rounds end without an answer as well,
 * and a restart would heal nothing and lose who was known.
 *
 * @param lookupTimeoutMs - The watcher's.
 */
export function openHealth(watcher: PeerWatcher, lookupTimeoutMs: number): Health {
  const { clock } = watcher;
  let lastMs = clock.nowMs();
  let boundMs = healthBoundMs({ nextDelayMs: 0, lookupTimeoutMs });
  watcher.on('round', ({ nextDelayMs }) => {
    lastMs = clock.nowMs();
    boundMs = healthBoundMs({ nextDelayMs, lookupTimeoutMs });
  });
  return {
    fault() {
      if (watcher.closed.aborted) return 'the watch has ended';
      const silentMs = clock.nowMs() - lastMs;
      if (silentMs <= boundMs) return undefined;
      return `no look at DNS has ended for ${seconds(silentMs)}, where one had to within ${seconds(boundMs)}: the loop hangs`;
    },
  };
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1_000)} s`;
}
