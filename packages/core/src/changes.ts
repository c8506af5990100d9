import type { Change } from './membership/diff.ts';
import type { Snapshot } from './membership/snapshot.ts';

/** What an iteration over changes stands on. */
export interface ChangeFeed {
  snapshot(): Snapshot;
  /** The change between any two snapshots of the watcher. */
  between(previous: Snapshot, next: Snapshot): Change;
  /** Calls back after each new snapshot. Returns the unsubscribe. */
  onSnapshot(listener: () => void): () => void;
  /** A step began or stopped to wait. */
  onWaiting(difference: 1 | -1): void;
  readonly closed: AbortSignal;
}

/**
 * Changes as an async iterator. Latest wins: a slow reader gets one change from what it last saw to now, so nothing piles up. The first is
 * from `nobody` to now, if anyone is there.
 */
export function iterateChanges(feed: ChangeFeed, nobody: Snapshot): AsyncIterableIterator<Change> {
  let seen = feed.snapshot().peers.length > 0 ? nobody : feed.snapshot();
  let isDone = feed.closed.aborted;
  const steps: ((result: IteratorResult<Change>) => void)[] = [];

  const serve = (): void => {
    while (steps.length > 0) {
      if (!isDone && feed.snapshot() === seen) return;
      feed.onWaiting(-1);
      steps.shift()?.(isDone ? { done: true, value: undefined } : { done: false, value: advance() });
    }
  };
  const advance = (): Change => {
    const change = feed.between(seen, feed.snapshot());
    seen = feed.snapshot();
    return change;
  };
  const end = (): void => {
    isDone = true;
    unsubscribe();
    feed.closed.removeEventListener('abort', end);
    serve();
  };
  const unsubscribe = feed.onSnapshot(serve);
  feed.closed.addEventListener('abort', end, { once: true });

  return {
    next() {
      return new Promise((resolve) => {
        steps.push(resolve);
        feed.onWaiting(1);
        serve();
      });
    },
    return() {
      end();
      return Promise.resolve({ done: true, value: undefined });
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
