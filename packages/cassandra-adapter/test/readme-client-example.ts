import cassandra from 'cassandra-driver';
import type { PeerWatcher } from '@peerset/core'; // watchPeers({ service: 'cass.db.svc.cluster.local', statefulSet: 'cass', replicas: 3 })
import { ManagedClient } from '@peerset/cassandra-adapter';

export async function openClient(watcher: PeerWatcher, port = 9042): Promise<ManagedClient<cassandra.Client>> {
  const client = new ManagedClient({
    driver: cassandra,
    watcher,
    datacenter: 'dc1',
    port,
    clientOptions: () => ({ keyspace: 'app', socketOptions: { readTimeout: 5_000 } }), // the driver's own options, for each client anew
  });
  client.on('replaced', ({ generation, reason }) => console.log(`client ${generation}: ${reason}`));
  await client.connect();
  return client; // client.execute('SELECT ...', [], { prepare: true }), batch, stream, shutdown as with the driver
}
