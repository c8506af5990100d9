import { abortable } from './abortable.ts';
import { checkSnapshot } from './check-snapshot.ts';
import { systemClock } from './clock.ts';
import type { Clock } from './clock.ts';
import { createClosing } from './closing.ts';
import { deferred } from './deferred.ts';
import type { Deferred } from './deferred.ts';
import { DiscoveryError } from './errors.ts';
import { createEvents } from './events.ts';
import type { Events } from './events.ts';
import { holdProcess } from './hold-process.ts';
import type { ProcessHold } from './hold-process.ts';
import { keepLastKnown } from './last-known-keeper.ts';
import type { LastKnownKeeper } from './last-known-keeper.ts';
import { iterateLatest } from './latest.ts';
import { openDnsSource } from './lookup/dns-source.ts';
import { isAddressType } from './lookup/outcome.ts';
import type { Lookup } from './lookup/outcome.ts';
import { nextProbe } from './lookup/probe.ts';
import { diff } from './membership/diff.ts';
import type { Change } from './membership/diff.ts';
import { startingMembership } from './membership/membership.ts';
import { withDeclared } from './membership/next-membership.ts';
import type { Membership } from './membership/membership.ts';
import { observe } from './membership/observe.ts';
import type { Peer } from './membership/peer.ts';
import type { Policy } from './membership/policy.ts';
import { nextDelayMs, isSettling } from './membership/schedule.ts';
import type { Snapshot } from './membership/snapshot.ts';
import { isStatusNews, statusOf } from './membership/status.ts';
import type { Status } from './membership/status.ts';
import type { ResolvedOptions, WatchOptions } from './options.ts';
import { parseReplicas, parseWatchOptions, policyOf } from './parse-options.ts';
import { createPause } from './pause.ts';
import type { Pause } from './pause.ts';
import type { PeerWatcher, WatchEvents } from './peer-watcher.ts';
import { parseReadyCriteria } from './ready-criteria.ts';
import type { ReadyOptions } from './ready-criteria.ts';
import { lookupLog, lookupReport } from './round-report.ts';
import type { LookRequest, Observation, PeerSource } from './source.ts';
import { startLine } from './start-line.ts';
import { isRoundWanted, telemetryOf } from './telemetry.ts';
import type { Telemetry } from './telemetry.ts';
import { waitUntilReady } from './wait-until-ready.ts';
import { watchAge } from './watch-age.ts';

/** First rounds ask the most, and all that a thousand of them hold at once is memory that V8 is slow to give back. */
const starts = startLine({ places: 64, holdMs: 50, clock: systemClock });

/**
 * Watches a headless Service until closed. Returns at once; the first look starts in the next microtask.
 *
 * @throws {InvalidOptionsError} `INVALID_OPTIONS`, with every rule that the options break.
 */
export function watchPeers(options: WatchOptions): PeerWatcher {
  return openWatcher(parseWatchOptions(options));
}

/** A watcher on checked options. */
export function openWatcher(options: ResolvedOptions): PeerWatcher {
  return new Watcher(options);
}

class Watcher implements PeerWatcher {
  readonly #options: ResolvedOptions;
  readonly #policy: Policy;
  readonly #source: PeerSource;
  readonly #events: Events<WatchEvents>;
  readonly #telemetry: Telemetry;
  readonly #hold: ProcessHold;
  readonly #lastKnown: LastKnownKeeper | undefined;
  /** Between two rounds. */
  readonly #pause: Pause;
  readonly #closing = createClosing();
  readonly #log = lookupLog();
  readonly #nobody: Snapshot;
  readonly #loop: Promise<void>;
  /** Told of each round and each `declare`, before the public events, and so of each snapshot. */
  readonly #followers = new Set<() => void>();
  #membership: Membership;
  /** The last snapshot that was told. */
  #told: Snapshot;
  #status: Status;
  #rounds = 0;
  /** 0..1: of the pause after the last poll. */
  #jitter = 0.5;
  /** When a round of a lone probe last ended. */
  #probedAtMs = -Infinity;
  /** Waits for `ready`: they quicken the pace. */
  #awaiting = 0;
  /** Waits of any kind: they keep the process alive. */
  #waiting = 0;
  /** Calls of `refresh` that wait for the next round, and those that wait for the running one. */
  #refresh: Deferred | undefined;
  #refreshing: Deferred | undefined;
  /** The next look was asked for. */
  #isLookWanted = false;
  /** Ends the wait for the running look. */
  #cutOff: ((reason: unknown) => void) | undefined;
  #isClosed = false;

  constructor(options: ResolvedOptions) {
    const { service, statefulSet, firstOrdinal, declared, clock, signal } = options;
    this.#options = options;
    this.#policy = policyOf(options);
    this.#source = options.source ?? openDnsSource(options);
    this.#events = createEvents(options.onListenerError);
    this.#telemetry = telemetryOf(service, this.closed);
    this.#membership = startingMembership({ service, statefulSet, firstOrdinal, declared, nowMs: clock.nowMs() });
    this.#nobody = this.#membership.snapshot;
    this.#told = this.#nobody;
    const { lastKnownFile } = options;
    this.#lastKnown =
      lastKnownFile === undefined
        ? undefined
        : keepLastKnown(lastKnownFile, { ...options, policy: this.#policy }, () => this.#publishStatus());
    this.#status = this.#currentStatus();
    this.#hold = holdProcess(options.persistent);
    this.#pause = createPause(clock, this.closed);
    if (signal?.aborted === true) this.#end(signal.reason);
    signal?.addEventListener('abort', this.#onAbort, { once: true });
    this.#loop = this.#run();
  }

  get snapshot(): Snapshot {
    return this.#membership.snapshot;
  }

  get status(): Status {
    return this.#status;
  }

  get self(): Peer | undefined {
    const { self } = this.#options;
    return self === undefined ? undefined : this.#membership.membersByName.get(self)?.peer;
  }

  get closed(): AbortSignal {
    return this.#closing.signal;
  }

  get clock(): Clock {
    return this.#options.clock;
  }

  changeSince(previous: Snapshot = this.#nobody): Change {
    checkSnapshot(previous, this.#membership.service);
    return this.#between(previous, this.snapshot);
  }

  on<K extends keyof WatchEvents & string>(
    event: K,
    listener: (...values: WatchEvents[K]) => void,
    options?: { signal?: AbortSignal | undefined },
  ): () => void {
    return this.#events.on(event, listener, options);
  }

  once<K extends keyof WatchEvents & string>(
    event: K,
    listener: (...values: WatchEvents[K]) => void,
    options?: { signal?: AbortSignal | undefined },
  ): () => void {
    return this.#events.once(event, listener, options);
  }

  off<K extends keyof WatchEvents & string>(event: K, listener: (...values: WatchEvents[K]) => void): void {
    this.#events.off(event, listener);
  }

  async ready(input?: ReadyOptions): Promise<Snapshot> {
    const { clock, self } = this.#options;
    const criteria = parseReadyCriteria(input, { declared: this.#membership.declared, self });
    const closed = this.#closing.signal;
    for (const signal of [closed, criteria.signal]) signal?.throwIfAborted();
    let isWaiting = false;
    const onRound = (listener: () => void): (() => void) => {
      if (!isWaiting) {
        isWaiting = true;
        this.#awaiting += 1;
        // Someone waits now: the pause may be shorter than it was going to be. Whoever has an answer at once does not wait.
        this.#pause.wake();
      }
      return this.#follow(listener);
    };
    this.#wait(1);
    try {
      const feed = { membership: () => this.#membership, onRound, reports: () => this.#log.reports(), self, clock, closed };
      return await waitUntilReady(feed, criteria);
    } finally {
      if (isWaiting) this.#awaiting -= 1;
      this.#wait(-1);
    }
  }

  async refresh({ signal }: { signal?: AbortSignal | undefined } = {}): Promise<Snapshot> {
    for (const each of [this.#closing.signal, signal]) each?.throwIfAborted();
    this.#refresh ??= deferred();
    this.#isLookWanted = true;
    this.#pause.wake();
    this.#wait(1);
    try {
      await (signal === undefined ? this.#refresh.promise : abortable(this.#refresh.promise, signal));
      this.closed.throwIfAborted();
      return this.snapshot;
    } finally {
      this.#wait(-1);
    }
  }

  declare(replicas: number): void {
    this.#closing.signal.throwIfAborted();
    const before = this.#membership;
    this.#membership = withDeclared(before, parseReplicas(replicas, this.#options), this.#options.clock.nowMs());
    if (this.#membership.snapshot === before.snapshot) return;
    this.#pause.wake();
    queueMicrotask(() => this.#publish());
  }

  async close(): Promise<void> {
    this.#end(new DiscoveryError('CLOSED', `the watcher of ${this.#membership.service.host} is closed`));
    await this.#loop;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<Change> {
    return iterateLatest(
      {
        current: () => this.snapshot,
        step: (previous, snapshot) => this.#between(previous, snapshot),
        onUpdate: (listener) => this.#follow(listener),
        onWaiting: (difference) => this.#wait(difference),
        closed: this.closed,
      },
      // The first step is from nobody to now, if anyone is there.
      this.snapshot.peers.length > 0 ? this.#nobody : this.snapshot,
    );
  }

  async #run(): Promise<void> {
    const { clock, random } = this.#options;
    this.#jitter = random();
    const removeHint = this.#source.onHint?.(() => {
      this.#isLookWanted = true;
      this.#pause.wake();
    });
    // The caller gets the watcher, and may listen, before the first look.
    await Promise.resolve();
    watchAge({
      clock,
      staleAfterMs: this.#policy.staleAfterMs,
      signal: this.closed,
      lastAnswerAtMs: () => this.#membership.lastAnswerAtMs,
      onStale: () => this.#publishStatus(),
    });
    const start = starts.enter();
    try {
      if (start.turn !== undefined) await abortable(start.turn, this.closed);
      let isProbeOnly = false;
      let polledAtMs = clock.nowMs();
      while (!this.#isClosed) {
        const wasPoll = await this.#round(isProbeOnly);
        start.leave();
        if (wasPoll) polledAtMs = clock.nowMs();
        else this.#probedAtMs = clock.nowMs();
        // Asked for anew after each interruption: a wait or a `declare` may have quickened the pace. None makes the pause longer than was told.
        let delayMs = Infinity;
        for (;;) {
          if (this.#isClosed) throw this.closed.reason;
          const now = this.#now();
          // Spelled out: what a spread and one more key make has a hidden class of its own each time, which costs a poll 5 us.
          delayMs = Math.min(
            delayMs,
            nextDelayMs(this.#membership, this.#policy, { isAwaited: now.isAwaited, nowMs: now.nowMs, random: this.#jitter }),
          );
          const next = this.#next(polledAtMs + delayMs, now.nowMs);
          ({ isProbeOnly } = next);
          if (next.inMs <= 0 || (await this.#pause.sleep(next.inMs))) break;
        }
      }
    } catch (error) {
      // A closed watcher ends here; anything else is a defect of a source: nobody is left waiting, and the process sees it.
      if (this.#isClosed) return;
      this.#end(error);
      queueMicrotask(() => {
        throw error;
      });
    } finally {
      start.leave();
      removeHint?.();
      this.#source.close();
      await this.#lastKnown?.close();
    }
  }

  /** Gather, decide, act. Whether it was a whole look, and not a lone probe. */
  async #round(isProbeOnly: boolean): Promise<boolean> {
    const request = this.#request(isProbeOnly);
    const observation = await this.#look(request);
    this.#cutOff = undefined;
    const { snapshot } = this;
    this.#observe(observation);
    if (this.#rounds === 0 && this.#lastKnown !== undefined) await this.#recall(this.#lastKnown);
    this.#rounds += 1;
    if (observation.kind === 'evidence') this.#log.add(observation.lookups);
    const isChanged = this.snapshot !== snapshot;
    const wasPoll = isPoll(request, observation);
    // Before the report, which tells how long the pause will be.
    if (wasPoll) this.#jitter = this.#options.random();
    this.#publish();
    if (this.#events.hasListeners('round') || isRoundWanted()) {
      this.#emitRound(observation, { startedAtMs: request.nowMs, isChanged });
    }
    this.#refreshing?.resolve();
    this.#refreshing = undefined;
    return wasPoll;
  }

  /** A round begins: it is what all calls of `refresh` until now waited for. */
  #request(isProbeOnly: boolean): LookRequest {
    const membership = this.#membership;
    // Somebody may have asked for a whole look in the meantime.
    const isLone = isProbeOnly && !this.#isLookWanted;
    this.#refreshing = this.#refresh;
    this.#refresh = undefined;
    this.#isLookWanted = false;
    const now = this.#now();
    return {
      service: membership.service,
      membership,
      policy: this.#policy,
      nowMs: now.nowMs,
      isSettling: isSettling(membership, now),
      isProbeOnly: isLone,
    };
  }

  /** Raced: a source that does not listen to its signal must not hold up `close`. */
  #look(request: LookRequest): Promise<Observation> {
    return new Promise((resolve, reject) => {
      this.#cutOff = reject;
      this.#source.look(request, this.#closing.signal).then(resolve, reject);
    });
  }

  #observe(observation: Observation): void {
    this.#membership = observe(this.#membership, observation, this.#policy, this.#options.clock.nowMs());
  }

  /** What was known before, where the first round has no answer. */
  async #recall(lastKnown: LastKnownKeeper): Promise<void> {
    const observation = await abortable(lastKnown.recall(this.#membership), this.#closing.signal);
    if (observation !== undefined) this.#observe(observation);
  }

  /** When the next poll is due, or an existence probe before it: whether it is only that. */
  #next(pollAtMs: number, nowMs: number): { readonly inMs: number; readonly isProbeOnly: boolean } {
    const pollInMs = pollAtMs - nowMs;
    if (this.#isLookWanted || pollInMs <= 0) return { inMs: 0, isProbeOnly: false };
    const probeInMs = this.#nextProbeMs() - nowMs;
    return { inMs: Math.min(pollInMs, probeInMs), isProbeOnly: probeInMs < pollInMs };
  }

  #nextProbeMs(): number {
    const probe = nextProbe(this.#membership, this.#policy);
    // A source that does not probe must not be asked without end.
    return probe === undefined ? Infinity : Math.max(probe.dueMs, this.#probedAtMs + this.#policy.settlingIntervalMs);
  }

  #publish(): void {
    const { snapshot } = this;
    const previous = this.#told;
    this.#told = snapshot;
    for (const follower of this.#followers) follower();
    if (snapshot !== previous) {
      const change = this.#between(previous, snapshot);
      this.#telemetry.change(change);
      this.#emit('change', change);
      for (const peer of change.left) this.#emit('leave', peer);
      for (const move of change.moved) this.#emit('move', move);
      for (const peer of change.joined) this.#emit('join', peer);
    }
    this.#lastKnown?.keep(this.#membership);
    this.#publishStatus();
  }

  #publishStatus(): void {
    const before = this.#status;
    this.#status = this.#currentStatus();
    if (!isStatusNews(before, this.#status)) return;
    this.#telemetry.status(this.#status, before);
    this.#emit('status', this.#status, before);
  }

  #emitRound(observation: Observation, { startedAtMs, isChanged }: { startedAtMs: number; isChanged: boolean }): void {
    const now = this.#now();
    const report = Object.freeze({
      number: this.#rounds,
      startedAtMs,
      durationMs: now.nowMs - startedAtMs,
      lookups: Object.freeze(observation.kind === 'evidence' ? observation.lookups.map(lookupReport) : []),
      changed: isChanged,
      nextDelayMs: nextDelayMs(this.#membership, this.#policy, { isAwaited: now.isAwaited, nowMs: now.nowMs, random: this.#jitter }),
    });
    this.#telemetry.round(report);
    this.#emit('round', report);
  }

  #emit<K extends keyof WatchEvents & string>(event: K, ...values: WatchEvents[K]): void {
    // A listener may have closed the watcher: nothing is told after that.
    if (!this.#isClosed) this.#events.emit(event, ...values);
  }

  #follow(listener: () => void): () => void {
    this.#followers.add(listener);
    return () => this.#followers.delete(listener);
  }

  #wait(difference: 1 | -1): void {
    this.#waiting += difference;
    this.#hold.set(this.#options.persistent || this.#waiting > 0);
  }

  #between(previous: Snapshot, next: Snapshot): Change {
    const { membersByName } = this.#membership;
    return diff(previous, next, (name) => membersByName.get(name)?.hasReturned === true);
  }

  #now(): { isAwaited: boolean; nowMs: number } {
    return { isAwaited: this.#awaiting > 0, nowMs: this.#options.clock.nowMs() };
  }

  #currentStatus(): Status {
    const { isAwaited, nowMs } = this.#now();
    const status = statusOf(this.#membership, this.#policy, { isAwaited, nowMs, isClosed: this.#isClosed });
    return this.#lastKnown?.withProblem(status) ?? status;
  }

  readonly #onAbort = (): void => {
    this.#end(this.#options.signal?.reason);
  };

  #end(reason: unknown): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#closing.abort(reason);
    this.#cutOff?.(reason);
    for (const refresh of [this.#refresh, this.#refreshing]) refresh?.resolve();
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
    this.#pause.wake();
    this.#status = this.#currentStatus();
    this.#events.removeAll();
    this.#hold.release();
  }
}

/** Whether it was a whole look, and not a lone probe. */
function isPoll({ isProbeOnly, service }: LookRequest, observation: Observation): boolean {
  const isSet = ({ question: { name, type } }: Lookup): boolean => name === service.host && isAddressType(type);
  return !isProbeOnly || (observation.kind === 'evidence' && observation.lookups.some(isSet));
}
