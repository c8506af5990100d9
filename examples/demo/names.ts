/** What manifest.yaml in this folder says. */
export const NAMES = Object.freeze({
  service: 'color-svc',
  namespace: 'default',
  clusterDomain: 'cluster.local',
  statefulSet: 'color-ss',
  portName: 'mongodb',
  port: 27_017,
} as const);
