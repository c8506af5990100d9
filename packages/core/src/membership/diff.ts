import type { Peer } from './peer.ts';
import type { Snapshot } from './snapshot.ts';

/** A peer that is there now and was not before. */
export interface JoinedPeer extends Peer {
  /** The name was a member before and had left: the same ordinal on the same volume, say. */
  readonly returned: boolean;
}

/** A peer that has other addresses than before: a restarted pod, or a family that came or went. */
export interface Move {
  /** The peer as it is now. */
  readonly peer: Peer;
  /** The addresses it had before. */
  readonly from: readonly string[];
}

/** What differs between two snapshots. Each list is in the order of peers. */
export interface Change {
  /** Who is there now. */
  readonly snapshot: Snapshot;
  /** Who was there before. */
  readonly previous: Snapshot;
  /** Peers that are new in `snapshot`. */
  readonly joined: readonly JoinedPeer[];
  /** Peers that are no longer in `snapshot`, as they were in `previous`. */
  readonly left: readonly Peer[];
  /** Peers of both whose addresses differ. */
  readonly moved: readonly Move[];
  /** Peers of which only the port changed. */
  readonly updated: readonly Peer[];
}

/** What happened from `previous` to `snapshot`; correct for any two snapshots of a Service, not only for neighbours. */
export function diff(previous: Snapshot, snapshot: Snapshot, hasReturned: (name: string) => boolean): Change {
  const [from, upTo] = whereTheyDiffer(previous.peers, snapshot.peers);
  const before = new Map(previous.peers.slice(from, previous.peers.length - upTo).map((peer) => [peer.name, peer]));
  const joined: JoinedPeer[] = [];
  const moved: Move[] = [];
  const updated: Peer[] = [];
  for (const peer of snapshot.peers.slice(from, snapshot.peers.length - upTo)) {
    const old = before.get(peer.name);
    before.delete(peer.name);
    if (old === undefined) joined.push(Object.freeze({ ...peer, returned: hasReturned(peer.name) }));
    else if (old === peer) continue;
    else if (!isSameAddresses(old, peer)) moved.push(Object.freeze({ peer, from: old.addresses }));
    else if (old.port !== peer.port) updated.push(peer);
  }
  return Object.freeze({
    snapshot,
    previous,
    joined: Object.freeze(joined),
    left: Object.freeze([...before.values()]),
    moved: Object.freeze(moved),
    updated: Object.freeze(updated),
  });
}

/** How many peers are the same objects at the beginning of both lists, and at the end: in large sets nearly all. */
function whereTheyDiffer(before: readonly Peer[], after: readonly Peer[]): readonly [atBegin: number, atEnd: number] {
  const shorter = Math.min(before.length, after.length);
  let atBegin = 0;
  while (atBegin < shorter && before[atBegin] === after[atBegin]) atBegin += 1;
  let atEnd = 0;
  while (atEnd < shorter - atBegin && before[before.length - 1 - atEnd] === after[after.length - 1 - atEnd]) atEnd += 1;
  return [atBegin, atEnd];
}

function isSameAddresses({ addresses: a }: Peer, { addresses: b }: Peer): boolean {
  return a === b || (a.length === b.length && a.every((address, i) => address === b[i]));
}
