import type { Peer, Snapshot } from '@peerset/core';
import { addVain, stillVain, watchUnconnected } from './bare-hosts.ts';
import type { BareInVain } from './bare-hosts.ts';
import type { Replacement, ReplacementPolicy } from './decide-replacement.ts';
import type { HostView } from './host-view.ts';
import { stillNobody } from './no-host.ts';
import type { NoHost } from './no-host.ts';

/** What is remembered between two looks at clients. Replaced whole. */
export interface ClientMemory {
  /** Endpoints of local hosts that are up without a connection, and since when. */
  readonly unconnectedSinceMs: ReadonlyMap<string, number>;
  readonly vain: BareInVain | undefined;
  readonly noHost: NoHost | undefined;
  readonly failuresInARow: number;
  /** Nothing is tried before. */
  readonly notBeforeMs: number;
  /** Names of peers that a client has had in its token map. */
  readonly knownNames: ReadonlySet<string>;
  readonly snapshot: Snapshot;
  /** When it was seen first. */
  readonly snapshotSinceMs: number;
}

/** One look at the client that serves. */
export interface ClientLook {
  readonly nowMs: number;
  readonly snapshot: Snapshot;
  readonly hosts: readonly HostView[];
  /** Names of peers in its token map. */
  readonly names: readonly string[];
}

export function firstMemory(snapshot: Snapshot, names: readonly string[], nowMs: number): ClientMemory {
  return {
    unconnectedSinceMs: new Map(),
    vain: undefined,
    noHost: undefined,
    failuresInARow: 0,
    notBeforeMs: 0,
    knownNames: new Set(names),
    snapshot,
    snapshotSinceMs: nowMs,
  };
}

export function afterLook(before: ClientMemory, look: ClientLook, { noHostAfterMs }: ReplacementPolicy): ClientMemory {
  const { nowMs, snapshot, hosts, names } = look;
  return {
    ...before,
    unconnectedSinceMs: watchUnconnected(before.unconnectedSinceMs, hosts, nowMs),
    vain: stillVain(before.vain, { peers: snapshot.peers, hosts }),
    noHost: stillNobody(before.noHost, hosts, nowMs, noHostAfterMs),
    knownNames: names.every((name) => before.knownNames.has(name)) ? before.knownNames : new Set([...before.knownNames, ...names]),
    // What failed was tried with what DNS showed before.
    ...(snapshot === before.snapshot ? {} : { snapshot, snapshotSinceMs: nowMs, notBeforeMs: 0 }),
  };
}

/** Another client serves: what requests met, and how long hosts were bare, was said of the old one. */
export function afterReplacement(before: ClientMemory): ClientMemory {
  return { ...before, unconnectedSinceMs: new Map(), noHost: undefined, failuresInARow: 0, notBeforeMs: 0 };
}

/** A fresh client connected, and does not reach the bare hosts that it was made for. */
export function afterVainAttempt(
  before: ClientMemory,
  { trigger, wanted }: Replacement,
  view: { readonly peers: readonly Peer[]; readonly hosts: readonly HostView[] },
): ClientMemory {
  if (trigger !== 'unconnected-host') return before;
  return { ...before, vain: addVain(before.vain, wanted, view) };
}
