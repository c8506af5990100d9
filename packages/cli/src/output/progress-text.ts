import type { PeerIdentity, ReadyCriteria, Snapshot, Status } from '@peerset/core';
import { ageText } from './durations.ts';
import { shortList } from './short-list.ts';
import type { Span } from './spans.ts';
import { wantedText } from './wanted-text.ts';

/** How a wait goes. */
export interface WaitProgress {
  readonly snapshot: Snapshot;
  readonly status: Status;
  readonly wanted: ReadyCriteria;
  readonly waitedMs: number;
  /** Infinity: without end. */
  readonly timeoutMs: number;
}

/** More names would push the times out of a terminal of 80 columns. */
const MOST_MISSING = 3;

/** A wait on one line: what is most telling stands first, since the end may be cut. */
export function progressSpans({ snapshot, status, wanted, waitedMs, timeoutMs }: WaitProgress): readonly Span[] {
  const { service, peers, missing } = snapshot;
  const [first] = status.problems;
  const end = timeoutMs === Infinity ? '' : ` of ${ageText(timeoutMs)}`;
  return [
    { text: service.name, role: 'heading' },
    ': ',
    { text: `${peers.length === 0 ? 'nobody' : peers.length} there`, role: 'good' },
    ...(missing.length === 0 ? [] : [', ', { text: `missing ${shortList(missing.map(nameOf), MOST_MISSING)}`, role: 'bad' } as const]),
    `; waited ${ageText(waitedMs)}${end} for ${wantedText(wanted)}`,
    ...(first === undefined ? [] : ['; ', { text: `${first.code}: ${first.message}`, role: 'warning' } as const]),
    ...(peers.length === 0 ? [] : [`; there: ${shortList(peers.map(nameOf))}`]),
  ];
}

function nameOf({ name }: PeerIdentity): string {
  return name;
}
