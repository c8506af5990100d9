import { type ClusterChange, isSameSlice } from './cluster-change.ts';

interface Waiting {
  change: ClusterChange;
  readonly atMs: number | undefined;
  readonly dueMs: number;
}

/** Changes on their way to one watcher, which get there in the order in which they happened. */
export class ChangeQueue {
  #waiting: Waiting[] = [];
  #nextIndex = 0;

  /**
   * It arrives at `dueMs`, or with the change before it if that is later. `atMs` is when it happened; undefined for a change that stands
   * alone, whatever else happened at its time.
   */
  add(change: ClusterChange, { atMs, dueMs }: { atMs?: number; dueMs: number }): void {
    if (atMs !== undefined && this.#joinsSameMoment(change, atMs)) return;
    this.#waiting.push({ change, atMs, dueMs });
  }

  /** Hands over what has arrived by `nowMs`. */
  deliver(nowMs: number, receive: (change: ClusterChange) => void): void {
    for (;;) {
      const next = this.#waiting[this.#nextIndex];
      if (next === undefined || next.dueMs > nowMs) break;
      this.#nextIndex += 1;
      receive(next.change);
    }
    if (this.#nextIndex === 0) return;
    // Moved in blocks: taking one change off the front would move the whole list each time.
    if (this.#nextIndex === this.#waiting.length || this.#nextIndex > 1_000) {
      this.#waiting = this.#waiting.slice(this.#nextIndex);
      this.#nextIndex = 0;
    }
  }

  clear(): void {
    this.#waiting = [];
    this.#nextIndex = 0;
  }

  /** What happens to a Service's pods at one moment is seen at one moment: the controller writes one slice for all of it. */
  #joinsSameMoment(change: ClusterChange, atMs: number): boolean {
    for (let index = this.#waiting.length - 1; index >= this.#nextIndex; index -= 1) {
      const earlier = this.#waiting[index];
      if (earlier === undefined || earlier.atMs !== atMs || earlier.change.kind !== 'slice') return false;
      if (!isSameSlice(earlier.change, change)) continue;
      earlier.change = change;
      return true;
    }
    return false;
  }
}
