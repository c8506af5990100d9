import { watchPeers } from '@peerset/core';
import type { PeerWatcher, ReadyCriteria, WatchOptions } from '@peerset/core';
import { flagMap } from '../flags/flag-map.ts';
import { listenFlags } from '../flags/long-running-flags.ts';
import type { ListenAddress } from '../listen/listen-address.ts';
import type { Metrics } from '../listen/metrics.ts';
import type { Log } from '../log.ts';
import { inFlags } from '../output/flag-words.ts';
import type { CommandContext } from './command-context.ts';

/** What a command that runs until it is stopped works with. */
export interface Running {
  readonly watcher: PeerWatcher;
  readonly log: Log;
  /** Where its numbers are served; undefined where nothing is. */
  readonly metrics: Metrics | undefined;
  /** Closed when the command ends, the last one first. */
  readonly closeLater: (close: () => Promise<void> | void) => void;
}

/**
 * Watches a Service, serves what `--listen` asks for and runs until the process is told to stop or the watcher closes. Rejects with the reason
 * for that.
 */
export async function runUntilStopped(
  context: CommandContext,
  { options, log }: { readonly options: WatchOptions; readonly log: Log },
  start: (running: Running) => Promise<void> | void,
): Promise<never> {
  const { listen, ready } = context.given<{ listen: ListenAddress; ready: ReadyCriteria['peers'] }>(listenFlags);
  // Loaded before the watcher begins, so that no round goes uncounted.
  const serving = listen && { address: listen, ...(await import('../listen/endpoints.ts')), ...(await import('../listen/metrics.ts')) };
  const watcher = watchPeers(options);
  const closings: (() => Promise<void> | void)[] = [() => watcher.close()];
  const closeLater = (close: () => Promise<void> | void): void => void closings.unshift(close);
  try {
    tellStatus(watcher, log);
    const metrics = serving?.openMetrics(watcher);
    if (serving !== undefined && metrics !== undefined) {
      const endpoints = await serving.openEndpoints({
        address: serving.address,
        watcher,
        lookupTimeoutMs: options.lookupTimeoutMs,
        ready: { peers: ready },
        metrics,
        log,
      });
      closeLater(() => endpoints.close());
      log.info({ url: endpoints.url }, 'serves /healthz, /readyz, /peers and /metrics');
    }
    await start({ watcher, log, metrics, closeLater });
    return await untilClosed(watcher);
  } finally {
    for (const close of closings) await close();
  }
}

/** Problems as they come and go, and phases. */
function tellStatus(watcher: PeerWatcher, log: Log): void {
  watcher.on('status', ({ phase, problems }, previous) => {
    if (phase !== previous.phase) log.info({ phase, peers: watcher.snapshot.peers.length }, `the list of peers is ${phase}`);
    const known = new Set(previous.problems.map(({ code }) => code));
    for (const { code, message, hint } of problems) if (!known.has(code)) log.warn({ code, hint: inFlags(hint, flagMap) }, message);
  });
}

function untilClosed({ closed }: PeerWatcher): Promise<never> {
  return new Promise((_resolve, reject) => {
    const end = (): void =>
      reject(closed.reason instanceof Error ? closed.reason : new Error('the watch has ended', { cause: closed.reason }));
    if (closed.aborted) end();
    else closed.addEventListener('abort', end, { once: true });
  });
}
