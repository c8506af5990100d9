/** What the options say about deciding. Frozen, the same for a watcher's whole life. */
export interface Policy {
  readonly pollIntervalMs: number;
  readonly settlingIntervalMs: number;
  readonly leaveAfterMs: number | 'auto';
  readonly staleAfterMs: number;
  /** The option `port`: what every peer's port is, whatever SRV says. */
  readonly port: number | undefined;
  /** The option `portName`: the SRV records asked are `_<portName>._tcp`. */
  readonly portName: string | undefined;
  /** The cluster IP of the Service, where the pod's environment names one: an answer of just this address is not headless. */
  readonly clusterIp: string | undefined;
  /** Nobody said what the cluster domain is, so `cluster.local` was taken. */
  readonly isClusterDomainGuessed: boolean;
}

const SHORTEST_AUTO_WINDOW_MS = 15_000;
const LONGEST_TTL_ALLOWANCE_MS = 60_000;

/**
 * How long every answer must deny a member before it has left. A cache may deny a live name for one whole TTL, so the window outlasts
 * the largest TTL seen (at most 60 s of it).
 */
export function leaveWindowMs(policy: Pick<Policy, 'leaveAfterMs' | 'pollIntervalMs'>, largestTtlSeconds: number): number {
  if (policy.leaveAfterMs !== 'auto') return policy.leaveAfterMs;
  const allowanceMs = Math.min(largestTtlSeconds * 1_000, LONGEST_TTL_ALLOWANCE_MS);
  return Math.max(SHORTEST_AUTO_WINDOW_MS, 2 * policy.pollIntervalMs) + allowanceMs;
}

/** How often a name that the answers deny is asked again: a name asked too often only feeds negative caches. */
export function askAgainAfterMs(policy: Policy, windowMs: number): number {
  return Math.max(policy.settlingIntervalMs, Math.min(5_000, windowMs / 3));
}
