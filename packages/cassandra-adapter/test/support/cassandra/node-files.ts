import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What the files of one node say. */
export interface NodeSettings {
  readonly address: string;
  readonly rack: string;
  /** The value of `seeds`, as it stands between its quotes. */
  readonly seeds: string;
}

export const storagePort = 7_000;
export const cqlPort = 9_042;
export const configurationName = 'cassandra.yaml';

/** Writes what a node starts with, beside the data that it may have. */
export async function writeNodeFiles(folder: string, settings: NodeSettings): Promise<void> {
  for (const each of ['triggers', 'log', 'tmp']) await mkdir(join(folder, each), { recursive: true });
  await writeFile(join(folder, configurationName), configuration(settings));
  await writeFile(join(folder, 'rackdc.properties'), `dc=dc1\nrack=${settings.rack}\n`);
  await writeFile(join(folder, 'logback.xml'), logging);
}

/** Small caches and one token: nodes that start in seconds. `batch` keeps every row over a kill. */
function configuration({ address, seeds }: NodeSettings): string {
  return `cluster_name: peerset-test
num_tokens: 1
partitioner: org.apache.cassandra.dht.Murmur3Partitioner
endpoint_snitch: GossipingPropertyFileSnitch
commitlog_sync: batch
commitlog_segment_size: 4MiB
commitlog_total_space: 64MiB
memtable_heap_space: 32MiB
memtable_offheap_space: 32MiB
key_cache_size: 1MiB
concurrent_reads: 4
concurrent_writes: 4
concurrent_compactors: 1
auto_snapshot: false
hinted_handoff_enabled: false
block_for_peers_timeout_in_secs: 0
listen_address: ${address}
rpc_address: ${address}
storage_port: ${storagePort}
ssl_storage_port: 7001
native_transport_port: ${cqlPort}
start_native_transport: true
seed_provider:
  - class_name: org.apache.cassandra.locator.SimpleSeedProvider
    parameters:
      - seeds: "${seeds}"
`;
}

const logging = `<configuration>
  <appender name="OUT" class="ch.qos.logback.core.ConsoleAppender"><encoder><pattern>%date %level %logger{20} %msg%n</pattern></encoder></appender>
  <root level="INFO"><appender-ref ref="OUT"/></root>
</configuration>
`;
