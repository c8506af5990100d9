import { startCluster } from '@peerset/testkit';
import type { ClusterOptions } from '@peerset/testkit';

/** Looks as often as the rules allow. */
export const quick: readonly string[] = ['--poll-interval', '250ms', '--settling-interval', '100ms'];

/** A cluster with one Service of three pods, and the flags that lead to it. */
export async function openStage(options: ClusterOptions = {}, service: { publishNotReadyAddresses?: boolean } = {}) {
  const cluster = await startCluster(options);
  const color = cluster.headlessService('color-svc', { ports: [{ name: 'db', port: 27_017 }], ...service });
  const set = color.statefulSet('color-ss', { replicas: 3 });
  const dns = ['--server', cluster.servers.join(','), '--cluster-domain', 'cluster.local'];
  return {
    cluster,
    service: color,
    set,
    /** Flags to find the cluster's DNS. */
    dns,
    /** The Service, and flags to find it. */
    target: ['color-svc.default', ...dns],
    /** Those, and the three pods that it must have. */
    declared: ['color-svc.default', ...dns, '--stateful-set', 'color-ss', '--replicas', '3'],
    [Symbol.asyncDispose]: () => cluster.close(),
  };
}

export type Stage = Awaited<ReturnType<typeof openStage>>;
