import { startCluster } from '@peerset/testkit';
import { CLUSTER_DOMAIN, NAMESPACE, oneOfMany, PEERS_OF_MANY, serviceOf, SILENT } from './services.ts';

/**
 * Answers for every Service of the benchmarks, in a process of its own so that its CPU time is not counted. Ends with its parent.
 *
 * @param services - How many small ones.
 */
export async function serveDns(sizes: readonly number[], services: number): Promise<void> {
  const cluster = await startCluster({ namespace: NAMESPACE, clusterDomain: CLUSTER_DOMAIN, queryLogLimit: 0 });
  const add = ({ service, statefulSet }: { service: string; statefulSet: string }, replicas: number): void => {
    cluster
      .headlessService(service, { ports: [{ name: 'db', port: 27_017 }] })
      .statefulSet(statefulSet, { replicas, podManagementPolicy: 'Parallel' });
  };
  for (const size of sizes) add(serviceOf(size), size);
  for (let i = 0; i < services; i += 1) add(oneOfMany(i), PEERS_OF_MANY);
  cluster.fault({ kind: 'silence', names: new RegExp(`^${SILENT}`) });
  process.on('disconnect', () => process.exit(0));
  if (process.send === undefined) console.log(cluster.servers.join(' '));
  else process.send(cluster.servers);
}
