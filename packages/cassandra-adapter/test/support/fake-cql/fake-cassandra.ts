import type { Cluster, HeadlessService, StatefulSet } from '@peerset/testkit';
import { FakeServer } from './fake-server.ts';
import { select, type NodeFacts } from './topology.ts';

/*
 * A Cassandra without Cassandra: servers that speak as much CQL as a driver needs to connect and to read, on the addresses of the pods of a
 * simulated StatefulSet. Every node knows at once where the others are. A SELECT from no system table gives the name of the node.
 *
 *   await using fake = await FakeCassandra.start(cluster, 'rolling', port);   // pods cass-0..2 in the namespace `rolling`
 *   await fake.move(1);                  // its connections are reset, it is back on another address; `{ isTold: true }`: with events
 *   await fake.vanish([0, 1, 2]);        // no packet comes back from the old addresses; the nodes are on others
 *   await fake.stop(1); await fake.start(1);   fake.cut();   fake.connectionCounts
 */

/** How a fake begins. */
export interface FakeCassandraOptions {
  /** Nodes, 1 and up. Default 3. */
  readonly replicas?: number;
  /** `user:password` of the one who is let in. Default: everyone is. */
  readonly login?: string;
}

/** A cluster of fake nodes, and what can happen to it. */
export class FakeCassandra implements AsyncDisposable {
  readonly service: HeadlessService;
  readonly statefulSet: StatefulSet;
  readonly port: number;
  readonly #login: string | undefined;
  readonly #running = new Map<number, FakeServer>();
  /** Servers on addresses that are the pod's no longer. */
  readonly #silent: FakeServer[] = [];
  /** Addresses that the nodes believe in, whatever DNS shows. */
  readonly #forgotten = new Map<number, string>();

  readonly #tokenless = new Set<number>();

  private constructor(cluster: Cluster, name: string, port: number, { replicas = 3, login }: FakeCassandraOptions) {
    this.service = cluster.headlessService('cass', { namespace: name });
    this.statefulSet = this.service.statefulSet('cass', { replicas });
    this.port = port;
    this.#login = login;
  }

  static async start(cluster: Cluster, name: string, port: number, options: FakeCassandraOptions = {}): Promise<FakeCassandra> {
    const fake = new FakeCassandra(cluster, name, port, options);
    for (const { ordinal } of fake.statefulSet.pods) await fake.start(ordinal);
    return fake;
  }

  /** FQDNs of all pods. */
  get hosts(): readonly string[] {
    return this.statefulSet.pods.map(({ host }) => host);
  }

  /** Addresses of all pods. */
  get addresses(): readonly string[] {
    return this.#nodes.map(({ address }) => address);
  }

  /** Open connections of each node that runs, by ordinal. */
  get connectionCounts(): readonly number[] {
    return [...this.#running].toSorted(([a], [b]) => a - b).map(([, server]) => server.connectionCount);
  }

  async start(ordinal: number): Promise<void> {
    const answers = { login: this.#login, select: (query: string) => select(query, this.#node(ordinal), this.#nodes) };
    this.#running.set(ordinal, await FakeServer.start(this.#node(ordinal).address, this.port, answers));
  }

  async stop(ordinal: number): Promise<void> {
    await this.#running.get(ordinal)?.stop();
    this.#running.delete(ordinal);
  }

  /** One node more, of which the others tell their clients. */
  async add(): Promise<void> {
    const ordinal = this.statefulSet.replicas;
    const others = [...this.#running.values()];
    this.statefulSet.scale(ordinal + 1);
    await this.start(ordinal);
    for (const server of others) {
      server.tell('TOPOLOGY_CHANGE', 'NEW_NODE', this.#node(ordinal).address, this.port);
      server.tell('STATUS_CHANGE', 'UP', this.#node(ordinal).address, this.port);
    }
  }

  /** The others still show the present address of a node, wherever its pod goes. */
  forget(ordinal: number): void {
    this.#forgotten.set(ordinal, this.#node(ordinal).address);
  }

  /** Nodes tell where one is some 50 ms before they tell its tokens, when it moves or joins: here for as long, and itself included, as a client may ask any. */
  showTokens(ordinal: number, isShown: boolean): void {
    if (isShown) this.#tokenless.delete(ordinal);
    else this.#tokenless.add(ordinal);
  }

  /** Resets all connections of all nodes. */
  cut(): void {
    for (const server of this.#running.values()) server.cut();
  }

  /** A node ends with a reset and is back on another address. `isTold`: the others tell their clients. */
  async move(ordinal: number, { isTold = false } = {}): Promise<void> {
    const before = this.#node(ordinal).address;
    await this.stop(ordinal);
    this.statefulSet.pod(ordinal).restart();
    await this.start(ordinal);
    if (!isTold) return;
    const others = [...this.#running].filter(([each]) => each !== ordinal).map(([, server]) => server);
    const { address } = this.#node(ordinal);
    for (const server of others) {
      server.tell('TOPOLOGY_CHANGE', 'REMOVED_NODE', before, this.port);
      server.tell('TOPOLOGY_CHANGE', 'NEW_NODE', address, this.port);
      server.tell('STATUS_CHANGE', 'UP', address, this.port);
    }
  }

  /** All nodes end, and only then come back on other addresses. */
  async moveAll(): Promise<void> {
    const ordinals = this.statefulSet.pods.map(({ ordinal }) => ordinal);
    for (const ordinal of ordinals) await this.stop(ordinal);
    for (const ordinal of ordinals) this.statefulSet.pod(ordinal).restart();
    for (const ordinal of ordinals) await this.start(ordinal);
  }

  /** Nodes go without a word: nothing comes back from their old addresses, and they are on others. */
  async vanish(ordinals: readonly number[]): Promise<void> {
    for (const ordinal of ordinals) {
      const server = this.#running.get(ordinal);
      server?.fallSilent();
      if (server) this.#silent.push(server);
      this.statefulSet.pod(ordinal).restart();
      await this.start(ordinal);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#running.values(), ...this.#silent].map((server) => server.stop()));
  }

  get #nodes(): readonly NodeFacts[] {
    return this.statefulSet.pods.map(({ ordinal }) => this.#node(ordinal));
  }

  #node(ordinal: number): NodeFacts {
    const { addresses } = this.statefulSet.pod(ordinal);
    return { ordinal, address: this.#forgotten.get(ordinal) ?? addresses[0] ?? '', hasTokens: !this.#tokenless.has(ordinal) };
  }
}
