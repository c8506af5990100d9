import type { DriverClient } from './cassandra-driver.ts';
import { ClientGeneration } from './client-generation.ts';
import { isBetter } from './decide-replacement.ts';
import type { Replacement } from './decide-replacement.ts';
import type { ResolvedClientOptions } from './managed-client-options.ts';

/** What came of a fresh client. `no-better`: it connected, and does not heal what it was made for. */
export type Trial<C extends DriverClient> =
  | { readonly kind: 'better'; readonly candidate: ClientGeneration<C> }
  | { readonly kind: 'no-better' }
  | { readonly kind: 'failed'; readonly error: unknown };

/**
 * Makes a client, connects it and looks whether it is better than the one there is. One that is not is shut down. Where `closing` aborts meanwhile
 * it is no better, and is shut down when the driver has come to an end with it.
 */
export async function tryClient<C extends DriverClient>(
  number: number,
  replacement: Replacement,
  options: ResolvedClientOptions<C>,
  closing: AbortSignal,
): Promise<Trial<C>> {
  let candidate: ClientGeneration<C> | undefined;
  let trial: Trial<C> = { kind: 'no-better' };
  try {
    candidate = new ClientGeneration(number, options);
    await candidate.connect(closing);
    if (await becomesBetter(candidate, replacement, options, closing)) return { kind: 'better', candidate };
  } catch (error) {
    trial = { kind: 'failed', error };
  }
  const retired = candidate?.retire(0);
  if (!closing.aborted) await retired;
  return trial;
}

/** A driver that does not warm up (`pooling.warmup: false`) fills its pools after it has connected: they get the time that any host has. */
async function becomesBetter<C extends DriverClient>(
  candidate: ClientGeneration<C>,
  replacement: Replacement,
  { watcher, checkIntervalMs, unconnectedAfterMs }: ResolvedClientOptions<C>,
  closing: AbortSignal,
): Promise<boolean> {
  const { clock } = watcher;
  const untilMs = clock.nowMs() + (replacement.trigger === 'unconnected-host' ? unconnectedAfterMs : 0);
  while (!closing.aborted) {
    if (isBetter(replacement, candidate.hosts())) return true;
    const leftMs = untilMs - clock.nowMs();
    if (leftMs <= 0) return false;
    await clock.sleep(Math.min(checkIntervalMs, leftMs), closing);
  }
  return false;
}
