import type { Rcode, Transport } from './records.ts';

/** One question that was asked. */
export interface LoggedQuery {
  /** When, on the world's clock. */
  readonly atMs: number;
  /** Lower-case, without a final dot. */
  readonly name: string;
  /** Mnemonic, such as `A`, or `TYPE65`. */
  readonly type: string;
  readonly transport: Transport;
  /** Index of the DNS replica that was asked. */
  readonly replica: number;
  /** Whether the replica's cache answered. False too where a fault took its place. */
  readonly isFromCache: boolean;
  /** What was replied; undefined when nothing a client can read went back. */
  readonly rcode: Rcode | undefined;
}

/** The last questions, oldest first. */
export class QueryLog {
  readonly #limit: number;
  #entries: LoggedQuery[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(query: LoggedQuery): void {
    if (this.#limit === 0) return;
    this.#entries.push(query);
    // Trimmed in blocks: dropping one entry per question would move the whole list each time.
    if (this.#entries.length >= 2 * this.#limit) this.#entries = this.#entries.slice(-this.#limit);
  }

  list(): readonly LoggedQuery[] {
    return this.#limit === 0 ? [] : this.#entries.slice(-this.#limit);
  }

  clear(): void {
    this.#entries = [];
  }
}
