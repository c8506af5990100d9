import { EventEmitter } from 'eventemitter3';

/** Any listener; what its event carries is checked where it is added. */
type Listener = (...values: never) => void;

/** Events by name, with the values that their listeners get. */
export type EventMap = Readonly<Record<string, readonly unknown[]>>;

/** Who listens, and how they are told. A listener that throws stops neither the others nor the one that emits. */
export interface Events<M extends EventMap> {
  on<K extends keyof M & string>(event: K, listener: (...values: M[K]) => void, options?: { signal?: AbortSignal | undefined }): () => void;
  once<K extends keyof M & string>(
    event: K,
    listener: (...values: M[K]) => void,
    options?: { signal?: AbortSignal | undefined },
  ): () => void;
  off<K extends keyof M & string>(event: K, listener: (...values: M[K]) => void): void;
  emit<K extends keyof M & string>(event: K, ...values: M[K]): void;
  hasListeners(event: keyof M & string): boolean;
  removeAll(): void;
}

/**
 * @param onListenerError - Gets what a listener threw. Default: it is rethrown in a task of its own, so that the process sees it.
 */
export function createEvents<M extends EventMap>(onListenerError?: (error: unknown) => void): Events<M> {
  return new GuardedEvents<M>(onListenerError);
}

class GuardedEvents<M extends EventMap> implements Events<M> {
  readonly #onListenerError: ((error: unknown) => void) | undefined;
  readonly #emitter = new EventEmitter();
  /** In the order in which they came; undefined while there was none: many watchers are only asked for their snapshot. */
  #subscriptions: Set<Subscription> | undefined;

  constructor(onListenerError: ((error: unknown) => void) | undefined) {
    this.#onListenerError = onListenerError;
  }

  on<K extends keyof M & string>(
    event: K,
    listener: (...values: M[K]) => void,
    options?: { signal?: AbortSignal | undefined },
  ): () => void {
    return this.#subscribe(event, listener, { isOnce: false, signal: options?.signal });
  }

  once<K extends keyof M & string>(
    event: K,
    listener: (...values: M[K]) => void,
    options?: { signal?: AbortSignal | undefined },
  ): () => void {
    return this.#subscribe(event, listener, { isOnce: true, signal: options?.signal });
  }

  off<K extends keyof M & string>(event: K, listener: (...values: M[K]) => void): void {
    for (const subscription of this.#subscriptions ?? []) {
      if (subscription.event === event && subscription.listener === listener) {
        subscription.remove();
        return;
      }
    }
  }

  emit<K extends keyof M & string>(event: K, ...values: M[K]): void {
    this.#emitter.emit(event, ...values);
  }

  hasListeners(event: keyof M & string): boolean {
    return this.#emitter.listenerCount(event) > 0;
  }

  removeAll(): void {
    for (const subscription of this.#subscriptions ?? []) subscription.remove();
  }

  #subscribe(event: string, listener: Listener, { isOnce, signal }: { isOnce: boolean; signal: AbortSignal | undefined }): () => void {
    if (signal?.aborted === true) return () => {};
    const emitter = this.#emitter;
    const subscriptions = (this.#subscriptions ??= new Set());
    // eventemitter3 stops at the first listener that throws, so none may.
    const guarded = (...values: unknown[]): void => {
      if (isOnce) subscription.remove();
      try {
        // `on` and `emit` agree on the values by the event's name, which a map of listeners cannot say.
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion
        listener(...(values as never));
      } catch (error) {
        this.#report(error);
      }
    };
    const subscription: Subscription = {
      event,
      listener,
      remove() {
        emitter.off(event, guarded);
        signal?.removeEventListener('abort', subscription.remove);
        subscriptions.delete(subscription);
      },
    };
    emitter.on(event, guarded);
    signal?.addEventListener('abort', subscription.remove, { once: true });
    subscriptions.add(subscription);
    return subscription.remove;
  }

  #report(error: unknown): void {
    if (this.#onListenerError === undefined) {
      rethrow(error);
      return;
    }
    try {
      this.#onListenerError(error);
    } catch (second) {
      rethrow(second);
    }
  }
}

interface Subscription {
  readonly event: string;
  readonly listener: Listener;
  readonly remove: () => void;
}

function rethrow(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
