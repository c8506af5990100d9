import type { Cancel } from './clock.ts';

/** One callback waiting for its time. */
export interface QueuedTimer {
  readonly dueMs: number;
  /** Decides between timers due at the same time: first come, first served. */
  readonly sequence: number;
  readonly callback: () => void;
  isCancelled: boolean;
}

/** Cancelled timers that are carried whatever happens. */
const SPARE = 64;

/** Timers ordered by due time, then by insertion: a binary heap, so that a simulation with thousands of sleepers stays fast. */
export class TimerQueue {
  #heap: QueuedTimer[] = [];
  #nextSequence = 0;
  #liveCount = 0;

  /** How many timers wait, cancelled ones not counted. */
  get size(): number {
    return this.#liveCount;
  }

  add(dueMs: number, callback: () => void): Cancel {
    const timer: QueuedTimer = { dueMs, sequence: this.#nextSequence, callback, isCancelled: false };
    this.#nextSequence += 1;
    this.#liveCount += 1;
    this.#heap.push(timer);
    this.#siftUp(this.#heap.length - 1);
    return () => {
      if (timer.isCancelled) return;
      // Finding a timer in the heap costs more than carrying it, as long as most of what is carried is alive.
      timer.isCancelled = true;
      this.#liveCount -= 1;
      if (this.#heap.length > 2 * this.#liveCount + SPARE) this.#dropCancelled();
    };
  }

  /** Removes and returns the first timer due at `limitMs` or before. */
  takeDue(limitMs: number): QueuedTimer | undefined {
    for (;;) {
      const first = this.#heap[0];
      if (first === undefined || (first.dueMs > limitMs && !first.isCancelled)) return undefined;
      this.#removeFirst();
      if (first.isCancelled) continue;
      // Marked, so that a cancel after the fact does nothing.
      first.isCancelled = true;
      this.#liveCount -= 1;
      return first;
    }
  }

  #dropCancelled(): void {
    // A sorted list is a heap.
    this.#heap = this.#heap
      .filter(({ isCancelled }) => !isCancelled)
      .toSorted((one, other) => one.dueMs - other.dueMs || one.sequence - other.sequence);
  }

  #removeFirst(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#siftDown();
  }

  #siftUp(start: number): void {
    let index = start;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.#isBefore(index, parent)) return;
      this.#swap(index, parent);
      index = parent;
    }
  }

  #siftDown(): void {
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      const smaller = this.#isBefore(left + 1, left) ? left + 1 : left;
      if (!this.#isBefore(smaller, index)) return;
      this.#swap(index, smaller);
      index = smaller;
    }
  }

  #isBefore(first: number, second: number): boolean {
    const [one, other] = [this.#heap[first], this.#heap[second]];
    if (one === undefined || other === undefined) return false;
    return one.dueMs === other.dueMs ? one.sequence < other.sequence : one.dueMs < other.dueMs;
  }

  #swap(first: number, second: number): void {
    const [one, other] = [this.#heap[first], this.#heap[second]];
    if (one === undefined || other === undefined) return;
    this.#heap[first] = other;
    this.#heap[second] = one;
  }
}
