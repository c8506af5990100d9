import type { Peer } from '@peerset/core';
import { DiscoveryError } from '@peerset/core/errors';
import type { DriverClient } from './cassandra-driver.ts';
import { cassandraClientOptions } from './client-options.ts';
import { closeLateHosts } from './close-late-hosts.ts';
import { contactPoints } from './contact-points.ts';
import { localBy } from './distance.ts';
import type { IsLocal } from './distance.ts';
import { hostOfEndpoint, isAmong } from './endpoint.ts';
import { givenOptions } from './given-options.ts';
import type { HostView } from './host-view.ts';
import type { ResolvedClientOptions } from './managed-client-options.ts';
import { unlessAborted } from './unless-aborted.ts';

/** One client of the driver, and who uses it. */
export class ClientGeneration<C extends DriverClient> {
  readonly number: number;
  readonly client: C;
  readonly #options: ResolvedClientOptions<C>;
  /** Given to the driver, which reads it again when it has lost everyone. */
  readonly #contactPoints: string[];
  readonly #isLocal: IsLocal;
  readonly #wake = new Set<() => void>();
  #users = 0;
  #connecting: Promise<void> | undefined;
  /** When it connected, and whom its token map has since. */
  #connected: { readonly atMs: number; readonly mapped: ReadonlySet<string> } | undefined;

  constructor(number: number, options: ResolvedClientOptions<C>) {
    const { driver, datacenter, port } = options;
    const given = givenOptions(options.clientOptions);
    this.number = number;
    this.#options = options;
    this.#contactPoints = contactsOf(options);
    const full = cassandraClientOptions(driver, { contactPoints: this.#contactPoints, datacenter, port, options: given });
    this.#isLocal = localBy(given, datacenter);
    this.client = Reflect.construct(driver.Client, [full]);
  }

  /** Resolves once the driver has connected and filled its pools. Rejects with its error, or with the signal's reason as soon as that aborts. */
  async connect(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.#connecting = this.client.connect();
    await unlessAborted(this.#connecting, signal);
    // The others tell of a node first where it is, and some 50 ms later what it owns: the token map leaves it out in between.
    const owners = this.hosts().filter(({ hasTokens }) => hasTokens);
    const mapped = new Set(owners.map(({ endpoint }) => hostOfEndpoint(endpoint)));
    this.#connected = { atMs: this.#options.watcher.clock.nowMs(), mapped };
  }

  get connectedAtMs(): number {
    return this.#connected?.atMs ?? 0;
  }

  /** The hosts that its token map knows, without ports. */
  get mapped(): ReadonlySet<string> {
    return this.#connected?.mapped ?? new Set();
  }

  hosts(): readonly HostView[] {
    const state = this.client.getState();
    return this.client.hosts.values().map((host) => ({
      endpoint: host.address,
      isUp: host.isUp(),
      isLocal: this.#isLocal(host),
      openConnections: state.getOpenConnections(host),
      hasTokens: host.tokens === undefined || (host.tokens?.length ?? 0) > 0,
    }));
  }

  /** Endpoints of all hosts that have connections; asks no policy. */
  connectedEndpoints(): ReadonlySet<string> {
    const state = this.client.getState();
    const hosts = this.client.hosts.values().filter((host) => state.getOpenConnections(host) > 0);
    return new Set(hosts.map(({ address }) => address));
  }

  /** Names of the peers in its token map. */
  namesAmong(peers: readonly Peer[]): readonly string[] {
    return peers.filter((peer) => isAmong(peer, this.mapped)).map(({ name }) => name);
  }

  /** Lets the driver begin with who is there now, should it lose everyone. While nobody is there in its data centre, with who was. */
  refreshContactPoints(): void {
    const contacts = contactsNow(this.#options);
    if (contacts !== undefined) this.#contactPoints.splice(0, this.#contactPoints.length, ...contacts);
  }

  /** Uses the client; it is not shut down meanwhile. Returns what ends the use. */
  lease(): () => void {
    this.#users += 1;
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.#users -= 1;
      if (this.#users === 0) for (const wake of this.#wake) wake();
    };
  }

  /**
   * Waits for the uses to end, for `limitMs` at most, then shuts the client down. Resolves with the uses that did not end. An attempt to connect
   * is waited for, since the driver leaves connections behind when it is shut down meanwhile.
   */
  async retire(limitMs: number): Promise<number> {
    await this.#connecting?.catch(() => {});
    if (this.#users > 0) {
      const idle = new Promise<void>((resolve) => void this.#wake.add(resolve));
      const over = new AbortController();
      await Promise.race([idle, this.#options.watcher.clock.sleep(limitMs, over.signal).catch(() => {})]);
      over.abort();
    }
    const cut = this.#users;
    try {
      await this.client.shutdown();
    } catch {
      // There is nothing that anyone could do about a client that cannot be shut down.
    }
    closeLateHosts(this.client);
    return cut;
  }
}

/** Undefined while none of the nodes that may be asked is there: no error of whoever watches. */
function contactsNow<C extends DriverClient>(options: ResolvedClientOptions<C>): readonly string[] | undefined {
  try {
    return contactsOf(options);
  } catch (error) {
    if (error instanceof DiscoveryError && error.code === 'UNUSABLE_SNAPSHOT') return undefined;
    throw error;
  }
}

/** Names in the order of seeds, then what they resolve to now: the system's resolver may lag behind the watcher. */
function contactsOf<C extends DriverClient>({ watcher, declared, datacenter }: ResolvedClientOptions<C>): string[] {
  const { snapshot } = watcher;
  const names = contactPoints(snapshot, declared === undefined ? {} : { declared, datacenter });
  const addresses = snapshot.peers.filter(({ host }) => names.includes(host)).flatMap((peer) => peer.addresses);
  return [...names, ...addresses];
}
