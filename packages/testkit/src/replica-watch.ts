import type { Zone } from './answer.ts';
import { ChangeQueue } from './change-queue.ts';
import type { SliceChange } from './cluster-change.ts';
import { ClusterView } from './cluster-view.ts';
import { type Random, shuffled } from './random.ts';
import type { Registry } from './registry.ts';

/** A list is stored in no more steps than this, however long it is. */
const MOST_STEPS = 16;

interface Step {
  readonly change: SliceChange;
  readonly afterMs: number;
}

/** How late changes arrive: a time between two bounds, drawn for each. */
export type LagRange = readonly [leastMs: number, mostMs: number];

/** What a replica knows of the cluster, and what is on its way. */
export class ReplicaWatch {
  readonly #registry: Registry;
  readonly #lagMs: LagRange;
  readonly #random: Random;
  readonly #queue = new ChangeQueue();
  #view: ClusterView;
  #isPaused = false;

  constructor(registry: Registry, lagMs: LagRange, { random, nowMs }: { random: Random; nowMs: () => number }) {
    this.#registry = registry;
    this.#lagMs = lagMs;
    this.#random = random;
    this.#view = this.#emptyView();
    this.list(nowMs(), 0);
    registry.watch((change) => {
      const atMs = nowMs();
      this.#queue.add(change, { atMs, dueMs: atMs + this.#lag() });
      // Here too, so that what nobody asks about does not pile up.
      this.#catchUp(atMs);
    });
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  pause(nowMs: number): void {
    this.#catchUp(nowMs);
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
  }

  /** What the replica knows at this moment. */
  zone(nowMs: number): Zone {
    this.#catchUp(nowMs);
    return this.#view;
  }

  /** Starts anew from the true state: at once, or bit by bit over `syncMs` milliseconds. */
  list(nowMs: number, syncMs: number): void {
    this.#view = this.#emptyView();
    this.#queue.clear();
    this.#isPaused = false;
    const steps: Step[] = [];
    for (const change of this.#registry.list()) {
      if (change.kind === 'slice' && syncMs > 0) steps.push(...this.#stepsTo(change, syncMs));
      else this.#view.apply(change);
    }
    for (const { change, afterMs } of steps.toSorted((one, other) => one.afterMs - other.afterMs)) {
      this.#queue.add(change, { dueMs: nowMs + afterMs });
    }
  }

  /** A list that grows to its full length, in random order, as an informer stores one object after the other. */
  #stepsTo(slice: SliceChange, syncMs: number): Step[] {
    const { endpoints } = slice;
    const count = Math.min(endpoints.length, MOST_STEPS);
    const arrivals = shuffled(endpoints, this.#random);
    const times = Array.from({ length: count }, () => this.#random() * syncMs).toSorted((one, other) => one - other);
    return times.map((afterMs, index) => {
      const arrived = new Set(arrivals.slice(0, Math.ceil((endpoints.length * (index + 1)) / count)));
      return { afterMs, change: { ...slice, endpoints: endpoints.filter((endpoint) => arrived.has(endpoint)) } };
    });
  }

  #lag(): number {
    const [leastMs, mostMs] = this.#lagMs;
    return leastMs === mostMs ? leastMs : leastMs + this.#random() * (mostMs - leastMs);
  }

  #catchUp(nowMs: number): void {
    if (!this.#isPaused) this.#queue.deliver(nowMs, (change) => this.#view.apply(change));
  }

  #emptyView(): ClusterView {
    return new ClusterView(this.#registry);
  }
}
