import type { HostView } from './host-view.ts';

/** Requests of the client that serves found nobody, and nothing has shown since that it reaches anyone. */
export interface NoHost {
  readonly sinceMs: number;
  readonly lastMs: number;
  /** Endpoints that have had connections ever since: they may be dead without the driver knowing. */
  readonly connected: ReadonlySet<string>;
}

/** A connection to a node that vanished is given up within this time, with the options of `cassandraClientOptions`. */
const DEAD_CONNECTION_MS = 15_000;

/** The record after a request that found nobody. `connected`: the endpoints that have connections all the same. */
export function foundNobody(before: NoHost | undefined, connected: ReadonlySet<string>, nowMs: number): NoHost {
  return { sinceMs: before?.sinceMs ?? nowMs, lastMs: nowMs, connected };
}

/**
 * What is left of it at a look. A host that has got a connection since is proof that somebody is reached. One that had it all the time proves
 * something only when no request has failed for as long as a dead connection may go unnoticed. While no host has one, it stands however old it
 * is: the client has nobody now.
 */
export function stillNobody(
  before: NoHost | undefined,
  hosts: readonly HostView[],
  nowMs: number,
  noHostAfterMs: number,
): NoHost | undefined {
  if (before === undefined) return undefined;
  const connected = hosts.filter(({ isLocal, openConnections }) => isLocal && openConnections > 0).map(({ endpoint }) => endpoint);
  const isReached = connected.some((endpoint) => !before.connected.has(endpoint));
  const isOld = nowMs - before.lastMs > noHostAfterMs + DEAD_CONNECTION_MS;
  if (isReached || (isOld && connected.length > 0)) return undefined;
  return { ...before, connected: new Set(connected) };
}
