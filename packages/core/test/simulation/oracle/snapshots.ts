import { diff } from '../../../src/membership/diff.ts';
import { comparePeers } from '../../../src/membership/peer.ts';
import type { Peer, PeerIdentity } from '../../../src/membership/peer.ts';
import type { Snapshot } from '../../../src/membership/snapshot.ts';
import type { SeenRound } from './seen-round.ts';
import type { Report, Watch } from './violations.ts';

/** How far apart two snapshots may be whose difference is applied. */
const STEPS = 5;

/**
 * M6: the changes in order, applied to nobody, give the current snapshot, and so does the difference of any two. M7: another object exactly when
 * the content is another, one revision on; the same for the lists of a status. M8: an address has one owner, a name one peer.
 */
export class Snapshots implements Watch {
  readonly #report: Report;
  #peers: ReadonlyMap<string, Peer> = new Map();
  #last: Snapshot | undefined;
  #old: Snapshot | undefined;
  #steps = 0;

  constructor(report: Report) {
    this.#report = report;
  }

  round({ round }: SeenRound): void {
    const { before, after } = round;
    this.#judgeLists(round.before, round.after);
    this.told(before.snapshot);
    this.told(after.snapshot);
  }

  /** A snapshot is there, after a round or a `declare`. */
  told(snapshot: Snapshot): void {
    const last = this.#last;
    this.#last = snapshot;
    if (last === undefined) {
      this.#old = snapshot;
      return;
    }
    if (snapshot === last) return;
    this.#judgeStep(last, snapshot);
    this.#judgeContent(snapshot);
    this.#steps += 1;
    if (this.#steps % STEPS === 0) {
      if (this.#old !== undefined && !addsUp(applied(this.#old.peers, this.#old, snapshot), snapshot))
        this.#report(
          'M6',
          `the difference of revisions ${this.#old.revision} and ${snapshot.revision} does not lead from one to the other`,
        );
      this.#old = snapshot;
    }
  }

  #judgeStep(last: Snapshot, snapshot: Snapshot): void {
    this.#peers = applied(this.#peers.values(), last, snapshot);
    if (!addsUp(this.#peers, snapshot)) this.#report('M6', `the changes do not add up to revision ${snapshot.revision}`);
    if (isSameContent(last, snapshot))
      this.#report('M7', `revision ${snapshot.revision} is another object with the content of the one before`);
    if (snapshot.revision !== last.revision + 1) this.#report('M7', `revision ${snapshot.revision} follows ${last.revision}`);
  }

  #judgeContent({ peers, missing }: Snapshot): void {
    const addresses = peers.flatMap((peer) => peer.addresses);
    const names = [...peers, ...missing].map(({ name }) => name);
    if (new Set(addresses).size < addresses.length) this.#report('M8', 'an address has two owners');
    if (new Set(names).size < names.length) this.#report('M8', 'a name is there twice');
    if (peers.some((peer, i) => i > 0 && comparePeers(peers[i - 1] ?? peer, peer) >= 0)) this.#report('M8', 'the peers are not in order');
  }

  #judgeLists(before: SeenRound['round']['before'], after: SeenRound['round']['after']): void {
    if (before.unconfirmed !== after.unconfirmed && before.unconfirmed.join(' ') === after.unconfirmed.join(' '))
      this.#report('M7', 'the list of unconfirmed members is another object with the same content');
    const told = ({ problems }: typeof before): string => problems.map(({ code, message }) => `${code} ${message}`).join(' ');
    if (before.problems !== after.problems && told(before) === told(after))
      this.#report('M7', 'the list of problems is another object with the same content');
  }
}

/** The peers with the difference applied, by name. */
function applied(peers: Iterable<Peer>, previous: Snapshot, snapshot: Snapshot): ReadonlyMap<string, Peer> {
  const { joined, left, moved, updated } = diff(previous, snapshot, () => false);
  const byName = new Map([...peers].map((peer) => [peer.name, peer]));
  for (const { name } of left) byName.delete(name);
  for (const { returned: _, ...peer } of joined) byName.set(peer.name, peer);
  for (const peer of [...moved.map((move) => move.peer), ...updated]) byName.set(peer.name, peer);
  return byName;
}

/** In all that a change tells: an ordinal is part of the name. */
function addsUp(peers: ReadonlyMap<string, Peer>, snapshot: Snapshot): boolean {
  return peers.size === snapshot.peers.length && snapshot.peers.every((peer) => isSamePeer(peers.get(peer.name), peer));
}

function isSameContent(a: Snapshot, b: Snapshot): boolean {
  const isSame = (peer: Peer, i: number): boolean => peer.ordinal === b.peers[i]?.ordinal && isSamePeer(b.peers[i], peer);
  return a.peers.length === b.peers.length && a.peers.every(isSame) && isSameNames(a.missing, b.missing);
}

function isSamePeer(a: Peer | undefined, b: Peer): boolean {
  return a?.name === b.name && a.host === b.host && a.port === b.port && a.addresses.join(' ') === b.addresses.join(' ');
}

function isSameNames(a: readonly PeerIdentity[], b: readonly PeerIdentity[]): boolean {
  return a.length === b.length && a.every(({ name }, i) => name === b[i]?.name);
}
