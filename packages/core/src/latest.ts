/** A state that changes, and what a reader of it gets for each step. */
export interface LatestFeed<State, Step> {
  current(): State;
  /** What a reader is told who last saw `previous`. */
  step(previous: State, current: State): Step;
  /** Whether a reader who last saw `previous` has nothing to hear. Default: `===`. */
  isSame?: (previous: State, current: State) => boolean;
  /** Calls back after each new state. Returns the unsubscribe. */
  onUpdate(listener: () => void): () => void;
  /** A step began or stopped to wait. */
  onWaiting(difference: 1 | -1): void;
  /** Aborts when there is no more to come. */
  readonly closed: AbortSignal;
}

/**
 * The steps of a state as an async iterator. Latest wins: a slow reader gets one step from what it last saw to now, so nothing piles up.
 * Ends when the feed closes, or with `return` (what `break` calls).
 */
export function iterateLatest<State, Step>(feed: LatestFeed<State, Step>, start: State): AsyncIterableIterator<Step> {
  const isSame = feed.isSame ?? ((previous: State, current: State) => previous === current);
  let seen = start;
  let isDone = feed.closed.aborted;
  const waiting: ((result: IteratorResult<Step>) => void)[] = [];

  const serve = (): void => {
    while (waiting.length > 0) {
      if (!isDone && isSame(seen, feed.current())) return;
      feed.onWaiting(-1);
      waiting.shift()?.(isDone ? { done: true, value: undefined } : { done: false, value: advance() });
    }
  };
  const advance = (): Step => {
    const step = feed.step(seen, feed.current());
    seen = feed.current();
    return step;
  };
  const end = (): void => {
    isDone = true;
    unsubscribe();
    feed.closed.removeEventListener('abort', end);
    serve();
  };
  const unsubscribe = feed.onUpdate(serve);
  feed.closed.addEventListener('abort', end, { once: true });

  return {
    next() {
      return new Promise((resolve) => {
        waiting.push(resolve);
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
