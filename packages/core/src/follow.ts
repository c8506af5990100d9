import { abortable } from './abortable.ts';
import { createClosing } from './closing.ts';
import { deferred } from './deferred.ts';
import type { Deferred } from './deferred.ts';
import { DiscoveryError } from './errors.ts';
import { parseFollowOptions } from './follow-options.ts';
import type { FollowOptions, ResolvedFollowOptions } from './follow-options.ts';
import { holdWhileWaiting } from './hold-process.ts';
import type { Change } from './membership/diff.ts';
import type { Snapshot } from './membership/snapshot.ts';
import type { PeerWatcher } from './peer-watcher.ts';
import { unheardErrors } from './unheard-errors.ts';
import type { UnheardErrors } from './unheard-errors.ts';

/**
 * What is done about a change. It is handled when the promise resolves, or, without one, when the function returns. `signal` aborts at
 * the limit and when the follower or the watcher closes.
 */
export type ChangeHandler = (change: Change, options: { readonly signal: AbortSignal }) => Promise<void> | void;

/** A handler that runs for changes. */
export interface Follower extends AsyncDisposable {
  /**
   * Resolves when the newest change is handled and nothing runs, at once if that is so. Keeps the process alive meanwhile. Rejects with
   * `CLOSED`, or the reason for which the watcher closed, when that will never be. Not to be awaited inside the handler.
   */
  idle(): Promise<void>;
  /**
   * Aborts the handler's signal and runs it no more. Resolves when the running one has ended, or after 5 s for one that ignores its
   * signal. What it throws after that is nobody's business. Idempotent; closing the watcher does it too, but does not wait for the handler.
   */
  close(): Promise<void>;
}

/** One run of a handler. */
interface Run {
  /** Aborts at the limit, and when it is closed. */
  readonly abort: AbortController;
  /** Ends the wait for the limit. */
  readonly over: AbortController;
}

/** How long `close` waits for a handler that has been told to stop. */
const CLOSE_GRACE_MS = 5_000;

/**
 * Runs a handler for changes, one run at a time, latest wins: each run gets one change, from what was last handled to now (first: from
 * nobody, if anyone is there), however many came while the one before ran. A run that fails or takes too long is not the end: after
 * `retryMs` the handler gets the change from what was last handled to what is there then. That change may be without peers, where they are
 * back to what was last handled: half of the failed run may have been done. A handler that ignores its signal holds up the next run,
 * since two at a time would be worse; `onError` hears of it. Times are kept by the watcher's clock.
 *
 * @throws {InvalidOptionsError} `INVALID_OPTIONS`.
 */
export function follow(watcher: PeerWatcher, handler: ChangeHandler, options: FollowOptions = {}): Follower {
  return new Following(watcher, handler, parseFollowOptions(handler, options));
}

class Following implements Follower {
  readonly #watcher: PeerWatcher;
  readonly #handler: ChangeHandler;
  readonly #options: ResolvedFollowOptions;
  readonly #closing = createClosing();
  readonly #unheard: UnheardErrors;
  readonly #wait = holdWhileWaiting();
  readonly #stop: () => void;
  readonly #loop: Promise<void>;
  /** What was last handled; undefined: nothing yet. */
  #handled: Snapshot | undefined;
  /** The run of the handler that is under way. */
  #run: Run | undefined;
  /** Resolved when there is something to handle. */
  #turn: Deferred = deferred();
  /** Resolved when everything is handled. */
  #rest: Deferred = deferred();

  constructor(watcher: PeerWatcher, handler: ChangeHandler, options: ResolvedFollowOptions) {
    const { snapshot, closed } = watcher;
    this.#watcher = watcher;
    this.#handler = handler;
    this.#options = options;
    // From nobody to nobody is no change.
    this.#handled = snapshot.peers.length > 0 ? undefined : snapshot;
    this.#unheard = unheardErrors(
      `the handler that follows ${snapshot.service.host} failed, and there is no onError`,
      'PEERSET_FOLLOW_FAILED',
    );
    this.#stop = watcher.on('change', () => this.#turn.resolve());
    if (closed.aborted) this.#end(closed.reason);
    else closed.addEventListener('abort', this.#onClosed, { once: true });
    this.#loop = this.#follow();
  }

  async idle(): Promise<void> {
    while (!this.#isIdle) {
      this.#closing.signal.throwIfAborted();
      this.#wait(1);
      try {
        await abortable(this.#rest.promise, this.#closing.signal);
      } finally {
        this.#wait(-1);
      }
    }
  }

  async close(): Promise<void> {
    this.#end(new DiscoveryError('CLOSED', `the follower of ${this.#watcher.snapshot.service.host} is closed`));
    const over = new AbortController();
    this.#wait(1);
    try {
      await Promise.race([this.#loop, this.#watcher.clock.sleep(CLOSE_GRACE_MS, over.signal)]);
    } finally {
      this.#wait(-1);
      over.abort();
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  get #isIdle(): boolean {
    return this.#run === undefined && this.#handled === this.#watcher.snapshot;
  }

  async #follow(): Promise<void> {
    // The caller gets the follower before the handler runs.
    await Promise.resolve();
    try {
      for (;;) {
        await this.#nextTurn();
        this.#closing.signal.throwIfAborted();
        if (!(await this.#handle())) await this.#watcher.clock.sleep(this.#options.retryMs, this.#closing.signal);
      }
    } catch (error) {
      if (!this.#closing.signal.aborted) throw error;
    }
  }

  /** Until there is something to handle. */
  async #nextTurn(): Promise<void> {
    while (this.#isIdle) {
      this.#rest.resolve();
      this.#rest = deferred();
      this.#turn = deferred();
      await abortable(this.#turn.promise, this.#closing.signal);
    }
  }

  /** One run of the handler. Whether it handled its change. */
  async #handle(): Promise<boolean> {
    const change = this.#watcher.changeSince(this.#handled);
    const run: Run = { abort: new AbortController(), over: new AbortController() };
    const { signal } = run.abort;
    this.#run = run;
    void this.#limit(run, change);
    try {
      await this.#handler(change, { signal });
      if (signal.aborted) return false;
      this.#handled = change.snapshot;
      this.#unheard.end();
      return true;
    } catch (error) {
      // What an aborted run comes to has been told already.
      if (!signal.aborted) this.#report(error, change);
      return false;
    } finally {
      run.over.abort();
      this.#run = undefined;
    }
  }

  async #limit({ abort, over }: Run, change: Change): Promise<void> {
    const { timeoutMs } = this.#options;
    if (timeoutMs === Infinity) return;
    try {
      await this.#watcher.clock.sleep(timeoutMs, over.signal);
    } catch {
      // It ended in time, or was closed.
    }
    if (over.signal.aborted) return;
    abort.abort(new DOMException(`the handler did not end within ${timeoutMs} ms`, 'TimeoutError'));
    this.#report(abort.signal.reason, change);
  }

  #report(error: unknown, change: Change): void {
    const { onError } = this.#options;
    if (onError === undefined) {
      this.#unheard.tell(error);
      return;
    }
    try {
      onError(error, change);
    } catch (second) {
      queueMicrotask(() => {
        throw second;
      });
    }
  }

  readonly #onClosed = (): void => {
    this.#end(this.#watcher.closed.reason);
  };

  #end(reason: unknown): void {
    if (this.#closing.signal.aborted) return;
    this.#stop();
    this.#watcher.closed.removeEventListener('abort', this.#onClosed);
    this.#closing.abort(reason);
    this.#run?.over.abort();
    this.#run?.abort.abort(reason);
  }
}
