import { abortable } from './abortable.ts';
import type { Clock } from './clock.ts';
import { deferred } from './deferred.ts';
import { DiscoveryError, PeersNotReadyError } from './errors.ts';
import { hintOf } from './membership/hint.ts';
import type { Membership } from './membership/membership.ts';
import { confirmedSnapshot } from './membership/recall.ts';
import type { Snapshot } from './membership/snapshot.ts';
import { isReady } from './ready-criteria.ts';
import type { ResolvedCriteria } from './ready-criteria.ts';
import type { LookupReport } from './round-report.ts';

/** What a wait stands on. */
export interface ReadyFeed {
  membership(): Membership;
  /** Calls back after each round and each `declare`. Returns the unsubscribe. */
  onRound(listener: () => void): () => void;
  reports(): readonly LookupReport[];
  readonly self: string | undefined;
  readonly clock: Clock;
  readonly closed: AbortSignal;
}

/** Resolves with the first snapshot that DNS has confirmed and that meets the criteria, for as long as they say. */
export async function waitUntilReady(feed: ReadyFeed, criteria: ResolvedCriteria): Promise<Snapshot> {
  const { clock } = feed;
  const startedAtMs = clock.nowMs();
  for (;;) {
    const membership = feed.membership();
    const notHeadless = membership.problems.find(({ code }) => code === 'NOT_HEADLESS');
    // Waiting cannot heal it: a cluster IP is set for the Service's whole life.
    if (notHeadless !== undefined) throw new DiscoveryError('NOT_HEADLESS', `${notHeadless.message}; ${notHeadless.hint}`);
    const nowMs = clock.nowMs();
    const unstableMs = isMet(membership)
      ? criteria.stableForMs - (nowMs - (membership.lastChangeAtMs ?? membership.startedAtMs))
      : Infinity;
    if (unstableMs <= 0) return membership.snapshot;
    const leftMs = startedAtMs + criteria.timeoutMs - nowMs;
    if (leftMs <= 0) throw notReady(feed, criteria);
    await nextRound(Math.min(unstableMs, leftMs));
  }

  function isMet(membership: Membership): boolean {
    const { declared, lastAnswerAtMs } = membership;
    return lastAnswerAtMs !== undefined && isReady(criteria, confirmedSnapshot(membership), declared, feed.self);
  }

  /** Until the next round, but no longer than `ms`. */
  async function nextRound(ms: number): Promise<void> {
    const over = new AbortController();
    const turn = deferred();
    const unsubscribe = feed.onRound(turn.resolve);
    try {
      await abortable(Promise.race([turn.promise, clock.sleep(ms, over.signal)]), feed.closed, criteria.signal);
    } finally {
      unsubscribe();
      over.abort();
    }
  }
}

function notReady(feed: ReadyFeed, wanted: ResolvedCriteria): PeersNotReadyError {
  const membership = feed.membership();
  const lookups = feed.reports();
  return new PeersNotReadyError({
    wanted,
    snapshot: membership.snapshot,
    lookups,
    hint: hintOf(membership, lookups, wanted.self ? feed.self : undefined),
  });
}
