import type { Events } from './events.ts';
import type { LastKnownKeeper } from './last-known-keeper.ts';
import { diff } from './membership/diff.ts';
import type { Change } from './membership/diff.ts';
import type { Membership } from './membership/membership.ts';
import type { Policy } from './membership/policy.ts';
import type { Snapshot } from './membership/snapshot.ts';
import { isStatusNews, statusOf } from './membership/status.ts';
import type { Status } from './membership/status.ts';
import type { Pace } from './pace.ts';
import type { WatchEvents } from './peer-watcher.ts';
import type { RoundReport } from './round-report.ts';
import { isRoundWanted, telemetryOf } from './telemetry.ts';
import type { Telemetry } from './telemetry.ts';

export interface AnnouncerSettings {
  readonly events: Events<WatchEvents>;
  readonly policy: Policy;
  readonly pace: Pace;
  readonly lastKnown: LastKnownKeeper | undefined;
  readonly closed: AbortSignal;
}

/** Tells what has become of a membership, each thing once: followers first, then diagnostics channels, then listeners. */
export class Announcer {
  readonly #events: Events<WatchEvents>;
  readonly #telemetry: Telemetry;
  readonly #policy: Policy;
  readonly #pace: Pace;
  readonly #lastKnown: LastKnownKeeper | undefined;
  readonly #closed: AbortSignal;
  /** Told of each round and each `declare`, before the public events, and so of each snapshot. */
  readonly #followers = new Set<() => void>();
  /** The last snapshot that was told. */
  #told: Snapshot;
  #status: Status;

  constructor(membership: Membership, { events, policy, pace, lastKnown, closed }: AnnouncerSettings) {
    this.#events = events;
    this.#telemetry = telemetryOf(membership.service, closed);
    this.#policy = policy;
    this.#pace = pace;
    this.#lastKnown = lastKnown;
    this.#closed = closed;
    this.#told = membership.snapshot;
    this.#status = this.#statusOf(membership);
  }

  /** As it was last told. */
  get status(): Status {
    return this.#status;
  }

  /** Returns the unsubscribe. */
  follow(listener: () => void): () => void {
    this.#followers.add(listener);
    return () => this.#followers.delete(listener);
  }

  tell(membership: Membership): void {
    const { snapshot } = membership;
    const previous = this.#told;
    this.#told = snapshot;
    for (const follower of this.#followers) follower();
    if (snapshot !== previous) {
      const change = changeBetween(previous, snapshot, membership);
      this.#telemetry.change(change);
      this.#emit('change', change);
      for (const peer of change.left) this.#emit('leave', peer);
      for (const move of change.moved) this.#emit('move', move);
      for (const peer of change.joined) this.#emit('join', peer);
    }
    this.#lastKnown?.keep(membership);
    this.tellStatus(membership);
  }

  tellStatus(membership: Membership): void {
    const before = this.#status;
    this.#status = this.#statusOf(membership);
    if (!isStatusNews(before, this.#status)) return;
    this.#telemetry.status(this.#status, before);
    this.#emit('status', this.#status, before);
  }

  /** Whether anyone hears of rounds: a report costs something. */
  get isRoundWanted(): boolean {
    return this.#events.hasListeners('round') || isRoundWanted();
  }

  tellRound(report: RoundReport): void {
    this.#telemetry.round(report);
    this.#emit('round', report);
  }

  /** Of the closed watcher: nothing is told from now on. */
  close(membership: Membership): void {
    this.#status = this.#statusOf(membership);
    this.#events.removeAll();
  }

  #statusOf(membership: Membership): Status {
    const { isAwaited, nowMs } = this.#pace.now();
    const status = statusOf(membership, this.#policy, { isAwaited, nowMs, isClosed: this.#closed.aborted });
    return this.#lastKnown?.withProblem(status) ?? status;
  }

  #emit<K extends keyof WatchEvents & string>(event: K, ...values: WatchEvents[K]): void {
    // A listener may have closed the watcher: nothing is told after that.
    if (!this.#closed.aborted) this.#events.emit(event, ...values);
  }
}

/** From one snapshot of a membership to another. */
export function changeBetween(previous: Snapshot, next: Snapshot, { membersByName }: Membership): Change {
  return diff(previous, next, (name) => membersByName.get(name)?.hasReturned === true);
}
