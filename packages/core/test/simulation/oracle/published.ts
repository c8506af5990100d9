import { compareAddresses, familyOf } from '../../../src/lookup/addresses.ts';
import { FAMILIES } from '../../../src/lookup/outcome.ts';
import type { Family } from '../../../src/lookup/outcome.ts';
import type { Peer } from '../../../src/membership/peer.ts';
import { dashedName } from '../../../src/service/dns-names.ts';
import type { AddressHistory } from './address-history.ts';
import { isEliminated } from './elimination.ts';
import type { Knowledge } from './knowledge.ts';
import { addressesIn, addressesOf, ownersIn } from './seen-round.ts';
import type { SeenRound } from './seen-round.ts';
import type { Report, Watch } from './violations.ts';

const SHORTEST_UNNAMED_MS = 15_000;

/**
 * M3: what an own-name answer shows stands in the snapshot of the same round; and nothing stands there that no answer showed. Back to
 * addresses that a member had only just given up only after 3 answers in a row over 3 s; without a family only after as many denials.
 */
export class Published implements Watch {
  readonly #report: Report;
  readonly #knowledge: Knowledge;
  readonly #history: AddressHistory;

  constructor(report: Report, knowledge: Knowledge, history: AddressHistory) {
    this.#report = report;
    this.#knowledge = knowledge;
    this.#history = history;
  }

  round(seen: SeenRound): void {
    this.#history.read(seen);
    if (seen.before !== seen.after || seen.own.size > 0) {
      const owners = ownersIn(seen.after);
      const before = new Map(seen.before.peers.map((peer) => [peer.name, peer]));
      if (seen.own.size > 0) this.#judgeAnswers(seen, before, owners);
      if (seen.before !== seen.after) for (const peer of seen.after.peers) this.#judgePeer(peer, before.get(peer.name), { seen, owners });
    }
    this.#history.settle(seen);
  }

  #judgeAnswers(seen: SeenRound, before: ReadonlyMap<string, Peer>, owners: ReadonlyMap<string, string>): void {
    const after = new Map(seen.after.peers.map((peer) => [peer.name, peer]));
    for (const [name, answers] of seen.own) {
      for (const family of FAMILIES) {
        const shown = addressesOf(answers[family]);
        if (shown.length === 0) continue;
        const peer = after.get(name);
        if (peer === undefined) this.#report('M3', `${name} answered with ${shown.join(', ')}, and is no peer`);
        else this.#judgeFamily(peer, before.get(name), { family, shown, seen, owners });
      }
    }
  }

  #judgeFamily(
    peer: Peer,
    before: Peer | undefined,
    { family, shown, seen, owners }: { family: Family; shown: readonly string[]; seen: SeenRound; owners: ReadonlyMap<string, string> },
  ): void {
    const { name } = peer;
    const nowMs = seen.endedAtMs;
    const isOwn = (address: string): boolean => (owners.get(address) ?? name) === name;
    const held = addressesIn(family, peer).join(' ');
    if (held === shown.filter(isOwn).toSorted(compareAddresses).join(' ')) return;
    const old = before === undefined ? [] : addressesIn(family, before);
    // What another name has taken, and what was given up lately, has to be said more than once.
    const isMoveBack = shown.some(
      (address) => !isOwn(address) || (!old.includes(address) && this.#history.isRecent(name, address, nowMs, 'may')),
    );
    const mayWait = isMoveBack && !this.#history.isRepeated(name, family, nowMs, 'solid');
    if (mayWait && held === old.filter(isOwn).join(' ')) return;
    // What nothing could name for a window has its dashed name, whatever that answers.
    if (this.#isUnnamed(name, peer.addresses.join(' '), nowMs)) return;
    this.#report('M3', `${name} answered with ${shown.join(', ')}, and is published with ${held || 'nothing'}`);
  }

  #judgePeer(peer: Peer, before: Peer | undefined, round: { seen: SeenRound; owners: ReadonlyMap<string, string> }): void {
    if (before === peer) return;
    const old = before?.addresses ?? [];
    for (const address of peer.addresses) if (!old.includes(address)) this.#judgeGain(peer.name, address, { ...round, before });
    for (const address of old) if (!peer.addresses.includes(address)) this.#judgeLoss(peer, address, { ...round, old });
  }

  #judgeGain(name: string, address: string, { seen, before }: { seen: SeenRound; before: Peer | undefined }): void {
    const nowMs = seen.endedAtMs;
    const family = familyOf(address);
    if (addressesOf(seen.own.get(name)?.[family]).includes(address)) {
      const mustWait = before !== undefined && this.#history.isRecent(name, address, nowMs, 'must');
      if (mustWait && !this.#history.isRepeated(name, family, nowMs, 'any')) this.#report('M3', `${name} moved back to ${address} at once`);
      return;
    }
    if (isEliminated(name, address, seen)) return;
    if (this.#isUnnamed(name, address, nowMs)) return;
    this.#report('M3', `${name} is published with ${address}, which no answer has shown`);
  }

  /** The name is the dashed form of an address that has been without an owner for a window. */
  #isUnnamed(name: string, address: string, nowMs: number): boolean {
    const sinceMs = this.#knowledge.unownedBefore.get(address)?.sinceMs ?? nowMs;
    const windowMs = Math.max(SHORTEST_UNNAMED_MS, this.#knowledge.windowMs(nowMs, 'least'));
    return name.startsWith(dashedName(address)) && nowMs - sinceMs >= windowMs;
  }

  #judgeLoss(
    { name, addresses }: Peer,
    address: string,
    { seen, owners, old }: { seen: SeenRound; owners: ReadonlyMap<string, string>; old: readonly string[] },
  ): void {
    const family = familyOf(address);
    if (owners.has(address) || addressesOf(seen.own.get(name)?.[family]).length > 0) return;
    if (addresses.some((each) => !old.includes(each) && familyOf(each) === family)) return;
    const isConfirmed =
      old.some((each) => seen.shown.has(each)) || FAMILIES.some((each) => addressesOf(seen.own.get(name)?.[each]).length > 0);
    if (isConfirmed && this.#history.isLost(name, family, seen.endedAtMs)) return;
    this.#report('M3', `${name} is published without ${address}, which no answer has taken from it`);
  }
}
