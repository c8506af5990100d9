import { Resolver } from 'node:dns/promises';
import { startCluster } from '@peerset/testkit';

const cluster = await startCluster();
const service = cluster.headlessService('color-svc', { ports: [{ name: 'db', port: 27_017 }] });
const set = service.statefulSet('color-ss', { replicas: 3 });

const resolver = new Resolver();
resolver.setServers(cluster.servers);
console.log(await resolver.resolveSrv(service.host)); // three records: color-ss-0, color-ss-1, color-ss-2

set.pod(1).restart({ downMs: 4_000 });
console.log(await resolver.resolve4(service.host)); // two addresses: one pod is down
console.log(cluster.queries.map((query) => `${query.type} ${query.rcode}`)); // ['SRV NOERROR', 'A NOERROR']
await cluster.close();
