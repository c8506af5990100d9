import type { Peer, PeerIdentity, Snapshot } from '@peerset/core';

const service = {
  name: 'color-svc',
  namespace: 'default',
  clusterDomain: 'cluster.local',
  host: 'color-svc.default.svc.cluster.local',
};

export function identity(ordinal: number): PeerIdentity {
  const name = `color-ss-${ordinal}`;
  return { name, ordinal, host: `${name}.${service.host}` };
}

export function peer(ordinal: number, more: Partial<Peer> = {}): Peer {
  return { ...identity(ordinal), addresses: [`10.244.1.${ordinal}`], port: undefined, ...more };
}

export function snapshot(peers: readonly Peer[], missing: readonly PeerIdentity[] = []): Snapshot {
  return { service, revision: 1, peers, missing };
}
