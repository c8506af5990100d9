import type { Sample } from './metrics.ts';

/** How often something came to each result. All of them are there from the start: a rate needs a beginning. */
export class Tally<Result extends string> {
  #counts: ReadonlyMap<Result, number>;

  constructor(results: readonly Result[]) {
    this.#counts = new Map(results.map((result) => [result, 0]));
  }

  add(result: Result): void {
    this.#counts = new Map([...this.#counts, [result, (this.#counts.get(result) ?? 0) + 1]]);
  }

  /** For a metric with the label `result`. */
  samples(): readonly Sample[] {
    return [...this.#counts].map(([result, value]) => ({ labels: { result }, value }));
  }
}
