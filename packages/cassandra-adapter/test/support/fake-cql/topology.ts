import type { Row } from './notations.ts';

/** What the cluster knows of a node. */
export interface NodeFacts {
  readonly ordinal: number;
  readonly address: string;
  /** Its tokens are told. Default: true. */
  readonly hasTokens?: boolean;
}

const schemaVersion = '11111111-2222-4333-8444-555555555555';

/** The rows that a node answers with: of itself, of the others, of the schema, and for everything else its own name. */
export function select(query: string, self: NodeFacts, nodes: readonly NodeFacts[]): readonly Row[] {
  if (query.includes('system.local')) return [{ ...shared(self), ...local, key: { type: 'text', value: 'local' } }];
  if (query.includes('system.peers')) {
    const others = nodes.filter(({ ordinal }) => ordinal !== self.ordinal);
    return others.map((node) => ({ ...shared(node), peer: { type: 'inet', value: node.address } }));
  }
  if (query.includes('system_schema.keyspaces')) return [keyspace];
  if (query.includes('system')) return [];
  return [{ node: { type: 'text', value: `cass-${self.ordinal}` } }];
}

/** Tokens that cut the ring of Murmur3 into eight parts. */
function tokenOf(ordinal: number): string {
  return String(-(2n ** 63n) + 1n + BigInt(ordinal) * 2n ** 61n);
}

function shared({ ordinal, address, hasTokens = true }: NodeFacts): Row {
  return {
    rpc_address: { type: 'inet', value: address },
    data_center: { type: 'text', value: 'dc1' },
    rack: { type: 'text', value: 'r1' },
    release_version: { type: 'text', value: '3.11.19' },
    host_id: { type: 'uuid', value: `00000000-0000-4000-8000-${String(ordinal).padStart(12, '0')}` },
    schema_version: { type: 'uuid', value: schemaVersion },
    tokens: { type: 'texts', value: hasTokens ? [tokenOf(ordinal)] : undefined },
  };
}

const local: Row = {
  cluster_name: { type: 'text', value: 'fake' },
  partitioner: { type: 'text', value: 'org.apache.cassandra.dht.Murmur3Partitioner' },
  native_protocol_version: { type: 'text', value: '4' },
  cql_version: { type: 'text', value: '3.4.5' },
};

const keyspace: Row = {
  keyspace_name: { type: 'text', value: 'app' },
  durable_writes: { type: 'boolean', value: true },
  replication: { type: 'map', value: { class: 'org.apache.cassandra.locator.SimpleStrategy', replication_factor: '1' } },
};
