import type { Clock } from '@peerset/core';
import { DiscoveryError } from '@peerset/core/errors';
import type { SeedFileOptions } from './seed-file-options.ts';
import type { SeedDifference, SeedTargets } from './seed-targets.ts';
import { readSeedAddresses, seedDifference } from './seed-targets.ts';

/** What became of a reload. */
export type ReloadReport = {
  /** Which try it was, 1..5. */
  readonly tries: number;
  /** Whether another one follows, in `debounceMs`: after a failure, five in all, and where the seeds have changed meanwhile. */
  readonly isFollowed: boolean;
} & ReloadVerdict;

/** How a reload came out. */
export type ReloadVerdict =
  /** The node has the seeds it should have. */
  | { readonly kind: 'current' }
  /** Reloaded, and there is no `getSeeds` to check it. */
  | { readonly kind: 'unchecked' }
  /** The node has other seeds. Java keeps addresses of names for 30 s, so that the second try may well succeed. */
  | ({ readonly kind: 'outdated' } & SeedDifference)
  /** `reload` or `getSeeds` threw, or took too long. */
  | { readonly kind: 'failed'; readonly error: unknown };

/** What a reloader needs of the options. */
export interface ReloadSettings extends Pick<SeedFileOptions, 'getSeeds' | 'onReload'> {
  readonly reload: NonNullable<SeedFileOptions['reload']>;
  readonly debounceMs: number;
  readonly timeoutMs: number;
  readonly clock: Clock;
}

const MOST_TRIES = 5;

/** Reloads the seeds of a node some time after they have changed. One reload serves all changes until then. */
export class SeedReloader {
  readonly #settings: ReloadSettings;
  readonly #closing = new AbortController();
  #wanted: SeedTargets | undefined;
  #isRunning = false;
  #running: Promise<void> = Promise.resolve();

  constructor(settings: ReloadSettings) {
    this.#settings = settings;
  }

  /** Sees to it that a node gets these seeds. Returns at once. */
  want(targets: SeedTargets): void {
    if (this.#closing.signal.aborted) return;
    this.#wanted = targets;
    if (!this.#isRunning) this.#running = this.#run();
  }

  /** Drops what was not yet reloaded. Resolves when nothing runs, or is left to itself, any more. */
  async close(): Promise<void> {
    this.#closing.abort(new DiscoveryError('CLOSED', 'the seed file was closed'));
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    this.#isRunning = true;
    let tries = 0;
    let tried: SeedTargets | undefined;
    while (this.#wanted !== undefined) {
      await this.#settings.clock.sleep(this.#settings.debounceMs, signal).catch(() => {});
      if (signal.aborted) break;
      const targets: SeedTargets = this.#wanted;
      tries = targets === tried ? tries + 1 : 1;
      tried = targets;
      const verdict = await this.#tryOnce(targets);
      if (signal.aborted) break;
      const isDone = verdict.kind === 'current' || verdict.kind === 'unchecked' || tries === MOST_TRIES;
      if (isDone && this.#wanted === targets) this.#wanted = undefined;
      this.#tell({ ...verdict, tries, isFollowed: this.#wanted !== undefined });
    }
    this.#isRunning = false;
  }

  async #tryOnce(targets: SeedTargets): Promise<ReloadVerdict> {
    const { clock, timeoutMs } = this.#settings;
    const ending = new AbortController();
    const signal = AbortSignal.any([this.#closing.signal, ending.signal]);
    try {
      // One that ignores its signal must not hold up the next.
      const limit = clock.sleep(timeoutMs, signal).then(() => {
        throw new Error(`reloading the seeds took longer than ${timeoutMs} ms`);
      });
      return await Promise.race([this.#reload(targets, signal), limit]);
    } catch (error) {
      return { kind: 'failed', error };
    } finally {
      ending.abort();
    }
  }

  async #reload(targets: SeedTargets, signal: AbortSignal): Promise<ReloadVerdict> {
    const { reload, getSeeds } = this.#settings;
    await reload(signal);
    if (getSeeds === undefined) return { kind: 'unchecked' };
    signal.throwIfAborted();
    const difference = seedDifference(targets, readSeedAddresses(await getSeeds(signal)));
    return difference === undefined ? { kind: 'current' } : { kind: 'outdated', ...difference };
  }

  #tell(report: ReloadReport): void {
    try {
      this.#settings.onReload?.(report);
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  }
}
