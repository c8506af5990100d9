import { DiscoveryError, InvalidOptionsError } from '@peerset/core/errors';
import { replaceFile, systemClock } from '@peerset/core/kit';
import { checkSeedInput } from '../seeds/check-seed-input.ts';
import type { SeedListPlan } from '../seeds/plan-seeds.ts';
import { renderSeeds } from '../seeds/render-seeds.ts';
import type { SeedInput } from '../seeds/seed-input.ts';
import { readFileNow } from './read-file-now.ts';
import type { FileNow } from './read-file-now.ts';
import type { SeedFileOptions } from './seed-file-options.ts';
import { checkSeedFileOptions } from './seed-file-options.ts';
import { SeedReloader } from './seed-reloader.ts';
import type { SeedTargets } from './seed-targets.ts';
import { seedTargets } from './seed-targets.ts';
import { strangerIssues } from './stranger-issues.ts';

/** A file that holds the seeds of a node. */
export interface SeedFileWriter {
  /**
   * Writes the seeds of a plan, if that changes a byte, in one step: who reads the file finds the old one or the new one, whole. One write
   * follows another. A reload follows later; it is not waited for.
   *
   * @param input - What the plan was made of.
   * @returns `written`, or `unchanged` where the file says so already.
   * @throws {InvalidOptionsError} `INVALID_OPTIONS` for a seed that belongs to no declared node and is no external seed, since one reload with
   *   it could merge two clusters; for a file that has no seeds to edit.
   * @throws {DiscoveryError} `UNUSABLE_SNAPSHOT` for a plan that waits or has no seeds, `CLOSED` after `close`. What the file system says is
   *   passed on; then the file is as it was.
   */
  write(plan: SeedListPlan, input: SeedInput): Promise<'written' | 'unchanged'>;
  /** Ends what runs and drops a reload that is due. Resolves when all writes are done. Calling it again is harmless. */
  close(): Promise<void>;
}

/**
 * Keeps the seeds of a node in a file, and has the node reload them when they change or their addresses do. Nothing is read or written
 * before the first `write`.
 *
 * @throws {InvalidOptionsError} `INVALID_OPTIONS` with everything that is wrong.
 */
export function writeSeedFile(options: SeedFileOptions): SeedFileWriter {
  checkSeedFileOptions(options);
  return new SeedFile(options);
}

/** Who may read what Cassandra reads: everyone, where there is no file yet. */
const NEW_FILE_MODE = 0o644;

class SeedFile implements SeedFileWriter {
  readonly #options: SeedFileOptions;
  readonly #reloader: SeedReloader | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  #isClosed = false;
  /** What the seeds came to at the last write, as text. */
  #lastTargets: string | undefined;

  constructor(options: SeedFileOptions) {
    const { reload, debounceMs = 30_000, timeoutMs = 30_000, clock = systemClock } = options;
    this.#options = { ...options };
    this.#reloader = reload && new SeedReloader({ ...options, reload, debounceMs, timeoutMs, clock });
  }

  async write(plan: SeedListPlan, input: SeedInput): Promise<'written' | 'unchanged'> {
    if (this.#isClosed) throw new DiscoveryError('CLOSED', 'the seed file was closed');
    const writing = this.#queue.then(() => this.#write(plan, input));
    this.#queue = writing.catch(() => {});
    return await writing;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([this.#queue, this.#reloader?.close()]);
  }

  async #write(plan: SeedListPlan, input: SeedInput): Promise<'written' | 'unchanged'> {
    checkSeedInput(input);
    const now = await readFileNow(this.#options.path);
    const text = this.#rendered(plan, now);
    const strangers = strangerIssues(plan, input);
    if (strangers.length > 0) throw new InvalidOptionsError(strangers);
    const isChanged = now === undefined || !now.bytes.equals(Buffer.from(text));
    if (isChanged) await replaceFile(now?.path ?? this.#options.path, text, now?.mode ?? NEW_FILE_MODE);
    this.#reloadIfChanged(isChanged, seedTargets(plan, input));
    return isChanged ? 'written' : 'unchanged';
  }

  #rendered(plan: SeedListPlan, now: FileNow | undefined): string {
    const { as, storagePort, version, parseDocument, path } = this.#options;
    const form = { as, ...(storagePort === undefined ? {} : { storagePort }), ...(version === undefined ? {} : { version }) };
    if (parseDocument === undefined) return renderSeeds(plan, form);
    if (now === undefined)
      throw new InvalidOptionsError([{ path: 'path', value: JSON.stringify(path), rule: 'must be a cassandra.yaml that is there' }]);
    return renderSeeds(plan, { ...form, edit: { text: decoded(now.bytes), parseDocument } });
  }

  /** A node that has no seed but itself would keep its old ones: an empty answer of its provider changes nothing. */
  #reloadIfChanged(isChanged: boolean, targets: SeedTargets): void {
    const text = JSON.stringify(targets);
    const haveMoved = this.#lastTargets !== undefined && this.#lastTargets !== text;
    this.#lastTargets = text;
    if ((isChanged || haveMoved) && targets.known.length + targets.unknown > 0) this.#reloader?.want(targets);
  }
}

/** What is no UTF-8 would be written back as something else. */
function decoded(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new InvalidOptionsError([{ path: 'path', value: 'the file', rule: 'must be UTF-8' }]);
  }
}
