import type { PeerIdentity } from '@peerset/core';
import { ageText } from './durations.ts';
import { recent } from './live-state.ts';
import type { LiveState, PeerNews } from './live-state.ts';
import type { Role } from './paint.ts';
import type { Span } from './spans.ts';
import type { Column } from './table.ts';

/** In which state a peer is shown, the most troubling first. */
export const peerStates = ['missing', 'unconfirmed', 'left', 'present'] as const;

export type PeerState = (typeof peerStates)[number];

/** One peer of the table. */
export interface LiveRow {
  readonly identity: PeerIdentity;
  readonly state: PeerState;
  readonly addresses: readonly string[];
  readonly sinceMs: number | undefined;
  readonly news: PeerNews | undefined;
  /** Since when it is unconfirmed. */
  readonly doubtSinceMs: number | undefined;
}

export const rowColumns: readonly Column[] = [
  { head: 'PEER' },
  { head: 'ORDINAL', rank: 0 },
  { head: 'ADDRESS', rank: 3 },
  { head: 'SEEN FOR', rank: 1 },
  { head: 'STATE' },
  { head: 'LAST CHANGE', rank: 2 },
];

const ROLES: Readonly<Record<PeerState, Role>> = { missing: 'bad', unconfirmed: 'warning', left: 'quiet', present: 'good' };
/** News that is younger is new to whoever looks. */
const NEW_MS = 10_000;

/** Everyone who is present, missing, or has left a moment ago, by ordinal and name. */
export function liveRows({ snapshot, doubts, pastByName, departures }: LiveState, nowMs: number): readonly LiveRow[] {
  const past = (identity: PeerIdentity): Pick<LiveRow, 'sinceMs' | 'news'> => {
    return pastByName.get(identity.name) ?? { sinceMs: undefined, news: undefined };
  };
  const present = snapshot.peers.map((peer): LiveRow => {
    const doubtSinceMs = doubts.get(peer.name);
    const state = doubtSinceMs === undefined ? 'present' : 'unconfirmed';
    return { identity: peer, state, addresses: peer.addresses, ...past(peer), doubtSinceMs };
  });
  const missing = snapshot.missing.map((identity): LiveRow => ({
    identity,
    state: 'missing',
    addresses: [],
    ...past(identity),
    doubtSinceMs: undefined,
  }));
  const left = recent(departures, nowMs).map(({ peer, news }): LiveRow => {
    return { identity: peer, state: 'left', addresses: peer.addresses, sinceMs: undefined, news, doubtSinceMs: undefined };
  });
  return missing.length + left.length === 0 ? present : [...present, ...missing, ...left].toSorted(compareRows);
}

/** The rows that matter most, of more than can be shown: those in trouble, then those that changed last. */
export function mostTelling(rows: readonly LiveRow[], count: number): readonly LiveRow[] {
  if (rows.length <= count) return rows;
  const byTrouble = (row: LiveRow): number => peerStates.indexOf(row.state);
  const byNews = ({ news }: LiveRow): number => -(news?.atMs ?? -Infinity);
  const compare = (a: LiveRow, b: LiveRow): number => byTrouble(a) - byTrouble(b) || compareNumbers(byNews(a), byNews(b));
  return rows.toSorted(compare).slice(0, Math.max(0, count));
}

export function rowCells(row: LiveRow, nowMs: number): readonly Span[] {
  const { identity, state, addresses, sinceMs } = row;
  return [
    identity.name,
    identity.ordinal === undefined ? '-' : String(identity.ordinal),
    addresses.length === 0 ? '-' : addresses.join(', '),
    sinceMs === undefined ? '-' : ageText(nowMs - sinceMs),
    { text: state, role: ROLES[state] },
    lastChange(row, nowMs),
  ];
}

function lastChange({ news, doubtSinceMs }: LiveRow, nowMs: number): Span {
  if (doubtSinceMs !== undefined) return { text: `in doubt for ${ageText(nowMs - doubtSinceMs)}`, role: 'warning' };
  if (news === undefined) return '-';
  return { text: newsText(news, nowMs), role: nowMs - news.atMs < NEW_MS ? 'news' : 'quiet' };
}

function newsText({ kind, atMs, from }: PeerNews, nowMs: number): string {
  const origin = from.length === 0 ? '' : ` from ${from.join(', ')}`;
  return `${kind} ${ageText(nowMs - atMs)} ago${origin}`;
}

function compareRows({ identity: a }: LiveRow, { identity: b }: LiveRow): number {
  return compareNumbers(a.ordinal ?? Infinity, b.ordinal ?? Infinity) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
}

/** Infinity is as much as Infinity, of which the difference is no number. */
function compareNumbers(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
