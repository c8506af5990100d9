import type { SeenRound } from './seen-round.ts';
import type { Report, Watch } from './violations.ts';

/** M4: outcomes that are all `unknown`, or no outcomes, change nothing that can be seen, nor bring anyone into doubt. */
export class UnknownChangesNothing implements Watch {
  readonly #report: Report;

  constructor(report: Report) {
    this.#report = report;
  }

  round({ lookups, round: { before, after } }: SeenRound): void {
    if (lookups.some(({ outcome }) => outcome.kind !== 'unknown')) return;
    if (before.snapshot !== after.snapshot) this.#report('M4', 'the snapshot changed without an answer');
    if (before.unconfirmed !== after.unconfirmed) this.#report('M4', 'the unconfirmed members changed without an answer');
  }
}
