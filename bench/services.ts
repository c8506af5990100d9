export const NAMESPACE = 'default';
export const CLUSTER_DOMAIN = 'cluster.local';

/** Each of the many small Services has so many peers. */
export const PEERS_OF_MANY = 3;
/** Questions about a Service whose name begins like this get no answer. */
export const SILENT = 'silent-';

/** The Service with so many peers, and the name in DNS under which they are found. */
export function serviceOf(size: number): { service: string; statefulSet: string; host: string } {
  const service = `svc-${size}`;
  return { service, statefulSet: `ss-${size}`, host: hostOf(service) };
}

/** One of many small Services. */
export function oneOfMany(index: number): { service: string; statefulSet: string } {
  return { service: `many-${index}`, statefulSet: `set-${index}` };
}

export function hostOf(service: string): string {
  return `${service}.${NAMESPACE}.svc.${CLUSTER_DOMAIN}`;
}
