import { DiscoveryError, InvalidOptionsError, PeersNotReadyError } from '@peerset/core';
import type { OptionIssue, PeerWatcher, ReadyCriteria } from '@peerset/core';
import { UsageError } from '../exit-codes.ts';
import { flagMap } from '../flags/flag-map.ts';
import { inFlags } from '../output/flag-words.ts';
import { shortList } from '../output/short-list.ts';

/** Judges now, without a look at DNS. Undefined: the criteria hold; else why they do not. */
export type Readiness = () => Promise<string | undefined>;

/**
 * Whether the peers are there that `--ready` asks for.
 *
 * @throws {UsageError} for criteria that this watcher can never be judged by, such as `declared` where nothing is declared.
 */
export async function openReadiness(watcher: PeerWatcher, criteria: ReadyCriteria): Promise<Readiness> {
  // Without time to wait it decides on what is known.
  const failure = (): Promise<unknown> => watcher.ready({ ...criteria, timeoutMs: 0 }).then(() => undefined, asIs);
  const first = await failure();
  // Whatever else it is, requests are told what it is then.
  if (first instanceof InvalidOptionsError) throw new UsageError(first.issues.map(refusal).join('\n'));
  return async () => {
    const error = await failure();
    // The reason of that may be a signal to the process, which is no failure.
    if (watcher.closed.aborted) return 'the watch has ended';
    return error === undefined ? undefined : explanationOf(error);
  };
}

function asIs(error: unknown): unknown {
  return error;
}

function refusal({ value, rule }: OptionIssue): string {
  return `--ready: ${value} is refused, ${inFlags(rule, flagMap)}`;
}

/** Others than the library's own errors are defects, and are thrown on. */
function explanationOf(error: unknown): string {
  if (!(error instanceof DiscoveryError)) throw error;
  if (!(error instanceof PeersNotReadyError)) return inFlags(error.message, flagMap);
  const { snapshot, hint } = error;
  const there = shortList(snapshot.peers.map(({ name }) => name));
  return `peers of ${snapshot.service.host} are not ready: found ${there}; ${inFlags(hint, flagMap)}`;
}
