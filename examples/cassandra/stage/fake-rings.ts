import { setTimeout as sleep } from 'node:timers/promises';
import { FakeServer } from '../../../packages/cassandra-adapter/test/support/fake-cql/fake-server.ts';
import { select } from '../../../packages/cassandra-adapter/test/support/fake-cql/topology.ts';
import type { NodeFacts } from '../../../packages/cassandra-adapter/test/support/fake-cql/topology.ts';

const JOIN_MS = 300;

/** A node that starts. */
interface StartingNode extends NodeFacts {
  readonly name: string;
  /** The addresses that the names on its list lead to. */
  readonly seeds: readonly string[];
}

/** A node on its disk: the ring that it is in, which it remembers over restarts. */
interface Member {
  readonly ring: number;
  readonly facts: NodeFacts;
  readonly server: FakeServer | undefined;
}

/**
 * What seeds do to simulated nodes: what they do to those of Cassandra 5.0. Lists of seeds that would end a node, found a second cluster beside
 * one that answers, or leave data unstreamed, are errors here.
 */
export class FakeRings implements AsyncDisposable {
  /** Called while a node joins, which lasts until it has resolved. */
  whileJoining: (name: string) => Promise<void> = async () => {};
  readonly #port: number;
  readonly #members = new Map<string, Member>();
  #ringCount = 0;
  #joiner: string | undefined;

  constructor(port: number) {
    this.#port = port;
  }

  /** How many rings were founded. */
  get count(): number {
    return this.#ringCount;
  }

  /** The names of those that serve, ring by ring. */
  get serving(): readonly (readonly string[])[] {
    const rings = Array.from({ length: this.#ringCount }, (): string[] => []);
    for (const [name, { ring, server }] of this.#members) if (server) rings[ring]?.push(name);
    return rings.map((names) => names.toSorted());
  }

  /** Resolves when it serves CQL. Rejects where Cassandra would have ended, or done damage. */
  async start(node: StartingNode): Promise<void> {
    const { name, address, ordinal } = node;
    const before = this.#members.get(name);
    const ring = before?.ring ?? (await this.#enter(node));
    this.#refuseLonely(node);
    const facts: NodeFacts = { ordinal, address };
    const nodes = (): readonly NodeFacts[] => [...this.#members.values()].filter((each) => each.ring === ring).map((each) => each.facts);
    this.#members.set(name, { ring, facts, server: undefined });
    const server = await FakeServer.start(address, this.#port, { login: undefined, select: (query) => select(query, facts, nodes()) });
    this.#tellOthers(ring, address, before?.facts.address);
    this.#members.set(name, { ring, facts, server });
  }

  /** It ends with a reset; its disk stays. */
  async stop(name: string): Promise<void> {
    const member = this.#members.get(name);
    await member?.server?.stop();
    if (member) this.#members.set(name, { ...member, server: undefined });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#members.keys()].map((name) => this.stop(name)));
  }

  /** The ring of a node with an empty disk. */
  async #enter({ name, address, seeds }: StartingNode): Promise<number> {
    const ring = this.#ringThrough(seeds.filter((seed) => seed !== address));
    if (ring === undefined) {
      if (!seeds.includes(address)) throw new Error(`${name} ends: it can gossip with nobody`);
      this.#ringCount += 1;
      return this.#ringCount - 1;
    }
    if (seeds.includes(address)) throw new Error(`${name} lists itself: it would stream nothing`);
    if (this.#joiner !== undefined) throw new Error(`${name} joins while ${this.#joiner} does: nothing would protect their ranges`);
    this.#joiner = name;
    await Promise.all([sleep(JOIN_MS), this.whileJoining(name)]);
    this.#joiner = undefined;
    return ring;
  }

  #refuseLonely({ name, address, seeds }: StartingNode): void {
    if (seeds.length === 0) throw new Error(`${name} ends: nothing on its list resolves`);
    if (!seeds.includes(address) && this.#ringThrough(seeds) === undefined) throw new Error(`${name} ends: it can gossip with nobody`);
  }

  /** Clients hear of it from the nodes that they listen to. */
  #tellOthers(ring: number, address: string, before: string | undefined): void {
    const others = [...this.#members.values()].flatMap((each) => (each.ring === ring && each.server ? [each.server] : []));
    for (const server of others) {
      if (before !== undefined) server.tell('TOPOLOGY_CHANGE', 'REMOVED_NODE', before, this.#port);
      server.tell('TOPOLOGY_CHANGE', 'NEW_NODE', address, this.#port);
      server.tell('STATUS_CHANGE', 'UP', address, this.#port);
    }
  }

  #ringThrough(seeds: readonly string[]): number | undefined {
    return [...this.#members.values()].find(({ facts, server }) => server && seeds.includes(facts.address))?.ring;
  }
}
