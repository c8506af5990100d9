import { unheardErrors } from '@peerset/core/kit';
import type { Events } from '@peerset/core/kit';
import type { DriverClient } from './cassandra-driver.ts';
import type { ManagedClientEvents } from './client-events.ts';
import type { ClientGeneration } from './client-generation.ts';
import { afterLook, afterReplacement, afterVainAttempt, firstMemory } from './client-memory.ts';
import type { ClientMemory } from './client-memory.ts';
import { decideReplacement, mostPauseMs, retryDelayMs } from './decide-replacement.ts';
import type { ClientView, Replacement } from './decide-replacement.ts';
import type { ResolvedClientOptions } from './managed-client-options.ts';
import { foundNobody } from './no-host.ts';
import { tryClient } from './try-client.ts';

const noHosts: ReadonlySet<string> = new Set();

/** Looks at the client that serves, and replaces it: one at a time, the new one connected before the old one is let go. */
export class ClientKeeper<C extends DriverClient> {
  readonly #options: ResolvedClientOptions<C>;
  readonly #events: Events<ManagedClientEvents>;
  readonly #closing: AbortSignal;
  readonly #retiring = new Set<Promise<void>>();
  #current: ClientGeneration<C>;
  #memory: ClientMemory;
  /** Whether something has happened since the last look began. */
  #isWoken = false;
  #endPause: () => void = () => {};
  #isInTrouble = false;
  #refreshedAtMs = -Infinity;
  readonly #unheard = unheardErrors(
    'looking at the Cassandra client failed, and nobody listens to the error of the managed client',
    'PEERSET_CLIENT_CHECK_FAILED',
  );
  readonly #loop: Promise<void>;

  /** @param closing - Aborting ends the loop, and an attempt under way. */
  constructor(first: ClientGeneration<C>, options: ResolvedClientOptions<C>, events: Events<ManagedClientEvents>, closing: AbortSignal) {
    this.#options = options;
    this.#events = events;
    this.#closing = closing;
    this.#current = first;
    const { snapshot, clock } = options.watcher;
    this.#memory = firstMemory(snapshot, first.namesAmong(snapshot.peers), clock.nowMs());
    this.#loop = this.#run();
  }

  get current(): ClientGeneration<C> {
    return this.#current;
  }

  /** A request of this client went well. */
  reached(generation: ClientGeneration<C>): void {
    if (generation === this.#current && this.#memory.noHost !== undefined) this.#memory = { ...this.#memory, noHost: undefined };
  }

  /** A request of this client found nobody: DNS may show others by now. What a client that was replaced finds says nothing of the one that serves. */
  reachedNobody(generation: ClientGeneration<C>): void {
    if (generation !== this.#current) return;
    const { watcher, checkIntervalMs } = this.#options;
    const nowMs = watcher.clock.nowMs();
    const noHost = foundNobody(this.#memory.noHost, generation.connectedEndpoints(), nowMs);
    this.#memory = { ...this.#memory, noHost };
    // A thousand requests a second may fail: DNS is not asked for each.
    if (nowMs - this.#refreshedAtMs < checkIntervalMs) return;
    this.#refreshedAtMs = nowMs;
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
    signal.addEventListener('abort', () => this.#wake());
    while (!signal.aborted) {
      this.#isWoken = false;
      await this.#checkOrTell();
      if (!this.#isWoken) await this.#pause(checkIntervalMs);
    }
    for (const stop of stops) stop();
  }

  #wake(): void {
    this.#isWoken = true;
    this.#endPause();
  }

  async #pause(ms: number): Promise<void> {
    const pausing = new AbortController();
    this.#endPause = () => pausing.abort();
    await this.#options.watcher.clock.sleep(ms, pausing.signal).catch(() => {});
  }

  /** What the driver and the caller's policies throw ends no loop. */
  async #checkOrTell(): Promise<void> {
    try {
      await this.#check();
      this.#isInTrouble = false;
      this.#unheard.end();
    } catch (error) {
      if (!this.#events.hasListeners('error')) this.#unheard.tell(error);
      else if (!this.#isInTrouble) this.#events.emit('error', error);
      this.#isInTrouble = true;
    }
  }

  /** One look, and what follows from it. */
  async #check(): Promise<void> {
    const generation = this.#current;
    const view = this.#look(generation);
    const replacement = decideReplacement(view, this.#options);
    if (replacement !== undefined) await this.#replace(generation, replacement, view);
    // What failed has healed by itself: the next trouble is not its continuation.
    else if (view.nowMs >= view.notBeforeMs) this.#memory = { ...this.#memory, failuresInARow: 0 };
  }

  #look(generation: ClientGeneration<C>): ClientView {
    const { snapshot, status, clock } = this.#options.watcher;
    const nowMs = clock.nowMs();
    const { peers } = snapshot;
    const hosts = generation.hosts();
    this.#memory = afterLook(this.#memory, { nowMs, snapshot, hosts, names: generation.namesAmong(peers) }, this.#options);
    const { unconnectedSinceMs, vain, noHost, notBeforeMs, knownNames, snapshotSinceMs } = this.#memory;
    const isBelieved = status.phase === 'settling' || status.phase === 'settled';
    return {
      nowMs,
      peers,
      quietForMs: isBelieved ? nowMs - snapshotSinceMs : undefined,
      hosts,
      connectedAtMs: generation.connectedAtMs,
      mapped: generation.mapped,
      knownNames,
      unconnectedSinceMs,
      vainHosts: vain?.hosts ?? noHosts,
      noHostSinceMs: noHost?.sinceMs,
      notBeforeMs,
    };
  }

  async #replace(old: ClientGeneration<C>, replacement: Replacement, view: ClientView): Promise<void> {
    const trial = await tryClient(old.number + 1, replacement, this.#options, this.#closing);
    if (trial.kind !== 'better') {
      if (this.#closing.aborted) return;
      if (trial.kind === 'no-better') this.#memory = afterVainAttempt(this.#memory, replacement, view);
      this.#failed(replacement, trial.kind === 'failed' ? trial.error : undefined);
      return;
    }
    const { candidate } = trial;
    this.#current = candidate;
    this.#memory = afterReplacement(this.#memory);
    const { trigger, reason } = replacement;
    this.#events.emit('replaced', { generation: candidate.number, trigger, reason });
    const retired = this.#retire(old).finally(() => this.#retiring.delete(retired));
    this.#retiring.add(retired);
  }

  async #retire(old: ClientGeneration<C>): Promise<void> {
    const cutRequests = await old.retire(this.#options.drainMs);
    if (!this.#closing.aborted) this.#events.emit('retired', { generation: old.number, cutRequests });
  }

  #failed({ trigger, reason }: Replacement, error: unknown): void {
    const { watcher, mostRetryMs } = this.#options;
    const failuresInARow = this.#memory.failuresInARow + 1;
    const retryInMs = retryDelayMs(failuresInARow, mostPauseMs(trigger, mostRetryMs), Math.random());
    this.#memory = { ...this.#memory, failuresInARow, notBeforeMs: watcher.clock.nowMs() + retryInMs };
    this.#events.emit('failed', { trigger, reason, error, failuresInARow, retryInMs });
  }
}
