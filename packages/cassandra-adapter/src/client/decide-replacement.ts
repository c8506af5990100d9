import type { Peer } from '@peerset/core';
import { canonicalHost, hostOfEndpoint, isAmong } from './endpoint.ts';
import { isBare } from './host-view.ts';
import type { HostView } from './host-view.ts';

/** Why a client is replaced. */
export type ReplacementTrigger =
  /** None of the nodes that it connected to has its address any more. */
  | 'all-moved'
  /** It reaches nobody, while DNS shows addresses that it does not know. */
  | 'no-host'
  /** A node that it sends requests to is up, and has no connection. */
  | 'unconnected-host'
  /** A node has another address than when it connected: its token map stays on the old one. */
  | 'moved'
  /** A node was added after it connected: its token map does not have it. */
  | 'added';

/** What is known of a client when it is judged. */
export interface ClientView {
  readonly nowMs: number;
  /** Who DNS shows, and for how long without a change. Undefined while DNS is not to be believed. */
  readonly peers: readonly Peer[];
  readonly quietForMs: number | undefined;
  readonly hosts: readonly HostView[];
  /** When it connected, and the hosts whose tokens it knew then, without ports: those of its token map. */
  readonly connectedAtMs: number;
  readonly mapped: ReadonlySet<string>;
  /** Names of peers that a client has had in its token map: nodes of the cluster for sure. */
  readonly knownNames: ReadonlySet<string>;
  /** Endpoints of local hosts that are up without a connection, and since when. */
  readonly unconnectedSinceMs: ReadonlyMap<string, number>;
  /** Those, without ports, for which a fresh client was no better, under the same circumstances. */
  readonly vainHosts: ReadonlySet<string>;
  /** Since when requests end with no host available; undefined while they do not. */
  readonly noHostSinceMs: number | undefined;
  /** Nothing is tried before, because of attempts that failed. */
  readonly notBeforeMs: number;
}

/** When a client is replaced. All in milliseconds. */
export interface ReplacementPolicy {
  readonly minAgeMs: number;
  readonly settleMs: number;
  readonly unconnectedAfterMs: number;
  readonly noHostAfterMs: number;
}

/** A client is to be replaced. */
export interface Replacement {
  readonly trigger: ReplacementTrigger;
  /** The trigger in words, with the names or addresses that are meant. */
  readonly reason: string;
  /** The hosts, without ports, that a new client must have to be better; empty: any that connects is better. */
  readonly wanted: readonly string[];
  /** How many hosts the client leaves without connections, where that is the reason. */
  readonly bareHosts?: number;
}

const LOST_PAUSE_MS = 5_000;
const MOST_NAMED = 8;

/** What is wrong with a client, if it is to be replaced now. The first trigger that holds counts, the gravest first. */
export function decideReplacement(view: ClientView, policy: ReplacementPolicy): Replacement | undefined {
  if (view.nowMs < view.notBeforeMs || view.nowMs - view.connectedAtMs < policy.minAgeMs) return undefined;
  return lost(view, policy) ?? unconnected(view, policy) ?? outdated(view, policy);
}

/**
 * Whether a client that has just connected heals what the replacement is for. Where DNS lags behind the cluster, it does not: nodes are not where
 * DNS shows them, and one client after another would change nothing.
 */
export function isBetter({ trigger, wanted, bareHosts = Infinity }: Replacement, hosts: readonly HostView[]): boolean {
  if (wanted.length === 0) return true;
  const bare = new Set(hosts.filter(isBare).map(({ endpoint }) => hostOfEndpoint(endpoint)));
  // A host that the new client knows to be down, or does not know, is no longer one that should have connections. One that leaves as many
  // hosts without, only others, is no better: the next one would leave others again.
  if (trigger === 'unconnected-host') return bare.size < bareHosts && wanted.some((host) => !bare.has(host));
  // A token map that leaves a node out would leave it out for ever.
  const isForMap = trigger === 'moved' || trigger === 'added';
  const known = new Set(hosts.filter(({ hasTokens }) => hasTokens || !isForMap).map(({ endpoint }) => hostOfEndpoint(endpoint)));
  return wanted.some((host) => known.has(host));
}

/** The longest pause after failed attempts: shorter for a client that reaches nobody, since nothing else heals it. */
export function mostPauseMs(trigger: ReplacementTrigger, mostMs: number): number {
  return trigger === 'all-moved' || trigger === 'no-host' ? Math.min(mostMs, LOST_PAUSE_MS) : mostMs;
}

/** Pause after attempts that failed: doubles from 1 s to `mostMs`, and is spread over half to all of it. `random` is in [0, 1). */
export function retryDelayMs(failuresInARow: number, mostMs: number, random: number): number {
  return Math.min(mostMs, 1_000 * 2 ** Math.min(failuresInARow - 1, 30)) * (0.5 + 0.5 * random);
}

function lost(view: ClientView, { noHostAfterMs }: ReplacementPolicy): Replacement | undefined {
  if (view.quietForMs === undefined) return undefined;
  const strangers = view.peers.filter((peer) => !isAmong(peer, view.mapped));
  if (strangers.length === 0) return undefined;
  const wasMet = strangers.some(({ name }) => view.knownNames.has(name));
  if (wasMet && !view.peers.some((peer) => isAmong(peer, view.mapped)))
    return { trigger: 'all-moved', reason: `every node has another address: ${namesOf(view.peers)}`, wanted: hostsOf(strangers) };
  const isLost = view.noHostSinceMs !== undefined && view.nowMs - view.noHostSinceMs >= noHostAfterMs;
  if (!isLost) return undefined;
  return { trigger: 'no-host', reason: `no host is available, and DNS shows others: ${namesOf(strangers)}`, wanted: [] };
}

function unconnected(view: ClientView, policy: ReplacementPolicy): Replacement | undefined {
  const endpoints = [...view.unconnectedSinceMs]
    .filter(([, sinceMs]) => view.nowMs - sinceMs >= policy.unconnectedAfterMs)
    .map(([endpoint]) => endpoint)
    .filter((endpoint) => !view.vainHosts.has(hostOfEndpoint(endpoint)));
  if (endpoints.length === 0) return undefined;
  return {
    trigger: 'unconnected-host',
    reason: `up and without a connection: ${shortList(endpoints)}`,
    wanted: endpoints.map(hostOfEndpoint),
    bareHosts: view.hosts.filter(isBare).length,
  };
}

function outdated(view: ClientView, { settleMs }: ReplacementPolicy): Replacement | undefined {
  if (view.quietForMs === undefined || view.quietForMs < settleMs) return undefined;
  const moved = view.peers.filter((peer) => view.knownNames.has(peer.name) && !isAmong(peer, view.mapped));
  if (moved.length > 0) {
    return { trigger: 'moved', reason: `with another address than before: ${namesOf(moved)}`, wanted: hostsOf(moved) };
  }
  const added = view.hosts
    .filter(({ isUp, isLocal, hasTokens }) => isUp && isLocal && hasTokens)
    .map(({ endpoint }) => hostOfEndpoint(endpoint))
    .filter((host) => !view.mapped.has(host));
  if (added.length === 0) return undefined;
  return { trigger: 'added', reason: `not in the token map: ${shortList(added)}`, wanted: added };
}

function hostsOf(peers: readonly Peer[]): readonly string[] {
  return peers.flatMap(({ host, addresses }) => [host, ...addresses.map(canonicalHost)]);
}

function namesOf(peers: readonly Peer[]): string {
  return shortList(peers.map(({ name, addresses }) => `${name} (${addresses.join(', ')})`));
}

/** A reason goes into logs: of a thousand hosts the first ones say enough. */
function shortList(texts: readonly string[]): string {
  const more = texts.length - MOST_NAMED;
  return more > 0 ? `${texts.slice(0, MOST_NAMED).join(', ')} and ${more} more` : texts.join(', ');
}
