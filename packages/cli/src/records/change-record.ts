import type { Change, Peer, PeerIdentity, Snapshot } from '@peerset/core';

/** A peer, as all JSON of this command says it. */
export interface PeerRecord {
  readonly name: string;
  readonly ordinal: number | null;
  readonly host: string;
  readonly addresses: readonly string[];
  readonly port: number | null;
}

/** A snapshot, as all JSON of this command says it. */
export interface SnapshotRecord {
  /** The FQDN of the Service. */
  readonly service: string;
  readonly revision: number;
  readonly peers: readonly PeerRecord[];
  /** Names that are declared and not there. */
  readonly missing: readonly string[];
}

/** One line of `peerset watch`, and what a hook reads from its standard input. */
export interface ChangeRecord extends SnapshotRecord {
  /** When it was seen, RFC 3339 in UTC. */
  readonly time: string;
  /** `returned`: the name was a member before, and had left. */
  readonly joined: readonly (PeerRecord & { readonly returned: boolean })[];
  readonly left: readonly PeerRecord[];
  /** `from`: the addresses it had before. */
  readonly moved: readonly (PeerRecord & { readonly from: readonly string[] })[];
  /** Only the port changed. */
  readonly updated: readonly PeerRecord[];
}

/** JSON has no undefined: what is not known is null. */
export function peerRecord({ name, ordinal, host, addresses, port }: Peer): PeerRecord {
  return { name, ordinal: ordinal ?? null, host, addresses, port: port ?? null };
}

export function snapshotRecord({ service, revision, peers, missing }: Snapshot): SnapshotRecord {
  return { service: service.host, revision, peers: peers.map(peerRecord), missing: missing.map(({ name }: PeerIdentity) => name) };
}

export function changeRecord(change: Change, nowMs: number): ChangeRecord {
  const { service, revision, peers, missing } = snapshotRecord(change.snapshot);
  return {
    time: new Date(nowMs).toISOString(),
    service,
    revision,
    joined: change.joined.map((peer) => ({ ...peerRecord(peer), returned: peer.returned })),
    left: change.left.map(peerRecord),
    moved: change.moved.map(({ peer, from }) => ({ ...peerRecord(peer), from })),
    updated: change.updated.map(peerRecord),
    peers,
    missing,
  };
}
