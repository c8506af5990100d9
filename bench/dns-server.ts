import { startCluster } from '@peerset/testkit';
import { CLUSTER_DOMAIN, NAMESPACE, serviceOf } from './services.ts';

/** Answers for every Service of the benchmarks, in a process of its own so that its CPU time is not counted. Ends with its parent. */
export async function serveDns(sizes: readonly number[]): Promise<void> {
  const cluster = await startCluster({ namespace: NAMESPACE, clusterDomain: CLUSTER_DOMAIN, queryLogLimit: 0 });
  for (const size of sizes) {
    const { service, statefulSet } = serviceOf(size);
    cluster
      .headlessService(service, { ports: [{ name: 'db', port: 27_017 }] })
      .statefulSet(statefulSet, { replicas: size, podManagementPolicy: 'Parallel' });
  }
  process.on('disconnect', () => process.exit(0));
  process.send?.(cluster.servers);
}
