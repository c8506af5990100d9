import type { ReplacementTrigger } from './decide-replacement.ts';

/** A client that has taken over. */
export interface Replaced {
  /** Its number; the first client has 1. */
  readonly generation: number;
  readonly trigger: ReplacementTrigger;
  /** The trigger in words. */
  readonly reason: string;
}

/** An attempt to replace a client that came to nothing; the old one goes on. */
export interface ReplacementFailed {
  readonly trigger: ReplacementTrigger;
  readonly reason: string;
  /**
   * What the driver said; undefined where a client connected and was no better than the one there is. For `unconnected-host` no other is tried
   * then until a host or a peer has come, gone or got another address, or the host has been connected or down.
   */
  readonly error: unknown;
  /** Attempts in a row that came to nothing, this one included. */
  readonly failuresInARow: number;
  /** No other attempt is made before, in ms, unless DNS shows something else. */
  readonly retryInMs: number;
}

/** A client that was replaced and is shut down. */
export interface Retired {
  readonly generation: number;
  /** Requests that were still under way when the time to drain was up. */
  readonly cutRequests: number;
}

/** What a managed client tells, and with what. */
export interface ManagedClientEvents extends Readonly<Record<string, readonly unknown[]>> {
  /** Another client serves from now on. Does not fire for the first one. */
  readonly replaced: readonly [replaced: Replaced];
  /** An attempt came to nothing. Does not fire for attempts of `connect`, which rejects. */
  readonly failed: readonly [failed: ReplacementFailed];
  /** A replaced client is shut down. Does not fire for those that `shutdown` ends. */
  readonly retired: readonly [retired: Retired];
  /**
   * The client could not be looked at, say because a load-balancing policy of the caller threw; looks go on. Fires for the first of failures in
   * a row. Where nobody listens it is a warning of the process (`PEERSET_CLIENT_CHECK_FAILED`), which ends nothing.
   */
  readonly error: readonly [error: unknown];
}
