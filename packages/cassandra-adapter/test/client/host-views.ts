import type { Peer } from '@peerset/core';
import type { HostView } from '../../src/client/host-view.ts';

/** A peer `cass-<ordinal>` with one address. */
export function peer(ordinal: number, address: string): Peer {
  return { name: `cass-${ordinal}`, ordinal, host: `cass-${ordinal}.cass.db.svc.cluster.local`, addresses: [address], port: undefined };
}

/** A host with a connection, or with something else about it. */
export function host(address: string, changes: Partial<HostView> = {}): HostView {
  return { endpoint: `${address}:9042`, isUp: true, isLocal: true, openConnections: 1, hasTokens: true, ...changes };
}
