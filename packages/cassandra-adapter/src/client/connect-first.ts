import type { DriverClient } from './cassandra-driver.ts';
import { ClientGeneration } from './client-generation.ts';
import { retryDelayMs } from './decide-replacement.ts';
import { isWorthRetrying } from './driver-errors.ts';
import type { ResolvedClientOptions } from './managed-client-options.ts';

/** The longest pause between two attempts. */
const MOST_PAUSE_MS = 5_000;

/** Waits for a peer, then tries until a client has connected; the driver itself tries once. Rejects as `ManagedClient.connect` does. */
export async function connectFirst<C extends DriverClient>(
  options: ResolvedClientOptions<C>,
  signal: AbortSignal,
): Promise<ClientGeneration<C>> {
  const { watcher, connectTimeoutMs } = options;
  const untilMs = watcher.clock.nowMs() + connectTimeoutMs;
  await watcher.ready({ peers: 1, timeoutMs: connectTimeoutMs, signal });
  for (let failures = 1; ; failures += 1) {
    const generation = new ClientGeneration(1, options);
    try {
      await generation.connect(signal);
      return generation;
    } catch (error) {
      const retired = generation.retire(0);
      signal.throwIfAborted();
      await retired;
      const pauseMs = retryDelayMs(failures, MOST_PAUSE_MS, Math.random());
      if (!isWorthRetrying(error) || watcher.clock.nowMs() + pauseMs > untilMs) throw error;
      await watcher.clock.sleep(pauseMs, signal);
    }
  }
}
