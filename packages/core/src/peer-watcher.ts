import type { Clock } from './clock.ts';
import type { Change, JoinedPeer, Move } from './membership/diff.ts';
import type { Peer } from './membership/peer.ts';
import type { Snapshot } from './membership/snapshot.ts';
import type { Status } from './membership/status.ts';
import type { ReadyOptions } from './ready-criteria.ts';
import type { RoundReport } from './round-report.ts';

/**
 * What a watcher tells, and with what. The events of one round come in this order: `change`, then `leave`, `move` and `join` for each peer
 * in the order of peers, then `status`, at last `round`.
 */
export interface WatchEvents extends Readonly<Record<string, readonly unknown[]>> {
  /** The snapshot is another one. Does not fire for a round that changes nothing, whatever its outcomes. */
  readonly change: readonly [change: Change];
  /** A member has left, by complete evidence. Does not fire for a member in doubt (see `Status.unconfirmed`), nor for one that moved. */
  readonly leave: readonly [peer: Peer];
  /** A member has other addresses. */
  readonly move: readonly [move: Move];
  /** A name that was not a member is one now. Does not fire for a member that came back before it had left. */
  readonly join: readonly [peer: JoinedPeer];
  /** Phase, problems or unconfirmed members changed; may fire between rounds when the snapshot becomes stale. Not for times and counts. */
  readonly status: readonly [status: Status, previous: Status];
  /** After every round, changed or not. */
  readonly round: readonly [report: RoundReport];
}

/** A watched Service. Iterating yields first the change from nothing to now (if anyone is there), then one change a step. */
export interface PeerWatcher extends AsyncIterable<Change>, AsyncDisposable {
  /** Who is there now; the same object while nothing changes. */
  readonly snapshot: Snapshot;
  /** How fresh that is, and what is wrong. */
  readonly status: Status;
  /** This pod among the peers; undefined while it is not there, or not known. */
  readonly self: Peer | undefined;
  /** Aborts when the watcher closes; its reason says why. */
  readonly closed: AbortSignal;
  /** What it keeps time by: the option `clock`. What is built on a watcher waits by the same clock. */
  readonly clock: Clock;
  /** Listens until unsubscribed, or `signal` aborts. A listener that throws stops neither the watcher nor other listeners. Returns the unsubscribe. */
  on<K extends keyof WatchEvents & string>(
    event: K,
    listener: (...values: WatchEvents[K]) => void,
    options?: { signal?: AbortSignal | undefined },
  ): () => void;
  /** As `on`, for one event. */
  once<K extends keyof WatchEvents & string>(
    event: K,
    listener: (...values: WatchEvents[K]) => void,
    options?: { signal?: AbortSignal | undefined },
  ): () => void;
  /** Removes a listener that `on` or `once` added; does nothing for any other. */
  off<K extends keyof WatchEvents & string>(event: K, listener: (...values: WatchEvents[K]) => void): void;
  /**
   * What happened between a snapshot of this Service, by default the first one of nobody, and now: for whoever acts on changes at a pace of
   * its own.
   *
   * @throws {InvalidOptionsError} `INVALID_OPTIONS` for a snapshot of another Service.
   */
  changeSince(previous?: Snapshot): Change;
  /**
   * Resolves with the first snapshot that DNS has confirmed and that meets the criteria, at once if the present one does.
   *
   * Rejects with `PEERS_NOT_READY` when the time is up, `NOT_HEADLESS` at once where the Service has a cluster IP, `CLOSED`,
   * `INVALID_OPTIONS`, or `signal.reason` (its own signal or that of the options).
   */
  ready(criteria?: ReadyOptions): Promise<Snapshot>;
  /**
   * Looks once more, now (after a look that is under way), say because a connection failed. Calls made while one waits share it. Resolves
   * with the current snapshot whatever the answers; rejects with `CLOSED` or `signal.reason`.
   */
  refresh(options?: { signal?: AbortSignal | undefined }): Promise<Snapshot>;
  /**
   * The StatefulSet was scaled: this many replicas must exist from now on. Changes `missing` (a `change` without peers in it, in the next
   * microtask), the `declared` criterion and the pace of polling; it never makes anyone leave.
   *
   * @throws {InvalidOptionsError} `INVALID_OPTIONS` when it is no size, or the options name no StatefulSet.
   * @throws {DiscoveryError} `CLOSED`.
   */
  declare(replicas: number): void;
  /** Stops watching: resolves when nothing is left running. Waits end with `CLOSED`, iterations end. Idempotent. */
  close(): Promise<void>;
}
