/** Calls back for each entry when its time has come. All entries have the same time, so they stand in line and one timer serves them. */
export interface LineTimer<T> {
  add(entry: T): void;
  /** Forgets all entries. */
  clear(): void;
}

/**
 * @param isOver - Entries that need no call any more: the timer does not wake for them.
 */
export function lineTimer<T>(delayMs: number, isOver: (entry: T) => boolean, onDue: (entry: T) => void): LineTimer<T> {
  const line: { readonly entry: T; readonly dueMs: number }[] = [];
  let timer: NodeJS.Timeout | undefined;

  const run = (): void => {
    timer = undefined;
    const nowMs = performance.now();
    // A timer may fire a fraction of a millisecond early.
    while (line[0] !== undefined && (isOver(line[0].entry) || line[0].dueMs - nowMs < 1)) {
      const { entry } = line[0];
      line.shift();
      if (!isOver(entry)) onDue(entry);
    }
    if (line[0] !== undefined) timer ??= setTimeout(run, line[0].dueMs - nowMs);
  };
  return {
    add(entry) {
      line.push({ entry, dueMs: performance.now() + delayMs });
      timer ??= setTimeout(run, delayMs);
    },
    clear() {
      clearTimeout(timer);
      timer = undefined;
      line.length = 0;
    },
  };
}
