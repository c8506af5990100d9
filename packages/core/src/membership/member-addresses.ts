import type { Member } from './membership.ts';

/** The addresses of one member in one IP family, with what the answers say of them. Frozen. */
export interface FamilyState {
  /** In numerical order. */
  readonly addresses: readonly string[];
  /** Rounds in which this family was denied while the member itself was confirmed. */
  readonly loss: { readonly sinceMs: number; readonly rounds: number } | undefined;
  /** Own-name answers in a row that name addresses the member had only just given up. */
  readonly moveBack: { readonly addresses: readonly string[]; readonly sinceMs: number; readonly answers: number } | undefined;
}

export const NO_ADDRESSES: FamilyState = Object.freeze({ addresses: Object.freeze([]), loss: undefined, moveBack: undefined });

/** What one round says of one family of one member. */
export type FamilyNews =
  /** The own name was answered with these addresses. */
  | { readonly kind: 'named'; readonly addresses: readonly string[] }
  /** The set shows an address the member has. */
  | { readonly kind: 'kept' }
  /** Authoritative answers do not show the family. */
  | { readonly kind: 'denied' }
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

/** The family after one round. The same state when the round changes nothing. `isRecent` tells addresses that the member gave up lately. */
export function nextFamilyState(
  state: FamilyState,
  news: FamilyNews,
  { isConfirmed, isRecent, nowMs }: { isConfirmed: boolean; isRecent: (address: string) => boolean; nowMs: number },
): FamilyState {
  switch (news.kind) {
    case 'nothing':
      return state;
    case 'kept':
      return atRest(state, state.addresses);
    case 'denied':
      return isConfirmed && state.addresses.length > 0 ? countLoss(state, nowMs) : state;
    case 'named':
      return nameAddresses(state, news.addresses, { isRecent, nowMs });
    default:
      return news satisfies never;
  }
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

/** The member with other family states; what it gave up is remembered for `pastWindow`. The same member when nothing changed. */
export function withFamilies(
  member: Member,
  families: Member['families'],
  { windowMs, nowMs }: { windowMs: number; nowMs: number },
): Member {
  if (families.ipv4 === member.families.ipv4 && families.ipv6 === member.families.ipv6) return member;
  const addresses = [...families.ipv4.addresses, ...families.ipv6.addresses];
  if (isSameAddresses(addresses, member.peer.addresses)) return Object.freeze({ ...member, families });
  const given = member.peer.addresses.filter((address) => !addresses.includes(address));
  const past = member.past.filter(({ address, heldUntilMs }) => nowMs - heldUntilMs <= windowMs && !addresses.includes(address));
  return Object.freeze({
    ...member,
    families,
    peer: Object.freeze({ ...member.peer, addresses: Object.freeze(addresses) }),
    past: Object.freeze([...past, ...given.map((address) => Object.freeze({ address, heldUntilMs: nowMs }))]),
  });
}

/** A family that holds just these addresses. */
export function familyOfAddresses(addresses: readonly string[]): FamilyState {
  return addresses.length === 0
    ? NO_ADDRESSES
    : Object.freeze({ addresses: Object.freeze([...addresses]), loss: undefined, moveBack: undefined });
}

function isSameAddresses(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((address, i) => address === b[i]);
}
