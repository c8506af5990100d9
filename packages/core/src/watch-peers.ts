import { abortable } from './abortable.ts';
import { Announcer, changeBetween } from './announcer.ts';
import { checkSnapshot } from './check-snapshot.ts';
import { systemClock } from './clock.ts';
import type { Clock } from './clock.ts';
import { createClosing } from './closing.ts';
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
import type { Change } from './membership/diff.ts';
import { startingMembership } from './membership/membership.ts';
import { withDeclared } from './membership/next-membership.ts';
import type { Membership } from './membership/membership.ts';
import { observe } from './membership/observe.ts';
import type { Peer } from './membership/peer.ts';
import type { Policy } from './membership/policy.ts';
import { isSettling } from './membership/schedule.ts';
import type { Snapshot } from './membership/snapshot.ts';
import type { Status } from './membership/status.ts';
import type { ResolvedOptions, WatchOptions } from './options.ts';
import { parseReplicas, parseWatchOptions, policyOf } from './parse-options.ts';
import { Pace } from './pace.ts';
import type { PeerWatcher, WatchEvents } from './peer-watcher.ts';
import { parseReadyCriteria } from './ready-criteria.ts';
import type { ReadyOptions } from './ready-criteria.ts';
import { lookupLog, lookupReport } from './round-report.ts';
import type { LookRequest, Observation, PeerSource } from './source.ts';
import { startLine } from './start-line.ts';
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
  readonly #hold: ProcessHold;
  readonly #lastKnown: LastKnownKeeper | undefined;
  readonly #closing = createClosing();
  readonly #pace: Pace;
  readonly #announcer: Announcer;
  readonly #log = lookupLog();
  readonly #nobody: Snapshot;
  readonly #loop: Promise<void>;
  #membership: Membership;
  #rounds = 0;
  /** Waits of any kind: they keep the process alive. */
  #waiting = 0;
  /** Ends the wait for the running look. */
  #cutOff: ((reason: unknown) => void) | undefined;

  constructor(options: ResolvedOptions) {
    const { service, statefulSet, firstOrdinal, declared, clock, random, signal } = options;
    const { closed } = this;
    this.#options = options;
    this.#policy = policyOf(options);
    this.#source = options.source ?? openDnsSource(options);
    this.#events = createEvents(options.onListenerError);
    this.#membership = startingMembership({ service, statefulSet, firstOrdinal, declared, nowMs: clock.nowMs() });
    this.#nobody = this.#membership.snapshot;
    this.#lastKnown = this.#keepLastKnown();
    this.#pace = new Pace({ clock, random, policy: this.#policy, closed });
    this.#announcer = new Announcer(this.#membership, {
      events: this.#events,
      policy: this.#policy,
      pace: this.#pace,
      lastKnown: this.#lastKnown,
      closed,
    });
    this.#hold = holdProcess(options.persistent);
    if (signal?.aborted === true) this.#end(signal.reason);
    signal?.addEventListener('abort', this.#onAbort, { once: true });
    this.#loop = this.#run();
  }

  get snapshot(): Snapshot {
    return this.#membership.snapshot;
  }

  get status(): Status {
    return this.#announcer.status;
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
    return changeBetween(previous, this.snapshot, this.#membership);
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
    const { closed } = this;
    for (const signal of [closed, criteria.signal]) signal?.throwIfAborted();
    let isWaiting = false;
    const onRound = (listener: () => void): (() => void) => {
      // Whoever has an answer at once does not wait.
      if (!isWaiting) {
        isWaiting = true;
        this.#pace.countWait(1);
      }
      return this.#announcer.follow(listener);
    };
    this.#wait(1);
    try {
      const feed = { membership: () => this.#membership, onRound, reports: () => this.#log.reports(), self, clock, closed };
      return await waitUntilReady(feed, criteria);
    } finally {
      if (isWaiting) this.#pace.countWait(-1);
      this.#wait(-1);
    }
  }

  async refresh({ signal }: { signal?: AbortSignal | undefined } = {}): Promise<Snapshot> {
    for (const each of [this.closed, signal]) each?.throwIfAborted();
    const round = this.#pace.refresh();
    this.#wait(1);
    try {
      await (signal === undefined ? round : abortable(round, signal));
      this.closed.throwIfAborted();
      return this.snapshot;
    } finally {
      this.#wait(-1);
    }
  }

  declare(replicas: number): void {
    this.closed.throwIfAborted();
    const before = this.#membership;
    this.#membership = withDeclared(before, parseReplicas(replicas, this.#options), this.#options.clock.nowMs());
    if (this.#membership.snapshot === before.snapshot) return;
    this.#pace.wake();
    queueMicrotask(() => this.#announcer.tell(this.#membership));
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
        step: (previous, snapshot) => changeBetween(previous, snapshot, this.#membership),
        onUpdate: (listener) => this.#announcer.follow(listener),
        onWaiting: (difference) => this.#wait(difference),
        closed: this.closed,
      },
      // The first step is from nobody to now, if anyone is there.
      this.snapshot.peers.length > 0 ? this.#nobody : this.snapshot,
    );
  }

  async #run(): Promise<void> {
    const removeHint = this.#source.onHint?.(() => this.#pace.wantLook());
    // The caller gets the watcher, and may listen, before the first look.
    await Promise.resolve();
    watchAge({
      clock: this.clock,
      staleAfterMs: this.#policy.staleAfterMs,
      signal: this.closed,
      lastAnswerAtMs: () => this.#membership.lastAnswerAtMs,
      onStale: () => this.#announcer.tellStatus(this.#membership),
    });
    const start = starts.enter();
    const membership = (): Membership => this.#membership;
    try {
      if (start.turn !== undefined) await abortable(start.turn, this.closed);
      let isProbeOnly = false;
      while (!this.closed.aborted) {
        await this.#round(isProbeOnly);
        start.leave();
        isProbeOnly = await this.#pace.untilNext(membership);
      }
    } catch (error) {
      // A closed watcher ends here; anything else is a defect of a source: nobody is left waiting, and the process sees it.
      if (this.closed.aborted) return;
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

  /** Gather, decide, act. */
  async #round(isProbeOnly: boolean): Promise<void> {
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
    if (wasPoll) this.#pace.polled();
    this.#announcer.tell(this.#membership);
    if (this.#announcer.isRoundWanted) this.#tellRound(observation, { startedAtMs: request.nowMs, isChanged });
    this.#pace.end(wasPoll);
  }

  #request(isProbeOnly: boolean): LookRequest {
    const membership = this.#membership;
    const isLone = this.#pace.begin(isProbeOnly);
    const now = this.#pace.now();
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
      this.#source.look(request, this.closed).then(resolve, reject);
    });
  }

  #observe(observation: Observation): void {
    this.#membership = observe(this.#membership, observation, this.#policy, this.clock.nowMs());
  }

  #keepLastKnown(): LastKnownKeeper | undefined {
    const { lastKnownFile } = this.#options;
    if (lastKnownFile === undefined) return undefined;
    const settings = { ...this.#options, policy: this.#policy };
    return keepLastKnown(lastKnownFile, settings, () => this.#announcer.tellStatus(this.#membership));
  }

  /** What was known before, where the first round has no answer. */
  async #recall(lastKnown: LastKnownKeeper): Promise<void> {
    const observation = await abortable(lastKnown.recall(this.#membership), this.closed);
    if (observation !== undefined) this.#observe(observation);
  }

  #tellRound(observation: Observation, { startedAtMs, isChanged }: { startedAtMs: number; isChanged: boolean }): void {
    const report = Object.freeze({
      number: this.#rounds,
      startedAtMs,
      durationMs: this.clock.nowMs() - startedAtMs,
      lookups: Object.freeze(observation.kind === 'evidence' ? observation.lookups.map(lookupReport) : []),
      changed: isChanged,
      nextDelayMs: this.#pace.delayMs(this.#membership),
    });
    this.#announcer.tellRound(report);
  }

  #wait(difference: 1 | -1): void {
    this.#waiting += difference;
    this.#hold.set(this.#options.persistent || this.#waiting > 0);
  }

  readonly #onAbort = (): void => {
    this.#end(this.#options.signal?.reason);
  };

  #end(reason: unknown): void {
    if (this.closed.aborted) return;
    this.#closing.abort(reason);
    this.#cutOff?.(reason);
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
    this.#pace.close();
    this.#announcer.close(this.#membership);
    this.#hold.release();
  }
}

/** Whether it was a whole look, and not a lone probe. */
function isPoll({ isProbeOnly, service }: LookRequest, observation: Observation): boolean {
  const isSet = ({ question: { name, type } }: Lookup): boolean => name === service.host && isAddressType(type);
  return !isProbeOnly || (observation.kind === 'evidence' && observation.lookups.some(isSet));
}
