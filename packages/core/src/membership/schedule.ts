import { wasAnyoneSeen } from './membership.ts';
import type { Membership } from './membership.ts';
import type { Policy } from './policy.ts';

const NOBODY_SEEN_MS = 60_000;
const AFTER_CHANGE_MS = 15_000;
const MISSING_MS = 120_000;
/** Each delay is spread over 0.8 to 1.2 of its base, so that clients started together do not ask together. */
const JITTER_FROM = 0.8;
const JITTER_SPAN = 0.4;

/** Whether something is in motion or awaited, so that the next look comes soon. */
export function isSettling(membership: Membership, { isAwaited, nowMs }: { isAwaited: boolean; nowMs: number }): boolean {
  const { unconfirmed, unownedSinceMs, isWavering, snapshot, startedAtMs, lastChangeAtMs, problems } = membership;
  const quietMs = nowMs - (lastChangeAtMs ?? startedAtMs);
  // A cluster IP is set for a Service's whole life: no hurry brings its pods to light.
  if (problems.some(({ code }) => code === 'NOT_HEADLESS')) return false;
  if (isAwaited || unconfirmed.length > 0 || unownedSinceMs.size > 0 || isWavering) return true;
  if (lastChangeAtMs !== undefined && quietMs < AFTER_CHANGE_MS) return true;
  if (!wasAnyoneSeen(membership) && nowMs - startedAtMs < NOBODY_SEEN_MS) return true;
  return snapshot.missing.length > 0 && quietMs < MISSING_MS;
}

/**
 * The pause until the next round, in milliseconds. Rounds without any answer back off from the settling interval to the poll interval.
 *
 * @param options.random - 0..1, the jitter.
 */
export function nextDelayMs(
  membership: Membership,
  policy: Policy,
  { isAwaited, nowMs, random }: { isAwaited: boolean; nowMs: number; random: number },
): number {
  return baseDelayMs(membership, policy, { isAwaited, nowMs }) * (JITTER_FROM + JITTER_SPAN * random);
}

function baseDelayMs(membership: Membership, policy: Policy, now: { isAwaited: boolean; nowMs: number }): number {
  const { pollIntervalMs, settlingIntervalMs } = policy;
  const { failuresInARow } = membership;
  if (failuresInARow > 0) return Math.min(pollIntervalMs, settlingIntervalMs * 2 ** Math.min(failuresInARow - 1, 30));
  return isSettling(membership, now) ? settlingIntervalMs : pollIntervalMs;
}
