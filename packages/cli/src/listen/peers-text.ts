import type { PeerWatcher, Snapshot, Status } from '@peerset/core';
import { snapshotRecord } from '../records/change-record.ts';

/** What `/peers` says: written once for each snapshot and status, however many ask. */
export function peersText(watcher: PeerWatcher): () => string {
  let last: { readonly snapshot: Snapshot; readonly status: Status; readonly text: string } | undefined;
  return () => {
    const { snapshot, status } = watcher;
    if (last === undefined || last.snapshot !== snapshot || !isSameStatus(last.status, status))
      last = { snapshot, status, text: textOf(watcher) };
    return last.text;
  };
}

function textOf({ snapshot, status, clock }: PeerWatcher): string {
  const { phase, lastAnswerAtMs, failuresInARow, problems, unconfirmed } = status;
  // The watcher's clock only tells how long ago it was.
  const lastAnswerAt = lastAnswerAtMs === undefined ? null : new Date(Date.now() - (clock.nowMs() - lastAnswerAtMs)).toISOString();
  return `${JSON.stringify({ ...snapshotRecord(snapshot), status: { phase, lastAnswerAt, failuresInARow, problems, unconfirmed } })}\n`;
}

function isSameStatus(a: Status, b: Status): boolean {
  return (
    a.phase === b.phase &&
    a.lastAnswerAtMs === b.lastAnswerAtMs &&
    a.failuresInARow === b.failuresInARow &&
    a.problems === b.problems &&
    a.unconfirmed === b.unconfirmed
  );
}
