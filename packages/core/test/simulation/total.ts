import type { Played } from './play.ts';
import { Tally } from './tally.ts';

/** Histories with violations that are told in full. */
const FAILURES_KEPT = 5;

/** What many histories came to. */
export class Total {
  readonly tally = new Tally();
  readonly failures: Played[] = [];
  /** Histories in which a rule was broken, by rule. */
  readonly broken = new Map<string, number>();
  histories = 0;

  get rounds(): number {
    return this.tally.of('rounds');
  }

  get isWhole(): boolean {
    return this.broken.size === 0;
  }

  add(played: Played): void {
    this.histories += 1;
    this.tally.add(played.counts);
    for (const rule of new Set(played.violations.map((violation) => violation.rule))) {
      this.broken.set(rule, (this.broken.get(rule) ?? 0) + 1);
    }
    if (played.violations.length > 0 && this.failures.length < FAILURES_KEPT) this.failures.push(played);
  }
}
