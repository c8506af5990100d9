import { watchPeers } from '@peerset/core';
import { mongoConnectionString } from '@peerset/mongo-adapter';
import { startCluster } from '@peerset/testkit';

// A cluster's DNS on this machine. In a pod you need neither this nor `servers`.
const cluster = await startCluster();
const service = cluster.headlessService('color-svc', { ports: [{ name: 'db', port: 27017 }] });
const set = service.statefulSet('color-ss', { replicas: 3 });

const watcher = watchPeers({ service: service.host, statefulSet: 'color-ss', replicas: 3, servers: cluster.servers });
watcher.on('move', ({ peer, from }) => console.log(`${peer.name} moved from ${from.join()} to ${peer.addresses.join()}`));
const snapshot = await watcher.ready();
console.log(mongoConnectionString(snapshot, { replicaSet: 'rs0' }));

set.pod(1).restart();
watcher.once('move', () => void watcher.close().then(() => cluster.close()));
