import { familyOf } from '../lookup/addresses.ts';
import { NO_MEMORY } from '../lookup/lookup-memory.ts';
import type { LookupMemory } from '../lookup/lookup-memory.ts';
import type { Family } from '../lookup/outcome.ts';
import type { ServiceIdentity } from '../service/service-identity.ts';
import type { Doubt } from './doubt.ts';
import type { FamilyState } from './member-addresses.ts';
import { Owners } from './owners.ts';
import type { Peer, PeerIdentity } from './peer.ts';
import type { Problem } from './problem.ts';
import type { Snapshot } from './snapshot.ts';

/** One member and what the answers say of it so far. Frozen. */
export interface Member {
  readonly peer: Peer;
  /** The name had been a member before and had left. */
  readonly hasReturned: boolean;
  /** Its name is only the dashed form of an address that nothing could name. */
  readonly isUnnamed: boolean;
  /** It stands in the last-known file, and no answer has confirmed it yet. */
  readonly isLastKnown: boolean;
  /** The set showed it in the last round that had an answer. */
  readonly isShown: boolean;
  readonly families: Readonly<Record<Family, FamilyState>>;
  /** Addresses it gave up lately, and when an answer last showed them. */
  readonly past: readonly { readonly address: string; readonly seenAtMs: number }[];
  /** Contradictions that no confirmation has ended; undefined while the latest answers confirm it. */
  readonly doubt: Doubt | undefined;
}

/**
 * Everything a watcher believes. Frozen and replaced whole: a round in which nothing changes keeps `members` and `snapshot` as they are.
 *
 * @internal May change in any release; the API reference leaves it out.
 */
export interface Membership {
  readonly service: ServiceIdentity;
  /** The option `statefulSet`. */
  readonly statefulSet: string | undefined;
  /** The option `firstOrdinal`: guessed names begin here. */
  readonly firstOrdinal: number;
  /** The names that must exist; undefined when nobody declared any. */
  readonly declared: readonly PeerIdentity[] | undefined;
  /** In the order of `comparePeers`. */
  readonly members: readonly Member[];
  readonly membersByName: ReadonlyMap<string, Member>;
  /** Address -> name of the one member that owns it. Its marks change while a set is compared with it, and are read by nothing else. */
  readonly owners: Owners;
  /** Names of the members with a doubt, in order. */
  readonly unconfirmed: readonly string[];
  /** Some member's addresses are in motion: a family is being lost, or a move back is not yet believed. */
  readonly isWavering: boolean;
  /** Some member has lost its address to another name and has none: the set cannot confirm everyone. */
  readonly hasAddressless: boolean;
  /** Some member comes from the last-known file and is not confirmed yet. */
  readonly hasLastKnown: boolean;
  /** Addresses of members whose names nothing could tell. */
  readonly unnamed: readonly string[];
  /** Addresses of the set that nobody owns, and since when. */
  readonly unownedSinceMs: ReadonlyMap<string, number>;
  /** Names that were members and have left, oldest first. */
  readonly departed: ReadonlySet<string>;
  readonly memory: LookupMemory;
  readonly snapshot: Snapshot;
  readonly startedAtMs: number;
  /** When the snapshot last changed, or members of the last-known file were confirmed; undefined while it is the first. */
  readonly lastChangeAtMs: number | undefined;
  /** When the set question last had an authoritative answer. */
  readonly lastAnswerAtMs: number | undefined;
  /** Rounds in a row without an authoritative answer about the set. */
  readonly failuresInARow: number;
  readonly problems: readonly Problem[];
}

/** Shared: a thousand watchers would have a thousand of each, and some stay as they are. */
const NOBODY: readonly Member[] = Object.freeze([]);
const NOTHING: readonly never[] = Object.freeze([]);
const NO_ENTRIES: ReadonlyMap<string, never> = new Map<string, never>();
const NO_NAMES: ReadonlySet<string> = new Set();

/** The state before the first round: nobody seen, all declared peers missing. */
export function startingMembership(subject: {
  service: ServiceIdentity;
  statefulSet: string | undefined;
  firstOrdinal: number;
  declared: readonly PeerIdentity[] | undefined;
  nowMs: number;
}): Membership {
  const { service, statefulSet, firstOrdinal, declared, nowMs } = subject;
  return Object.freeze({
    service,
    statefulSet,
    firstOrdinal,
    declared,
    members: NOBODY,
    membersByName: NO_ENTRIES,
    owners: Owners.none,
    unconfirmed: NOTHING,
    isWavering: false,
    hasAddressless: false,
    hasLastKnown: false,
    unnamed: NOTHING,
    unownedSinceMs: NO_ENTRIES,
    departed: NO_NAMES,
    memory: NO_MEMORY,
    snapshot: Object.freeze({ service, revision: 0, peers: NOTHING, missing: declared ?? NOTHING }),
    startedAtMs: nowMs,
    lastChangeAtMs: undefined,
    lastAnswerAtMs: undefined,
    failuresInARow: 0,
    problems: NOTHING,
  });
}

/** Whether the set ever had a member; false also before the first answer. */
export function wasAnyoneSeen(membership: Membership): boolean {
  return membership.members.length > 0 || membership.departed.size > 0;
}

/** Whether any member owns an address of this family. */
export function hasFamily(membership: Membership, family: Family): boolean {
  for (const address of membership.owners.keys()) if (familyOf(address) === family) return true;
  return false;
}
