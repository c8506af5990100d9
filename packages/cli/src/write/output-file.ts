import type { PeerWatcher, Snapshot } from '@peerset/core';
import type { Log } from '../log.ts';
import type { FileOutput } from './file-output.ts';
import { replaceFile } from './replace-file.ts';

/** What has become of a file. */
export interface OutputCounts {
  readonly path: string;
  readonly writes: number;
  /** Tries that failed, each counted. */
  readonly failures: number;
}

const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;
const MODE = 0o644;

/** Keeps one file as the snapshot has it, see `openWriter`. */
export class OutputFile {
  readonly #output: FileOutput;
  readonly #watcher: PeerWatcher;
  readonly #log: Log;
  readonly #stops: readonly (() => void)[];
  readonly #loop: Promise<void>;
  #counts: OutputCounts;
  /** Something may have changed since it was looked at last. */
  #turn = new AbortController();
  #isClosed = false;
  /** Whether DNS has confirmed who is there. */
  #isBegun = false;
  /** The snapshot that the file is up to. */
  #done: Snapshot | undefined;
  #lastText: string | undefined;
  #failuresInARow = 0;

  constructor(output: FileOutput, watcher: PeerWatcher, log: Log) {
    this.#output = output;
    this.#watcher = watcher;
    this.#log = log;
    this.#counts = Object.freeze({ path: output.path, writes: 0, failures: 0 });
    this.#stops = [
      watcher.on('change', this.#wake),
      // A change of phase may be what the first write waits for. Later it is no reason to try again sooner.
      watcher.on('status', () => {
        if (!this.#isBegun) this.#wake();
      }),
    ];
    this.#loop = this.#run();
  }

  get counts(): OutputCounts {
    return this.#counts;
  }

  /** Resolves when no write is under way any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const stop of this.#stops) stop();
    this.#wake();
    await this.#loop;
  }

  readonly #wake = (): void => this.#turn.abort();

  async #run(): Promise<void> {
    while (!this.#isClosed) {
      this.#turn = new AbortController();
      const { signal } = this.#turn;
      const isUpToDate = await this.#bringUpToDate();
      await (isUpToDate ? aborted(signal) : this.#watcher.clock.sleep(this.#retryMs, signal).catch(() => {}));
    }
  }

  get #retryMs(): number {
    return Math.min(FIRST_RETRY_MS * 2 ** (this.#failuresInARow - 1), LONGEST_RETRY_MS);
  }

  /** Whether the file is as it should be now, or nothing can be said. */
  async #bringUpToDate(): Promise<boolean> {
    const { snapshot } = this.#watcher;
    this.#isBegun ||= isConfirmed(this.#watcher);
    if (!this.#isBegun || snapshot === this.#done) return true;
    try {
      await this.#write(snapshot);
      this.#failuresInARow = 0;
      this.#done = snapshot;
      return true;
    } catch (error) {
      this.#failuresInARow += 1;
      this.#count({ failures: this.#counts.failures + 1 });
      this.#tell(error, snapshot);
      return false;
    }
  }

  async #write(snapshot: Snapshot): Promise<void> {
    const { path, mode = MODE } = this.#output;
    const text = await this.#output.render(snapshot);
    if (text === undefined || text === this.#lastText || this.#isClosed) return;
    await replaceFile(path, text, mode);
    this.#lastText = text;
    this.#count({ writes: this.#counts.writes + 1 });
    this.#log.info({ path, revision: snapshot.revision, bytes: Buffer.byteLength(text) }, `${path} written`);
  }

  #tell(error: unknown, { revision }: Snapshot): void {
    const { path } = this.#output;
    const reason = error instanceof Error ? error.message : String(error);
    this.#log.error(
      { path, revision, retryMs: this.#retryMs },
      `${path} could not be written: ${reason}; another try follows in ${this.#retryMs} ms`,
    );
  }

  #count(news: Partial<OutputCounts>): void {
    this.#counts = Object.freeze({ ...this.#counts, ...news });
  }
}

/** Whether answers say who is there. That it is nobody takes more than the first of them, and another Service than one with a cluster IP. */
function isConfirmed({ status: { lastAnswerAtMs, phase, problems }, snapshot }: PeerWatcher): boolean {
  if (lastAnswerAtMs === undefined) return false;
  return snapshot.peers.length > 0 || (phase === 'settled' && problems.every(({ code }) => code !== 'NOT_HEADLESS'));
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
