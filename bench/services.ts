export const NAMESPACE = 'default';
export const CLUSTER_DOMAIN = 'cluster.local';

/** The Service with so many peers, and the name in DNS under which they are found. */
export function serviceOf(size: number): { service: string; statefulSet: string; host: string } {
  const service = `svc-${size}`;
  return { service, statefulSet: `ss-${size}`, host: `${service}.${NAMESPACE}.svc.${CLUSTER_DOMAIN}` };
}
