import { setTimeout as sleep } from 'node:timers/promises';

/** Reads all the time, whether or not the reads before were answered. */
export class Reader implements AsyncDisposable {
  readonly #read: () => Promise<unknown>;
  readonly #pending = new Set<Promise<void>>();
  readonly #timer: NodeJS.Timeout;
  #answered = 0;
  #failed = 0;

  constructor(read: () => Promise<unknown>) {
    this.#read = read;
    this.#timer = setInterval(() => {
      const pending = this.#once().finally(() => this.#pending.delete(pending));
      this.#pending.add(pending);
    }, 20);
  }

  get answered(): number {
    return this.#answered;
  }

  get failed(): number {
    return this.#failed;
  }

  /** Counts from here on. */
  reset(): void {
    [this.#answered, this.#failed] = [0, 0];
  }

  /** Resolves when so many more reads were answered, and none of them has failed meanwhile; rejects when that takes too long. */
  async untilAnswered(count: number, limitMs: number): Promise<void> {
    const endMs = performance.now() + limitMs;
    let [failed, from] = [this.#failed, this.#answered];
    while (this.#answered < from + count) {
      if (performance.now() > endMs) throw new Error(`${count} reads in a row were not answered within ${limitMs / 1_000} s`);
      if (this.#failed > failed) [failed, from] = [this.#failed, this.#answered];
      await sleep(20);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#pending);
  }

  async #once(): Promise<void> {
    try {
      await this.#read();
      this.#answered += 1;
    } catch {
      this.#failed += 1;
    }
  }
}
