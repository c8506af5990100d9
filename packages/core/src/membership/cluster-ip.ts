import type { ServiceIdentity } from '../service/service-identity.ts';
import type { Policy } from './policy.ts';
import type { RoundEvidence } from './round-evidence.ts';

/**
 * Whether the answers are those of a Service with a cluster IP, which hides its pods: SRV names the Service itself, or, without SRV, the
 * set is the one address that the pod's environment knows as the cluster IP.
 */
export function isClusterIp(
  { srv, shown }: Pick<RoundEvidence, 'srv' | 'shown'>,
  service: ServiceIdentity,
  { clusterIp }: Pick<Policy, 'clusterIp'>,
): boolean {
  if (srv?.kind === 'found') return srv.targets.some(({ host }) => host === service.host);
  return clusterIp !== undefined && shown.size === 1 && shown.has(clusterIp);
}
