import type { Peer } from '@peerset/core';

/** The name or address of an endpoint of the driver, `10.0.0.1:9042`, `[::1]:9042`, `::1:9042` or `name:9042`, without its port. */
export function hostOfEndpoint(endpoint: string): string {
  return endpoint
    .replace(/:\d+$/, '')
    .replaceAll(/^\[|\]$/g, '')
    .toLowerCase();
}

/** Whether a peer is among these hosts, by one of its addresses or by its name. */
export function isAmong(peer: Peer, hosts: ReadonlySet<string>): boolean {
  return hosts.has(peer.host) || peer.addresses.some((address) => hosts.has(address));
}
