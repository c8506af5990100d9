import type { Clock } from './clock.ts';
import { deferred } from './deferred.ts';
import type { Deferred } from './deferred.ts';
import { nextProbe } from './lookup/probe.ts';
import type { Membership } from './membership/membership.ts';
import type { Policy } from './membership/policy.ts';
import { nextDelayMs } from './membership/schedule.ts';
import { createPause } from './pause.ts';
import type { Pause } from './pause.ts';

export interface PaceSettings {
  readonly clock: Clock;
  readonly random: () => number;
  readonly policy: Policy;
  readonly closed: AbortSignal;
}

/** When a watcher looks next: after the pause that its membership asks for, for an existence probe before, or because someone asked. */
export class Pace {
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #policy: Policy;
  readonly #closed: AbortSignal;
  /** Between two rounds. */
  readonly #pause: Pause;
  /** 0..1: of the pause after the last poll. */
  #jitter: number;
  #polledAtMs = -Infinity;
  /** When a round of a lone probe last ended. */
  #probedAtMs = -Infinity;
  #awaiting = 0;
  /** Calls of `refresh` that wait for the next round, and those that wait for the running one. */
  #refresh: Deferred | undefined;
  #refreshing: Deferred | undefined;
  /** The next look was asked for. */
  #isLookWanted = false;

  constructor({ clock, random, policy, closed }: PaceSettings) {
    this.#clock = clock;
    this.#random = random;
    this.#policy = policy;
    this.#closed = closed;
    this.#pause = createPause(clock, closed);
    this.#jitter = random();
  }

  now(): { isAwaited: boolean; nowMs: number } {
    return { isAwaited: this.#awaiting > 0, nowMs: this.#clock.nowMs() };
  }

  /** The pause after the last poll, as things are now. */
  delayMs(membership: Membership): number {
    const { isAwaited, nowMs } = this.now();
    return nextDelayMs(membership, this.#policy, { isAwaited, nowMs, random: this.#jitter });
  }

  /** Someone waits for `ready`, or no longer: the pause may be shorter than it was going to be. */
  countWait(difference: 1 | -1): void {
    this.#awaiting += difference;
    if (difference === 1) this.#pause.wake();
  }

  /** What the pause depends on is another: it is asked for anew. */
  wake(): void {
    this.#pause.wake();
  }

  /** Asks for a whole look, now or right after the running one. */
  wantLook(): void {
    this.#isLookWanted = true;
    this.#pause.wake();
  }

  /** As `wantLook`; resolves when that round is over, or the watcher closed. */
  refresh(): Promise<void> {
    this.#refresh ??= deferred();
    this.wantLook();
    return this.#refresh.promise;
  }

  /** A round begins: it is what all calls of `refresh` until now waited for. Whether it is still only a probe: someone may have asked for more. */
  begin(isProbeOnly: boolean): boolean {
    const isLone = isProbeOnly && !this.#isLookWanted;
    this.#refreshing = this.#refresh;
    this.#refresh = undefined;
    this.#isLookWanted = false;
    return isLone;
  }

  /** The answers to a whole look are in: from now on `delayMs` is that of the pause after it. */
  polled(): void {
    this.#jitter = this.#random();
  }

  /** A round is over, and told. */
  end(wasPoll: boolean): void {
    this.#refreshing?.resolve();
    this.#refreshing = undefined;
    if (wasPoll) this.#polledAtMs = this.#clock.nowMs();
    else this.#probedAtMs = this.#clock.nowMs();
  }

  /** Resolves when the next round is due: whether it is only a probe. Rejects with the reason for which the watcher closes. */
  async untilNext(membership: () => Membership): Promise<boolean> {
    // Asked for anew after each interruption: a wait or a `declare` may have quickened the pace. None makes the pause longer than was told.
    let delayMs = Infinity;
    for (;;) {
      this.#closed.throwIfAborted();
      delayMs = Math.min(delayMs, this.delayMs(membership()));
      const { inMs, isProbeOnly } = this.#next(this.#polledAtMs + delayMs, membership());
      if (inMs <= 0 || (await this.#pause.sleep(inMs))) return isProbeOnly;
    }
  }

  /** Nobody is left waiting. */
  close(): void {
    for (const refresh of [this.#refresh, this.#refreshing]) refresh?.resolve();
    this.#pause.wake();
  }

  /** When the next poll is due, or an existence probe before it: whether it is only that. */
  #next(pollAtMs: number, membership: Membership): { readonly inMs: number; readonly isProbeOnly: boolean } {
    const nowMs = this.#clock.nowMs();
    const pollInMs = pollAtMs - nowMs;
    if (this.#isLookWanted || pollInMs <= 0) return { inMs: 0, isProbeOnly: false };
    const probeInMs = this.#nextProbeMs(membership) - nowMs;
    return { inMs: Math.min(pollInMs, probeInMs), isProbeOnly: probeInMs < pollInMs };
  }

  #nextProbeMs(membership: Membership): number {
    const probe = nextProbe(membership, this.#policy);
    // A source that does not probe must not be asked without end.
    return probe === undefined ? Infinity : Math.max(probe.dueMs, this.#probedAtMs + this.#policy.settlingIntervalMs);
  }
}
