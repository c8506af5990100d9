/** Calls back for each entry when its time has come. All entries of a line have the same delay, so they stand in the order of their times. */
export interface LineTimer<T> {
  /**
   * @param nowMs - The time, `performance.now()`, to count the delay from.
   */
  add(entry: T, nowMs: number): void;
}

/** Lines that share one timer: of what ends quickly, as nearly all lookups do, only the nearest time is ever waited for. */
export interface LineTimers {
  /**
   * @param isOver - Entries that need no call any more: the timer does not wake for them.
   */
  line<T>(delayMs: number, isOver: (entry: T) => boolean, onDue: (entry: T) => void): LineTimer<T>;
  /** Forgets all entries. */
  clear(): void;
}

export function lineTimers(): LineTimers {
  return new Timers();
}

class Timers implements LineTimers {
  #lines: readonly Line[] = [];
  #timer: NodeJS.Timeout | undefined;
  #wakesAtMs = Infinity;

  line<T>(delayMs: number, isOver: (entry: T) => boolean, onDue: (entry: T) => void): LineTimer<T> {
    const line = new WaitingLine(this, { delayMs, isOver, onDue });
    this.#lines = [...this.#lines, line];
    return line;
  }

  wakeAt(dueMs: number, nowMs: number): void {
    if (dueMs >= this.#wakesAtMs) return;
    clearTimeout(this.#timer);
    this.#wakesAtMs = dueMs;
    this.#timer = setTimeout(wake, dueMs - nowMs, this);
  }

  wake(): void {
    this.#timer = undefined;
    this.#wakesAtMs = Infinity;
    const nowMs = performance.now();
    for (const line of this.#lines) this.wakeAt(line.run(nowMs), nowMs);
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#wakesAtMs = Infinity;
    for (const line of this.#lines) line.clear();
  }
}

function wake(timers: Timers): void {
  timers.wake();
}

interface Line {
  /** Calls back for what is due; returns when the first of what is left is, Infinity when nothing is. */
  run(nowMs: number): number;
  clear(): void;
}

interface Waiting<T> {
  readonly entry: T;
  readonly dueMs: number;
}

class WaitingLine<T> implements Line, LineTimer<T> {
  readonly #timers: Timers;
  readonly #delayMs: number;
  readonly #isOver: (entry: T) => boolean;
  readonly #onDue: (entry: T) => void;
  #waiting: Waiting<T>[] = [];

  constructor(timers: Timers, { delayMs, isOver, onDue }: { delayMs: number; isOver: (entry: T) => boolean; onDue: (entry: T) => void }) {
    this.#timers = timers;
    this.#delayMs = delayMs;
    this.#isOver = isOver;
    this.#onDue = onDue;
  }

  add(entry: T, nowMs: number): void {
    const dueMs = nowMs + this.#delayMs;
    // An empty list would take room for seventeen when the first comes, and in most rounds there is one.
    if (this.#waiting.length === 0) this.#waiting = [{ entry, dueMs }];
    else this.#waiting.push({ entry, dueMs });
    this.#timers.wakeAt(dueMs, nowMs);
  }

  run(nowMs: number): number {
    for (;;) {
      const first = this.#waiting[0];
      if (first === undefined) return Infinity;
      const isOver = this.#isOver(first.entry);
      // A timer may fire a fraction of a millisecond early.
      if (!isOver && first.dueMs - nowMs >= 1) return first.dueMs;
      this.#waiting.shift();
      if (!isOver) this.#onDue(first.entry);
    }
  }

  clear(): void {
    this.#waiting = [];
  }
}
