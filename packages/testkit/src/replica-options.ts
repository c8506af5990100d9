import { checkDuration, checkInteger, checkKnownKeys, checkObject } from './check-options.ts';
import { TestkitError } from './errors.ts';
import type { LagRange } from './replica-watch.ts';

/** How a DNS replica differs from the truth. */
export interface ReplicaOptions {
  /**
   * How long after a change the replica sees it, in milliseconds: a number, or the least and the most, of which each change draws its own.
   * Changes are seen in the order in which they happened; the two address families of a Service are changes of their own. Default 0.
   */
  watchLagMs?: number | readonly [leastMs: number, mostMs: number];
  /**
   * The longest time an answer is kept, in whole seconds, 0 to 3600: `cache 30` of CoreDNS is 30. Default 0: answers are not cached, as in
   * kubeadm clusters since 1.32.
   */
  positiveCacheSeconds?: number;
  /** The same for denials, which are kept by name and type; SERVFAIL is then kept for 5 s. Default 0. */
  negativeCacheSeconds?: number;
  /**
   * How long after its time a cached answer or denial is still given, with TTL 0, while the next one is fetched (`serve_stale <duration>
   * immediate`). In whole seconds, default 0: never.
   */
  serveStaleSeconds?: number;
}

/** A replica's options with their defaults. */
export interface ReplicaSettings {
  readonly watchLagMs: LagRange;
  readonly positiveCacheSeconds: number;
  readonly negativeCacheSeconds: number;
  readonly serveStaleSeconds: number;
}

/** Keys of `ReplicaOptions`. */
export const REPLICA_KEYS = ['watchLagMs', 'positiveCacheSeconds', 'negativeCacheSeconds', 'serveStaleSeconds'] as const;

const MOST_REPLICAS = 100;

/** Settings of each replica, checked: its own options go before those of all. */
export function replicaSettings(replicas: number | readonly ReplicaOptions[], ofAll: ReplicaOptions): readonly ReplicaSettings[] {
  if (typeof replicas === 'number') {
    checkInteger('replicas', replicas, 1, MOST_REPLICAS);
    return Array.from({ length: replicas }, () => settings('all replicas', ofAll));
  }
  if (!Array.isArray(replicas)) throw new TestkitError('INVALID_OPTIONS', 'replicas must be a number, or a list of options for each');
  checkInteger('the number of replicas', replicas.length, 1, MOST_REPLICAS);
  return replicas.map((own: ReplicaOptions, index) => {
    checkObject(`replica ${index}`, own);
    checkKnownKeys(`replica ${index}`, own, REPLICA_KEYS);
    return settings(`replica ${index}`, { ...ofAll, ...own });
  });
}

function settings(what: string, options: ReplicaOptions): ReplicaSettings {
  const { watchLagMs = 0, positiveCacheSeconds = 0, negativeCacheSeconds = 0, serveStaleSeconds = 0 } = options;
  checkInteger(`positiveCacheSeconds of ${what}`, positiveCacheSeconds, 0, 3_600);
  checkInteger(`negativeCacheSeconds of ${what}`, negativeCacheSeconds, 0, 3_600);
  checkInteger(`serveStaleSeconds of ${what}`, serveStaleSeconds, 0);
  return { watchLagMs: lagRange(what, watchLagMs), positiveCacheSeconds, negativeCacheSeconds, serveStaleSeconds };
}

function lagRange(what: string, lag: number | readonly number[]): LagRange {
  const [leastMs, mostMs, ...more] = typeof lag === 'number' ? [lag, lag] : lag;
  checkDuration(`watchLagMs of ${what}`, leastMs);
  checkDuration(`watchLagMs of ${what}`, mostMs);
  if (leastMs === undefined || mostMs === undefined || leastMs > mostMs || more.length > 0) {
    throw new TestkitError('INVALID_OPTIONS', `watchLagMs of ${what} must be a number, or the least and the most`);
  }
  return [leastMs, mostMs];
}
