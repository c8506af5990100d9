import type { OptionIssue } from '@peerset/core';
import { DiscoveryError } from '@peerset/core/errors';
import { createEvents } from '@peerset/core/kit';
import type { Events } from '@peerset/core/kit';
import type { DriverClient, PromiseForm } from './cassandra-driver.ts';
import { refuse } from '../check-options.ts';
import type { ManagedClientEvents } from './client-events.ts';
import { ClientKeeper } from './client-keeper.ts';
import { connectFirst } from './connect-first.ts';
import { isNoHostAvailable } from './driver-errors.ts';
import { leaseUntilEnd } from './lease-until-end.ts';
import { resolveClientOptions } from './managed-client-options.ts';
import type { ManagedClientOptions, ResolvedClientOptions } from './managed-client-options.ts';

/**
 * A client of `cassandra-driver` that survives new addresses: where the driver stays on old ones, it is replaced by a fresh one. The new client
 * has connected before the old one is let go, and the old one ends its requests first. One replacement at a time, with growing pauses after
 * failures. Nothing runs before `connect`, or the first request.
 *
 * A statement that was on its way when a node went is the driver's matter: it is retried only if it is idempotent.
 *
 * @throws {InvalidOptionsError} `INVALID_OPTIONS` naming each option, its value and the rule.
 */
export class ManagedClient<C extends DriverClient> implements AsyncDisposable {
  readonly #options: ResolvedClientOptions<C>;
  readonly #events: Events<ManagedClientEvents> = createEvents();
  readonly #closing = new AbortController();
  #keeper: ClientKeeper<C> | undefined;
  #connecting: Promise<void> | undefined;
  #ending: Promise<void> | undefined;

  constructor(options: ManagedClientOptions<C>) {
    this.#options = resolveClientOptions(options);
  }

  /** The client that serves now, for what is not passed through: do not keep it, and do not shut it down. Undefined before `connect`. */
  get client(): C | undefined {
    return this.#keeper?.current.client;
  }

  /** The number of the client that serves now, 1 for the first; 0 before `connect`. */
  get generation(): number {
    return this.#keeper?.current.number ?? 0;
  }

  /** Listens until unsubscribed. Returns the unsubscribe. */
  on<K extends keyof ManagedClientEvents & string>(event: K, listener: (...values: ManagedClientEvents[K]) => void): () => void {
    return this.#events.on(event, listener);
  }

  /**
   * Waits for a peer and connects, trying again while no host is available, for `connectTimeoutMs`. Calls share one attempt; after it failed,
   * the next call makes another. Rejects with the last error of the driver, at once where trying again does not help (a wrong password or
   * data centre), with `PEERS_NOT_READY`, or with `CLOSED`.
   */
  connect(): Promise<void> {
    if (this.#closing.signal.aborted) return Promise.reject(closedError());
    this.#connecting ??= this.#connect().catch((error: unknown) => {
      this.#connecting = undefined;
      throw error;
    });
    return this.#connecting;
  }

  /** `Client.execute` of the driver, in the form that gives a promise. Connects first, if need be. */
  readonly execute: PromiseForm<C['execute']> = this.#passed('execute');

  /** `Client.batch` of the driver, in the form that gives a promise. Connects first, if need be. */
  readonly batch: PromiseForm<C['batch']> = this.#passed('batch');

  /**
   * `Client.stream` of the driver. Its client is let go when the stream has ended, failed or closed.
   *
   * @throws {DiscoveryError} `CLOSED` before `connect` has resolved and after `shutdown`.
   */
  readonly stream: C['stream'] = this.#streamed();

  /** Runs anything else on the client that serves now (`eachRow`, concurrent calls, a mapper); it is not shut down before the promise ends. */
  async use<T>(act: (client: C) => Promise<T>): Promise<T> {
    // At once where there is a client: a shutdown that comes right after waits for it.
    if (this.#keeper === undefined) await this.connect();
    const keeper = this.#serving();
    const { current } = keeper;
    const release = current.lease();
    try {
      const value = await act(current.client);
      keeper.reached(current);
      return value;
    } catch (error) {
      if (isNoHostAvailable(error)) keeper.reachedNobody(current);
      throw error;
    } finally {
      release();
    }
  }

  /**
   * Ends everything: waits for requests under way, for `drainMs` at most. Later requests reject with `CLOSED`. Calls share one end. An attempt
   * to connect is not waited for: its client is shut down when the driver has come to an end with it.
   */
  shutdown(): Promise<void> {
    this.#ending ??= this.#end();
    return this.#ending;
  }

  /** As `shutdown`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.shutdown();
  }

  async #end(): Promise<void> {
    this.#closing.abort(closedError());
    await Promise.allSettled([this.#connecting]);
    await this.#keeper?.ended();
  }

  async #connect(): Promise<void> {
    const { signal } = this.#closing;
    const first = await connectFirst(this.#options, signal);
    this.#keeper = new ClientKeeper(first, this.#options, this.#events, signal);
  }

  #passed<K extends 'execute' | 'batch'>(method: K): PromiseForm<C[K]> {
    const call = async (...args: readonly unknown[]): Promise<unknown> => {
      refuse(args.some((each) => typeof each === 'function') ? [callbackIssue(method)] : []);
      return await this.use(async (client): Promise<unknown> => await Reflect.apply(client[method], client, args));
    };
    // The arguments and the result are those of the driver's method, which the type takes from there.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return call as unknown as PromiseForm<C[K]>;
  }

  #streamed(): C['stream'] {
    return (...args: readonly unknown[]): unknown => {
      const keeper = this.#serving();
      const { current } = keeper;
      const { client } = current;
      const stream: unknown = Reflect.apply(Reflect.get(client, 'stream'), client, args);
      const release = current.lease();
      leaseUntilEnd(stream, (error) => {
        release();
        if (isNoHostAvailable(error)) keeper.reachedNobody(current);
      });
      return stream;
    };
  }

  #serving(): ClientKeeper<C> {
    this.#closing.signal.throwIfAborted();
    if (this.#keeper === undefined) throw new DiscoveryError('CLOSED', 'the client has not connected yet');
    return this.#keeper;
  }
}

/** The promise would resolve with nothing, before the request has ended. */
function callbackIssue(method: string): OptionIssue {
  return { path: `${method}.callback`, value: 'a function', rule: 'there is no callback, take the promise' };
}

function closedError(): DiscoveryError {
  return new DiscoveryError('CLOSED', 'the client is shut down');
}
