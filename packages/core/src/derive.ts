import { createClosing } from './closing.ts';
import { InvalidOptionsError } from './errors.ts';
import { createEvents } from './events.ts';
import type { Events } from './events.ts';
import { holdWhileWaiting } from './hold-process.ts';
import { iterateLatest } from './latest.ts';
import type { Snapshot } from './membership/snapshot.ts';
import { functionIssues, keyIssues } from './option-issues.ts';
import type { PeerWatcher } from './peer-watcher.ts';
import { unheardErrors } from './unheard-errors.ts';
import type { UnheardErrors } from './unheard-errors.ts';

/** What a derived value tells, and with what. */
export interface DerivedEvents<T> extends Readonly<Record<string, readonly unknown[]>> {
  /** The value is another one. Does not fire for a snapshot that gives an equal value, for the value that `derive` began with, nor while `compute` throws. */
  readonly change: readonly [value: T, previous: T | undefined];
  /**
   * `compute` threw for a new snapshot, say because nobody is there: the value stays as it was. While nobody listens to it, the first of failures
   * in a row is a warning of the process (`PEERSET_DERIVE_FAILED`), which ends nothing.
   */
  readonly error: readonly [error: unknown];
}

/** A value that follows a watcher. Iterating yields the present value, if there is one, then the latest value a step. */
export interface Derived<T> extends AsyncIterable<T>, Disposable {
  /**
   * Undefined until the watcher knows something: until the first answer of DNS, or the last-known file. Then what was last computed. It is
   * up to date before anyone hears `change` of the derived value; a listener of the watcher itself may come before that.
   */
  readonly value: T | undefined;
  /**
   * Listens until unsubscribed, or `signal` aborts. What a listener throws goes where errors of the watcher's own listeners go
   * (`onListenerError`). Returns the unsubscribe.
   */
  on<K extends keyof DerivedEvents<T> & string>(
    event: K,
    listener: (...values: DerivedEvents<T>[K]) => void,
    options?: { signal?: AbortSignal | undefined },
  ): () => void;
  /** Stops following, and ends iterations. The value stays, the watcher goes on. Idempotent; closing the watcher does it too. */
  close(): void;
}

/** How values are compared. */
export interface DeriveOptions<T> {
  /** Whether a value is the same as the one before, so that nothing is told. Default `Object.is`: right for strings and numbers. */
  equals?: ((value: T, previous: T) => boolean) | undefined;
}

/**
 * A value computed from the snapshot, such as a connection string; it tells only of values that differ.
 *
 * @param compute - Pure and quick: it runs inside the watcher's round, once for each snapshot. What it throws is told as `error`.
 * @throws {InvalidOptionsError} `INVALID_OPTIONS`.
 */
export function derive<T>(watcher: PeerWatcher, compute: (snapshot: Snapshot) => T, options: DeriveOptions<T> = {}): Derived<T> {
  const { equals = Object.is } = { ...options };
  const issues = [...keyIssues(options, ['equals']), ...functionIssues('compute', compute), ...functionIssues('equals', equals)];
  if (issues.length > 0) throw new InvalidOptionsError(issues);
  return new DerivedValue(watcher, compute, equals);
}

/** A value that was computed: undefined is one too. */
interface Held<T> {
  readonly value: T;
}

class DerivedValue<T> implements Derived<T> {
  readonly #watcher: PeerWatcher;
  readonly #compute: (snapshot: Snapshot) => T;
  readonly #equals: (value: T, previous: T) => boolean;
  readonly #closing = createClosing();
  /** What listeners threw in this turn. */
  #thrown: unknown[] = [];
  readonly #events: Events<DerivedEvents<T>> = createEvents((error) => void this.#thrown.push(error));
  readonly #unheard: UnheardErrors;
  readonly #readers = new Set<() => void>();
  readonly #wait = holdWhileWaiting();
  readonly #stops: readonly (() => void)[];
  /** The snapshot that was last computed from, whatever came of it. */
  #seen: Snapshot | undefined;
  #held: Held<T> | undefined;

  constructor(watcher: PeerWatcher, compute: (snapshot: Snapshot) => T, equals: (value: T, previous: T) => boolean) {
    this.#watcher = watcher;
    this.#compute = compute;
    this.#equals = equals;
    const { host } = watcher.snapshot.service;
    this.#unheard = unheardErrors(`what derive computes from ${host} failed, and nobody listens to its error`, 'PEERSET_DERIVE_FAILED');
    this.#stops = [
      watcher.on('change', () => this.#update()),
      // The first answer may show that nobody is there: no change of the snapshot, and something to compute from.
      watcher.on('status', () => this.#update()),
    ];
    watcher.closed.addEventListener('abort', this.close, { once: true });
    const failure = this.#take();
    // The caller gets the value, and may listen, before an error is told.
    if (failure !== undefined) queueMicrotask(() => this.#tellError(failure.error));
    if (watcher.closed.aborted) this.close();
  }

  get value(): T | undefined {
    return this.#held?.value;
  }

  on<K extends keyof DerivedEvents<T> & string>(
    event: K,
    listener: (...values: DerivedEvents<T>[K]) => void,
    options?: { signal?: AbortSignal | undefined },
  ): () => void {
    return this.#events.on(event, listener, options);
  }

  readonly close = (): void => {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    for (const stop of this.#stops) stop();
    this.#watcher.closed.removeEventListener('abort', this.close);
    this.#events.removeAll();
  };

  [Symbol.dispose](): void {
    this.close();
  }

  [Symbol.asyncIterator](): AsyncIterator<T> {
    return iterateLatest<Held<T> | undefined, T>(
      {
        current: () => this.#held,
        step: (_, current) => valueOf(current),
        isSame: (previous, current) => this.#isSame(previous, current),
        onUpdate: (listener) => {
          this.#readers.add(listener);
          return () => this.#readers.delete(listener);
        },
        onWaiting: this.#wait,
        closed: this.#closing.signal,
      },
      undefined,
    );
  }

  #update(): void {
    const before = this.#held;
    const failure = this.#take();
    if (failure !== undefined) this.#tellError(failure.error);
    else if (this.#held !== undefined && this.#held !== before) {
      for (const reader of this.#readers) reader();
      this.#emit('change', this.#held.value, before?.value);
    }
  }

  /** Computes from a snapshot that is new and known. What it failed with, if it did. */
  #take(): { readonly error: unknown } | undefined {
    const { snapshot, status } = this.#watcher;
    const isKnown = snapshot.peers.length > 0 || status.lastAnswerAtMs !== undefined;
    if (!isKnown || snapshot === this.#seen) return undefined;
    this.#seen = snapshot;
    try {
      const value = this.#compute(snapshot);
      if (this.#held === undefined || !this.#equals(value, this.#held.value)) this.#held = { value };
    } catch (error) {
      return { error };
    }
    this.#unheard.end();
    return undefined;
  }

  #tellError(error: unknown): void {
    if (this.#closing.signal.aborted) return;
    if (this.#events.hasListeners('error')) this.#emit('error', error);
    else this.#unheard.tell(error);
  }

  /** Throws what listeners threw, after all of them have been told: this runs in a listener of the watcher, which knows what to do with it. */
  #emit<K extends keyof DerivedEvents<T> & string>(event: K, ...values: DerivedEvents<T>[K]): void {
    this.#events.emit(event, ...values);
    const thrown = this.#thrown;
    if (thrown.length === 0) return;
    this.#thrown = [];
    throw thrown.length === 1 ? thrown[0] : new AggregateError(thrown, `${thrown.length} listeners of a derived value failed`);
  }

  /** A slow reader may have seen the value that is there again. */
  #isSame(previous: Held<T> | undefined, current: Held<T> | undefined): boolean {
    if (previous === undefined || current === undefined || previous === current) return previous === current;
    try {
      return this.#equals(current.value, previous.value);
    } catch {
      return false;
    }
  }
}

function valueOf<T>(held: Held<T> | undefined): T {
  // A step is taken when there is something to see, and a value never goes away.
  if (held === undefined) throw new TypeError('a derived value is gone');
  return held.value;
}
