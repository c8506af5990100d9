/** The longest line that is passed on, in bytes. */
const LONGEST_LINE_BYTES = 8 * 1024;
/** How much of one run is passed on, in bytes. */
const MOST_RUN_BYTES = 64 * 1024;
/** What a line counts at least, so that a run passes on no more than 1024 of them. */
const LEAST_LINE_BYTES = 64;

const NEWLINE = 10;

/** How much a run may still pass on, and how much it did not; shared by its streams. */
export interface OutputBudget {
  leftBytes: number;
  leftOutBytes: number;
}

/** What a run begins with. */
export function outputBudget(): OutputBudget {
  return { leftBytes: MOST_RUN_BYTES, leftOutBytes: 0 };
}

/**
 * Makes lines of the bytes of one stream. Passes on 64 KiB a run and 8 KiB a line at most; the rest is counted and forgotten, so that no
 * amount of output takes more memory than one line. Blank lines are dropped.
 */
export class OutputLines {
  readonly #budget: OutputBudget;
  readonly #onLine: (line: string) => void;
  /** The line that has not ended yet: its beginning, since the rest is only counted. */
  readonly #line = new Uint8Array(LONGEST_LINE_BYTES);
  #length = 0;
  #cutBytes = 0;

  constructor(budget: OutputBudget, onLine: (line: string) => void) {
    this.#budget = budget;
    this.#onLine = onLine;
  }

  push(chunk: Uint8Array): void {
    let from = 0;
    while (from < chunk.length) {
      if (this.#budget.leftBytes <= 0) {
        this.#budget.leftOutBytes += chunk.length - from;
        return;
      }
      const newline = chunk.indexOf(NEWLINE, from);
      this.#add(chunk.subarray(from, newline === -1 ? chunk.length : newline));
      if (newline === -1) return;
      this.end();
      from = newline + 1;
    }
  }

  /** The line is over, with or without a newline. */
  end(): void {
    const { leftBytes } = this.#budget;
    const length = Math.min(this.#length, Math.max(0, leftBytes));
    const cutBytes = this.#cutBytes + this.#length - length;
    const text = lineText(this.#line.subarray(0, length), cutBytes > 0);
    this.#budget.leftOutBytes += cutBytes;
    this.#length = 0;
    this.#cutBytes = 0;
    if (text === '' || leftBytes <= 0) return;
    this.#budget.leftBytes -= Math.max(length, LEAST_LINE_BYTES);
    this.#onLine(text);
  }

  #add(bytes: Uint8Array): void {
    const taken = bytes.subarray(0, this.#line.length - this.#length);
    this.#line.set(taken, this.#length);
    this.#length += taken.length;
    this.#cutBytes += bytes.length - taken.length;
  }
}

/** Bytes that are no UTF-8 become U+FFFD; a character that the cut went through is left out. */
function lineText(bytes: Uint8Array, isCut: boolean): string {
  const text = new TextDecoder().decode(bytes, { stream: isCut }).trimEnd();
  return isCut && text !== '' ? `${text}…` : text;
}
