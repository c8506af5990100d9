import type { DriverClient, DriverHost } from './cassandra-driver.ts';

/** The driver reads who is there in a second or so, unless it waits for a node: `connectTimeout` is 5 s. */
const SWEEPS_MS: readonly number[] = [0, 250, 1_000, 6_000];

/**
 * Ends what a client opens after it was shut down. The driver (4.10) does not wait for its control connection: one that was just reading who is there
 * adds hosts to a client that is no more, whose pools then connect for ever and keep the process alive. Keeps no process alive by itself.
 */
export function closeLateHosts(client: DriverClient): void {
  for (const ms of SWEEPS_MS) setTimeout(() => sweep(client), ms).unref();
}

function sweep({ hosts }: DriverClient): void {
  for (const host of hosts.values()) void close(host);
}

/** Not part of what the driver publishes: where it is not there, nothing is done. */
async function close(host: DriverHost): Promise<void> {
  const shutdown: unknown = Reflect.get(host, 'shutdown');
  if (typeof shutdown !== 'function') return;
  try {
    await Reflect.apply(shutdown, host, [false]);
  } catch {
    // A host that cannot be closed is no worse than before.
  }
}
