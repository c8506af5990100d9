import type { Membership } from '../../../src/membership/membership.ts';
import type { ResolvedOptions } from '../../../src/options.ts';
import type { SyncWatcher } from '../sync-watcher.ts';
import { AddressHistory } from './address-history.ts';
import { FoundInTime } from './found-in-time.ts';
import { Knowledge } from './knowledge.ts';
import { NamesAsked } from './names-asked.ts';
import { NoFalseLeave } from './no-false-leave.ts';
import { Paces } from './paces.ts';
import { Published } from './published.ts';
import { Questions } from './questions.ts';
import { Replay } from './replay.ts';
import type { SeenRound } from './seen-round.ts';
import { Snapshots } from './snapshots.ts';
import { TrueLeaves } from './true-leaves.ts';
import { UnknownChangesNothing } from './unknown.ts';
import type { Report, Watch } from './violations.ts';

/** What must be known of a history to judge it. */
export interface Subject {
  readonly watcher: SyncWatcher;
  readonly options: ResolvedOptions;
  /** The Service has SRV records. */
  readonly hasSrv: boolean;
  /** A ready pod can be found by name. */
  readonly isNameable: boolean;
  /** M5 costs as much as observing does: it is judged in some histories only. */
  readonly isReplayed: boolean;
}

/**
 * The rules of the design, page core.md section 6, kept watch over in every round. Each is written from that page and from the answers of the
 * rounds, never from the engine's own evidence. M12 and M13 need sockets and timers: see `history.ts`, `watch.wire.test.ts` and
 * `attempt-gate.test.ts`.
 */
export class Oracle {
  readonly #knowledge: Knowledge;
  readonly #snapshots: Snapshots;
  readonly #replay: Replay | undefined;
  readonly #watches: readonly Watch[];

  constructor(report: Report, { watcher, options, hasSrv, isNameable, isReplayed }: Subject) {
    const { policy, membership } = watcher;
    const { statefulSet, firstOrdinal, family } = options;
    const isAuto = family === 'auto';
    this.#knowledge = new Knowledge(policy);
    const history = new AddressHistory(this.#knowledge);
    this.#snapshots = new Snapshots(report);
    this.#replay = isReplayed ? new Replay(report, policy, membership) : undefined;
    this.#watches = [
      new NoFalseLeave(report, this.#knowledge),
      new TrueLeaves(report, this.#knowledge),
      new Published(report, this.#knowledge, history),
      ...(isNameable ? [new FoundInTime(report, this.#knowledge, { history, hasSrv, isAuto })] : []),
      new UnknownChangesNothing(report),
      ...(this.#replay === undefined ? [] : [this.#replay]),
      this.#snapshots,
      new Questions(report, this.#knowledge, { isAuto }),
      new NamesAsked(report, this.#knowledge, { statefulSet, firstOrdinal }),
      new Paces(report, this.#knowledge),
    ];
    this.#snapshots.told(membership.snapshot);
  }

  round(seen: SeenRound): void {
    this.#knowledge.round(seen);
    for (const watch of this.#watches) watch.round(seen);
  }

  declared(before: Membership, after: Membership, atMs: number): void {
    this.#replay?.declared(after.declared ?? [], atMs, { before: before.snapshot, after: after.snapshot });
    this.#snapshots.told(after.snapshot);
  }

  /** The watcher was not run for a while. */
  interrupted(nowMs: number): void {
    for (const watch of this.#watches) watch.interrupted?.(nowMs);
  }
}
