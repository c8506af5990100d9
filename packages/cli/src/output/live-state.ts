import type { Change, Peer, PeerIdentity, RoundReport, Snapshot, Status } from '@peerset/core';

/** What last happened to a peer, as far as this command saw it. */
export interface PeerNews {
  readonly kind: 'joined' | 'returned' | 'moved' | 'left' | 'port changed';
  readonly atMs: number;
  /** The addresses before, of one that moved. */
  readonly from: readonly string[];
}

/** What is known of a name beyond the snapshot. */
interface PeerPast {
  /** Since when it is there without a break; undefined for one that is missing. */
  readonly sinceMs: number | undefined;
  /** Undefined: nothing has happened since the first look. */
  readonly news: PeerNews | undefined;
}

/** A peer that has left, as it was. */
interface Departure {
  readonly peer: Peer;
  readonly news: PeerNews;
}

/** The last round. */
interface Look {
  readonly endedAtMs: number;
  readonly questions: number;
  readonly durationMs: number;
  readonly nextDelayMs: number;
}

/** What a live view shows. Frozen records, replaced whole; times are of the watcher's clock. */
export interface LiveState {
  readonly openedAtMs: number;
  readonly snapshot: Snapshot;
  readonly status: Status;
  /** Of all who are present or missing. */
  readonly pastByName: ReadonlyMap<string, PeerPast>;
  /** Since when members are in doubt, by name. */
  readonly doubts: ReadonlyMap<string, number>;
  /** Who left a moment ago, the latest last. */
  readonly departures: readonly Departure[];
  readonly look: Look | undefined;
}

/** What a watcher tells. */
export type LiveEvent =
  | { readonly kind: 'change'; readonly change: Change }
  | { readonly kind: 'status'; readonly status: Status }
  | { readonly kind: 'round'; readonly report: RoundReport };

/** How long one that has left is shown. */
const MOMENT_MS = 60_000;
/** How many of them are kept: thousands can leave at once. */
const MOST_DEPARTURES = 1_000;

/** The state before anything was told. */
export function startLive({ snapshot, status }: { snapshot: Snapshot; status: Status }, nowMs: number): LiveState {
  const pastByName = new Map(snapshot.peers.map(({ name }) => [name, { sinceMs: nowMs, news: undefined }]));
  const doubts = new Map(status.unconfirmed.map((name) => [name, nowMs]));
  return Object.freeze({ openedAtMs: nowMs, snapshot, status, pastByName, doubts, departures: [], look: undefined });
}

/** The state after one more event. */
export function nextLive(state: LiveState, event: LiveEvent, nowMs: number): LiveState {
  switch (event.kind) {
    case 'change':
      return Object.freeze(afterChange(state, event.change, nowMs));
    case 'status':
      return Object.freeze({ ...state, status: event.status, doubts: doubtsOf(event.status, state.doubts, nowMs) });
    default:
      return Object.freeze({ ...state, look: lookOf(event.report), departures: recent(state.departures, nowMs) });
  }
}

/** Those who left less than a minute ago. */
export function recent(departures: readonly Departure[], nowMs: number): readonly Departure[] {
  const isRecent = ({ news }: Departure): boolean => nowMs - news.atMs < MOMENT_MS;
  return departures.every(isRecent) ? departures : departures.filter(isRecent);
}

function doubtsOf({ unconfirmed }: Status, before: LiveState['doubts'], nowMs: number): LiveState['doubts'] {
  return new Map(unconfirmed.map((name) => [name, before.get(name) ?? nowMs]));
}

function lookOf({ startedAtMs, durationMs, lookups, nextDelayMs }: RoundReport): Look {
  return { endedAtMs: startedAtMs + durationMs, questions: lookups.length, durationMs, nextDelayMs };
}

function afterChange(state: LiveState, change: Change, nowMs: number): LiveState {
  const { snapshot } = change;
  const news = newsOf(change, nowMs);
  // Whoever is found by the first look may have been there for long.
  const isFirstLook = state.look === undefined;
  const past = ({ name }: PeerIdentity, isPresent: boolean): readonly [string, PeerPast] => {
    const before = state.pastByName.get(name);
    const latest = isFirstLook ? undefined : news.get(name);
    return [name, { sinceMs: isPresent ? (before?.sinceMs ?? nowMs) : undefined, news: latest ?? before?.news }];
  };
  const pastByName = new Map([...snapshot.missing.map((each) => past(each, false)), ...snapshot.peers.map((each) => past(each, true))]);
  const gone = change.left.flatMap((peer) => ({ peer, news: news.get(peer.name) ?? { kind: 'left' as const, atMs: nowMs, from: [] } }));
  const departures = [...recent(state.departures, nowMs), ...gone].filter(({ peer }) => !pastByName.has(peer.name)).slice(-MOST_DEPARTURES);
  return { ...state, snapshot, pastByName, departures };
}

function newsOf({ joined, left, moved, updated }: Change, atMs: number): ReadonlyMap<string, PeerNews> {
  const news = (kind: PeerNews['kind'], name: string, from: readonly string[] = []): [string, PeerNews] => [name, { kind, atMs, from }];
  return new Map([
    ...left.map(({ name }) => news('left', name)),
    ...joined.map(({ name, returned }) => news(returned ? 'returned' : 'joined', name)),
    ...moved.map(({ peer, from }) => news('moved', peer.name, from)),
    ...updated.map(({ name }) => news('port changed', name)),
  ]);
}
