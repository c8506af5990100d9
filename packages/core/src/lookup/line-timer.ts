/** Calls back for each entry when its time has come. All entries of a line have the same delay, so they stand in the order of their times. */
interface LineTimer<T> {
  add(entry: T): void;
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

interface Line {
  /** Calls back for what is due; returns when the first of what is left is, Infinity when nothing is. */
  run(nowMs: number): number;
  clear(): void;
}

export function lineTimers(): LineTimers {
  const lines: Line[] = [];
  let timer: NodeJS.Timeout | undefined;
  let wakesAtMs = Infinity;

  const wakeAt = (dueMs: number, nowMs: number): void => {
    if (dueMs >= wakesAtMs) return;
    clearTimeout(timer);
    wakesAtMs = dueMs;
    timer = setTimeout(wake, dueMs - nowMs);
  };
  const wake = (): void => {
    timer = undefined;
    wakesAtMs = Infinity;
    const nowMs = performance.now();
    for (const line of lines) wakeAt(line.run(nowMs), nowMs);
  };
  return {
    line(delayMs, isOver, onDue) {
      const waiting = waitingLine(isOver, onDue);
      lines.push(waiting);
      return {
        add(entry) {
          const nowMs = performance.now();
          waiting.add(entry, nowMs + delayMs);
          wakeAt(nowMs + delayMs, nowMs);
        },
      };
    },
    clear() {
      clearTimeout(timer);
      timer = undefined;
      wakesAtMs = Infinity;
      for (const line of lines) line.clear();
    },
  };
}

function waitingLine<T>(isOver: (entry: T) => boolean, onDue: (entry: T) => void): Line & { add(entry: T, dueMs: number): void } {
  const entries: { readonly entry: T; readonly dueMs: number }[] = [];
  return {
    add: (entry, dueMs) => void entries.push({ entry, dueMs }),
    run(nowMs) {
      // A timer may fire a fraction of a millisecond early.
      while (entries[0] !== undefined && (isOver(entries[0].entry) || entries[0].dueMs - nowMs < 1)) {
        const { entry } = entries[0];
        entries.shift();
        if (!isOver(entry)) onDue(entry);
      }
      return entries[0]?.dueMs ?? Infinity;
    },
    clear() {
      entries.length = 0;
    },
  };
}
