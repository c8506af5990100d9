import type { Snapshot } from '@peerset/core';
import type { DriverClient } from './cassandra-driver.ts';
import type { ClientListeners } from './client-events.ts';
import { ClientGeneration } from './client-generation.ts';
import { decideReplacement, isBetter, mostPauseMs, retryDelayMs, watchUnconnected } from './decide-replacement.ts';
import type { ClientView, Replacement } from './decide-replacement.ts';
import type { ResolvedClientOptions } from './managed-client-options.ts';

/** What is remembered between two looks. Frozen by type, replaced whole. */
interface Memory {
  readonly unconnectedSinceMs: ReadonlyMap<string, number>;
  readonly noHostSinceMs: number | undefined;
  readonly failuresInARow: number;
  readonly notBeforeMs: number;
  readonly knownNames: ReadonlySet<string>;
  readonly snapshot: Snapshot;
  readonly snapshotSinceMs: number;
}

/** Looks at the client that serves, and replaces it: one at a time, the new one connected before the old one is let go. */
export class ClientKeeper<C extends DriverClient> {
  readonly #options: ResolvedClientOptions<C>;
  readonly #listeners: ClientListeners;
  readonly #closing: AbortSignal;
  readonly #retiring = new Set<Promise<void>>();
  #current: ClientGeneration<C>;
  #memory: Memory;
  #wake: () => void = () => {};
  readonly #loop: Promise<void>;

  /** @param closing - Aborting ends the loop; an attempt under way is waited for. */
  constructor(first: ClientGeneration<C>, options: ResolvedClientOptions<C>, listeners: ClientListeners, closing: AbortSignal) {
    this.#options = options;
    this.#listeners = listeners;
    this.#closing = closing;
    this.#current = first;
    const { snapshot, clock } = options.watcher;
    this.#memory = {
      unconnectedSinceMs: new Map(),
      noHostSinceMs: undefined,
      failuresInARow: 0,
      notBeforeMs: 0,
      knownNames: new Set(first.namesAmong(snapshot.peers)),
      snapshot,
      snapshotSinceMs: clock.nowMs(),
    };
    this.#loop = this.#run();
  }

  get current(): ClientGeneration<C> {
    return this.#current;
  }

  /** A request went well. */
  reached(): void {
    if (this.#memory.noHostSinceMs !== undefined) this.#remember({ noHostSinceMs: undefined });
  }

  /** A request found nobody: DNS may show others by now. */
  reachedNobody(): void {
    const { watcher } = this.#options;
    this.#remember({ noHostSinceMs: this.#memory.noHostSinceMs ?? watcher.clock.nowMs() });
    // Closing ends it with a rejection, which is nobody's matter here.
    void watcher.refresh().catch(() => {});
  }

  /** Once the signal has aborted: resolves when all clients are shut down. */
  async ended(): Promise<void> {
    await this.#loop;
    await this.#current.retire(this.#options.drainMs);
    await Promise.all(this.#retiring);
  }

  async #run(): Promise<void> {
    const { watcher, checkIntervalMs } = this.#options;
    const signal = AbortSignal.any([this.#closing, watcher.closed]);
    const stops = [
      watcher.on('change', () => {
        this.#current.refreshContactPoints();
        this.#wake();
      }),
      watcher.on('status', () => this.#wake()),
    ];
    while (!signal.aborted) {
      await this.#check();
      const woken = new Promise<void>((resolve) => (this.#wake = resolve));
      const sleeping = new AbortController();
      await Promise.race([woken, watcher.clock.sleep(checkIntervalMs, AbortSignal.any([signal, sleeping.signal])).catch(() => {})]);
      sleeping.abort();
    }
    for (const stop of stops) stop();
  }

  /** One look, and what follows from it. */
  async #check(): Promise<void> {
    const generation = this.#current;
    const view = this.#look(generation);
    const replacement = decideReplacement(view, this.#options);
    if (replacement !== undefined) await this.#replace(generation, replacement);
    // What failed has healed by itself: the next trouble is not its continuation.
    else if (view.nowMs >= view.notBeforeMs) this.#remember({ failuresInARow: 0 });
  }

  #look(generation: ClientGeneration<C>): ClientView {
    const { watcher } = this.#options;
    const { snapshot, status } = watcher;
    const nowMs = watcher.clock.nowMs();
    const hosts = generation.hosts();
    const { peers } = snapshot;
    this.#remember({
      unconnectedSinceMs: watchUnconnected(this.#memory.unconnectedSinceMs, hosts, nowMs),
      ...(snapshot === this.#memory.snapshot ? {} : { snapshot, snapshotSinceMs: nowMs }),
      knownNames: new Set([...this.#memory.knownNames, ...generation.namesAmong(peers)]),
    });
    const isBelieved = status.phase === 'settling' || status.phase === 'settled';
    return {
      ...this.#memory,
      nowMs,
      peers,
      quietForMs: isBelieved ? nowMs - this.#memory.snapshotSinceMs : undefined,
      hosts,
      connectedAtMs: generation.connectedAtMs,
      mapped: generation.mapped,
    };
  }

  async #replace(old: ClientGeneration<C>, replacement: Replacement): Promise<void> {
    const { candidate, error } = await this.#candidate(old.number + 1, replacement);
    if (candidate === undefined) {
      if (!this.#closing.aborted) this.#failed(replacement, error);
      return;
    }
    this.#current = candidate;
    this.#remember({ unconnectedSinceMs: new Map(), noHostSinceMs: undefined, failuresInARow: 0, notBeforeMs: 0 });
    const { trigger, reason } = replacement;
    this.#listeners.emit('replaced', { generation: candidate.number, trigger, reason });
    const retired = this.#retire(old).finally(() => this.#retiring.delete(retired));
    this.#retiring.add(retired);
  }

  async #retire(old: ClientGeneration<C>): Promise<void> {
    const cutRequests = await old.retire(this.#options.drainMs);
    if (!this.#closing.aborted) this.#listeners.emit('retired', { generation: old.number, cutRequests });
  }

  /** A connected client that is better than the one there is, or why there is none. */
  async #candidate(number: number, replacement: Replacement): Promise<{ candidate?: ClientGeneration<C>; error?: unknown }> {
    let candidate: ClientGeneration<C> | undefined;
    try {
      candidate = new ClientGeneration(number, this.#options);
      await candidate.connect();
      if (!this.#closing.aborted && isBetter(replacement, candidate.hosts())) return { candidate };
    } catch (error) {
      await candidate?.retire(0);
      return { error };
    }
    await candidate.retire(0);
    return {};
  }

  #failed({ trigger, reason }: Replacement, error: unknown): void {
    const { watcher, mostRetryMs } = this.#options;
    const failuresInARow = this.#memory.failuresInARow + 1;
    const retryInMs = retryDelayMs(failuresInARow, mostPauseMs(trigger, mostRetryMs), Math.random());
    this.#remember({ failuresInARow, notBeforeMs: watcher.clock.nowMs() + retryInMs });
    this.#listeners.emit('failed', { trigger, reason, error, failuresInARow, retryInMs });
  }

  #remember(news: Partial<Memory>): void {
    this.#memory = { ...this.#memory, ...news };
  }
}
