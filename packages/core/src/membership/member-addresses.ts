import type { Member } from './membership.ts';

/** The addresses of one member in one IP family, with what the answers say of them. Frozen. */
export interface FamilyState {
  /** In numerical order. */
  readonly addresses: readonly string[];
  /** Rounds in which this family was denied while the member itself was confirmed. */
  readonly loss: { readonly sinceMs: number; readonly rounds: number } | undefined;
  /** Own-name answers in a row that name addresses the member had only just given up. */
  readonly moveBack: MoveBack | undefined;
}

/** A move back that is not yet believed. */
interface MoveBack {
  readonly addresses: readonly string[];
  readonly sinceMs: number;
  readonly lastMs: number;
  readonly answers: number;
}

export const NO_ADDRESSES: FamilyState = Object.freeze({ addresses: Object.freeze([]), loss: undefined, moveBack: undefined });

/** What one round says of one family of one member. */
export type FamilyNews =
  /** The own name was answered with these addresses. */
  | { readonly kind: 'named'; readonly addresses: readonly string[] }
  /** The set shows an address the member has. */
  | { readonly kind: 'kept' }
  /** Authoritative answers do not show the family: the own name's (`isByName`), or the set's. */
  | { readonly kind: 'denied'; readonly isByName: boolean }
  | { readonly kind: 'nothing' };

/** Replicas that lag show old and new by turns: this many own-name answers in a row, over this long, make a move back true. */
const MOVE_BACK_ANSWERS = 3;
const LOSS_ROUNDS = 3;
const FLICKER_MS = 3_000;
const SHORTEST_PAST_MS = 15_000;

/** How long an address that was given up counts as one that a lagging replica may still show. */
export function pastWindowMs(largestTtlSeconds: number): number {
  return Math.max(SHORTEST_PAST_MS, largestTtlSeconds * 1_000);
}

/** The family after one round. The same state when the round changes nothing. `isRecent` tells addresses that the member gave up lately, within `windowMs`. */
export function nextFamilyState(
  state: FamilyState,
  news: FamilyNews,
  {
    isConfirmed,
    isRecent,
    windowMs,
    nowMs,
  }: { isConfirmed: boolean; isRecent: (address: string) => boolean; windowMs: number; nowMs: number },
): FamilyState {
  const current = nowMs - (state.moveBack?.lastMs ?? nowMs) > windowMs ? withoutMoveBack(state) : state;
  switch (news.kind) {
    case 'nothing':
      // Losing a family takes denials in a row.
      return current.loss === undefined ? current : Object.freeze({ ...current, loss: undefined });
    case 'kept':
      return atRest(current, current.addresses);
    case 'denied': {
      const denied = news.isByName ? withoutMoveBack(current) : current;
      return isConfirmed && denied.addresses.length > 0 ? countLoss(denied, nowMs) : denied;
    }
    case 'named':
      return nameAddresses(current, news.addresses, { isRecent, nowMs });
    default:
      return news satisfies never;
  }
}

function withoutMoveBack(state: FamilyState): FamilyState {
  return state.moveBack === undefined ? state : Object.freeze({ ...state, moveBack: undefined });
}

function countLoss(state: FamilyState, nowMs: number): FamilyState {
  const sinceMs = state.loss?.sinceMs ?? nowMs;
  const rounds = (state.loss?.rounds ?? 0) + 1;
  if (rounds >= LOSS_ROUNDS && nowMs - sinceMs >= FLICKER_MS) return NO_ADDRESSES;
  return Object.freeze({ ...state, loss: Object.freeze({ sinceMs, rounds }) });
}

function nameAddresses(
  state: FamilyState,
  addresses: readonly string[],
  { isRecent, nowMs }: { isRecent: (address: string) => boolean; nowMs: number },
): FamilyState {
  const isMoveBack = addresses.some((address) => !state.addresses.includes(address) && isRecent(address));
  if (!isMoveBack) return atRest(state, addresses);
  const before = state.moveBack !== undefined && isSameAddresses(addresses, state.moveBack.addresses) ? state.moveBack : undefined;
  const moveBack = Object.freeze({
    addresses: Object.freeze([...addresses]),
    sinceMs: before?.sinceMs ?? nowMs,
    lastMs: nowMs,
    answers: (before?.answers ?? 0) + 1,
  });
  if (moveBack.answers >= MOVE_BACK_ANSWERS && nowMs - moveBack.sinceMs >= FLICKER_MS) return atRest(state, addresses);
  return Object.freeze({ ...state, loss: undefined, moveBack });
}

/** The family with these addresses and nothing pending. The same state when it is just that already. */
function atRest(state: FamilyState, addresses: readonly string[]): FamilyState {
  const isSame = isSameAddresses(addresses, state.addresses);
  return isSame && state.loss === undefined && state.moveBack === undefined
    ? state
    : familyOfAddresses(isSame ? state.addresses : addresses);
}

/**
 * The member with other family states. What it gave up is remembered for `windowMs` since an answer last showed it. The same member when
 * nothing changed.
 */
export function withFamilies(
  member: Member,
  families: Member['families'],
  { windowMs, nowMs }: { windowMs: number; nowMs: number },
): Member {
  if (families.ipv4 === member.families.ipv4 && families.ipv6 === member.families.ipv6) return member;
  const addresses = [...families.ipv4.addresses, ...families.ipv6.addresses];
  const refused = [families.ipv4, families.ipv6].flatMap(({ moveBack }) => (moveBack?.lastMs === nowMs ? moveBack.addresses : []));
  const given = member.peer.addresses.filter((address) => !addresses.includes(address));
  const past = new Map(member.past.filter(({ seenAtMs }) => nowMs - seenAtMs <= windowMs).map((old) => [old.address, old]));
  for (const address of addresses) past.delete(address);
  // A lagging replica may show them for as long as it lags: what was refused now is as recent as what was given up now.
  for (const address of [...given, ...refused])
    if (!addresses.includes(address)) past.set(address, Object.freeze({ address, seenAtMs: nowMs }));
  const isMoved = !isSameAddresses(addresses, member.peer.addresses);
  return Object.freeze({
    ...member,
    families,
    peer: isMoved ? Object.freeze({ ...member.peer, addresses: Object.freeze(addresses) }) : member.peer,
    past: Object.freeze([...past.values()]),
  });
}

/** A family that holds just these addresses. */
export function familyOfAddresses(addresses: readonly string[]): FamilyState {
  return addresses.length === 0 ? NO_ADDRESSES : Object.freeze({ addresses: frozenList(addresses), loss: undefined, moveBack: undefined });
}

/** The same list if it is frozen already. */
function frozenList(addresses: readonly string[]): readonly string[] {
  return Object.isFrozen(addresses) ? addresses : Object.freeze([...addresses]);
}

function isSameAddresses(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((address, i) => address === b[i]);
}
