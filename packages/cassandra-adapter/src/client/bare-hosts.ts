import type { Peer } from '@peerset/core';
import { hostOfEndpoint } from './endpoint.ts';
import { isBare } from './host-view.ts';
import type { HostView } from './host-view.ts';

/** The circumstances of a client. */
interface Circumstances {
  readonly peers: readonly Peer[];
  readonly hosts: readonly HostView[];
}

/** Hosts without connections that a fresh client did not reach either, and the circumstances: while those are the same, another would not. */
export interface BareInVain {
  /** Without ports. */
  readonly hosts: ReadonlySet<string>;
  /** Who DNS showed. A watcher makes another list only when something has changed. */
  readonly peers: readonly Peer[];
  /** All endpoints that the client knew. */
  readonly known: ReadonlySet<string>;
}

/** Which local hosts are up without a connection, since when: the record of the next look. */
export function watchUnconnected(
  before: ReadonlyMap<string, number>,
  hosts: readonly HostView[],
  nowMs: number,
): ReadonlyMap<string, number> {
  return new Map(hosts.filter(isBare).map(({ endpoint }) => [endpoint, before.get(endpoint) ?? nowMs]));
}

/** The record after a fresh client that had connected was no better: `wanted` are the hosts that it was made for. */
export function addVain(before: BareInVain | undefined, wanted: readonly string[], { peers, hosts }: Circumstances): BareInVain {
  return { hosts: new Set([...(before?.hosts ?? []), ...wanted]), peers, known: new Set(hosts.map(({ endpoint }) => endpoint)) };
}

/** What is left of it at a look: nothing under other circumstances, and no host that has had a connection, or was down, meanwhile. */
export function stillVain(before: BareInVain | undefined, { peers, hosts: now }: Circumstances): BareInVain | undefined {
  if (before === undefined || before.peers !== peers || !isSameSet(before.known, now)) return undefined;
  const bare = new Set(now.filter(isBare).map(({ endpoint }) => hostOfEndpoint(endpoint)));
  const hosts = [...before.hosts].filter((host) => bare.has(host));
  return hosts.length === 0 ? undefined : { ...before, hosts: new Set(hosts) };
}

function isSameSet(known: ReadonlySet<string>, hosts: readonly HostView[]): boolean {
  return known.size === hosts.length && hosts.every(({ endpoint }) => known.has(endpoint));
}
