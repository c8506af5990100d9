import type { Peer } from '@peerset/core';

/** The name or address of an endpoint of the driver, `10.0.0.1:9042`, `[::1]:9042`, `::1:9042` or `name:9042`, without its port. */
export function hostOfEndpoint(endpoint: string): string {
  return canonicalHost(endpoint.replace(/:\d+$/, '').replaceAll(/^\[|\]$/g, ''));
}

/** A name or an address in the one form that compares: the driver shortens a single group of zeros of an IPv6 address, others do not. */
export function canonicalHost(host: string): string {
  if (!host.includes(':')) return host.toLowerCase();
  try {
    return new URL(`http://[${host}]`).hostname.slice(1, -1);
  } catch {
    return host.toLowerCase();
  }
}

/** Whether a peer is among these hosts, by one of its addresses or by its name. */
export function isAmong(peer: Peer, hosts: ReadonlySet<string>): boolean {
  return hosts.has(peer.host) || peer.addresses.some((address) => hosts.has(canonicalHost(address)));
}
