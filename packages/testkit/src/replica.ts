/** A DNS server of the cluster: one of the CoreDNS pods. */
export interface DnsReplica {
  /** Its place among the replicas, from 0. */
  readonly index: number;
  /**
   * - `serving`: answers from what its watch has told it.
   * - `syncing`: has started and knows a part of the cluster. A name it does not know meets SERVFAIL.
   * - `down`: does not answer.
   */
  readonly phase: 'serving' | 'syncing' | 'down';
  /** Whether it sees changes. */
  readonly isWatching: boolean;
  /** From now on it sees no changes and answers from what it knows, as without an API server. A restart ends the pause. */
  pauseWatch(): void;
  /** It sees changes again, and at once those whose time has come meanwhile. */
  resumeWatch(): void;
  /** Forgets every cached answer and denial. */
  clearCache(): void;
  /**
   * Starts the replica anew: an empty cache, and the true state of the cluster. A restart of a replica that is restarting starts over.
   *
   * @throws {TestkitError} `INVALID_OPTIONS`, `CLOSED`.
   */
  restart(options?: ReplicaRestartOptions): void;
}

/** How a replica restarts. Times of 0, the default, pass at once. */
export interface ReplicaRestartOptions {
  /** How long the old process still answers but sees no changes, in milliseconds: CoreDNS does so for 5,000 after SIGTERM. */
  lameduckMs?: number;
  /** How long nobody answers, in milliseconds. */
  downMs?: number;
  /**
   * How long the new process knows only a part of each Service's pods, more and more of them, in milliseconds. CoreDNS serves before it
   * knows all only when that takes it more than 5 s.
   */
  syncMs?: number;
}
