import type { Client } from 'cassandra-driver';
import type { ManagedClient, ManagedClientOptions, Replaced } from '@peerset/cassandra-adapter';
import { pollUntil } from '../../../testkit/test/support/poll-until.ts';
import { ClientLoad } from './client-load.ts';
import { connectedAddresses, mappedAddresses, type Scene } from './client-stage.ts';

/** How one of the two came through. */
export interface Figures {
  readonly requests: number;
  readonly failed: number;
  readonly unanswered: number;
  /** Nodes that are there now and have a connection; those that are in the token map. */
  readonly connected: number;
  readonly mapped: number;
  /** What each node has answered in the last second, by ordinal. */
  readonly answers: readonly number[];
}

/** A managed client and the driver alone, with its own defaults, asking the same at the same time. */
export class ComparedClients implements AsyncDisposable {
  readonly managed: ManagedClient<Client>;
  readonly plain: Client;
  readonly replaced: readonly Replaced[];
  readonly #scene: Scene;
  readonly #loads: { readonly plain: ClientLoad; readonly managed: ClientLoad };
  readonly #sinceMs = performance.now();

  private constructor(scene: Scene, managed: ManagedClient<Client>, replaced: readonly Replaced[], plain: Client) {
    this.#scene = scene;
    this.managed = managed;
    this.replaced = replaced;
    this.plain = plain;
    this.#loads = { plain: new ClientLoad(() => nodeOf(plain)), managed: new ClientLoad(() => nodeOf(managed)) };
  }

  static async start(scene: Scene, options: Partial<ManagedClientOptions<Client>> = {}): Promise<ComparedClients> {
    const [{ client, replaced }, plain] = await Promise.all([scene.managedClient(options), scene.plainClient()]);
    return new ComparedClients(scene, client, replaced, plain);
  }

  /** Waits until the managed client has connections to every node and a token map of all of them. */
  async untilWhole(): Promise<void> {
    await pollUntil('connections to every node, and a token map of them', 15_000, async () => {
      const now = this.#scene.fake.addresses.toSorted().join();
      const { client } = this.managed;
      return (connectedAddresses(client).join() === now && mappedAddresses(client).join() === now) || undefined;
    });
  }

  /** Prints the figures of both. The driver has three seconds more, in which it tries to connect twice. Every node answers the managed client. */
  async figures(title: string): Promise<{ readonly plain: Figures; readonly managed: Figures }> {
    const healedMs = Math.round(performance.now() - this.#sinceMs);
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    for (const load of [this.#loads.plain, this.#loads.managed]) load.resetAnswers();
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await pollUntil('answers of every node to the managed client', 15_000, async () => {
      const { length } = Object.keys(this.#loads.managed.report.answersByHost);
      return length === this.#scene.fake.hosts.length || undefined;
    });
    const plain = this.#figuresOf(this.plain, this.#loads.plain);
    const managed = this.#figuresOf(this.managed.client, this.#loads.managed);
    const triggers = this.replaced.map(({ trigger }) => trigger).join(', ') || 'no replacement';
    console.log([`${title}, whole after ${healedMs} ms (${triggers})`, line('driver alone', plain), line('managed', managed)].join('\n'));
    return { plain, managed };
  }

  /** Ends both clients; what was on its way comes to something then. */
  async [Symbol.asyncDispose](): Promise<void> {
    const { plain, managed } = this.#loads;
    await Promise.all([plain.stop(), managed.stop(), this.plain.shutdown(), this.managed.shutdown()]);
  }

  #figuresOf(client: Client | undefined, load: ClientLoad): Figures {
    const { hosts, addresses } = this.#scene.fake;
    const { requests, failedAtMs, unanswered, answersByHost } = load.report;
    const present = (each: readonly string[]): number => each.filter((address) => addresses.includes(address)).length;
    return {
      requests,
      failed: failedAtMs.length,
      unanswered,
      connected: present(connectedAddresses(client)),
      mapped: present(mappedAddresses(client)),
      answers: hosts.map((_, ordinal) => answersByHost[`cass-${ordinal}`] ?? 0),
    };
  }
}

async function nodeOf(client: Pick<Client, 'execute'> | ManagedClient<Client>): Promise<string> {
  const result = await client.execute('SELECT node', [], { isIdempotent: true });
  return String(result.first()['node']);
}

function line(who: string, { requests, failed, unanswered, connected, mapped, answers }: Figures): string {
  const of = answers.length;
  return `  ${who}: ${failed} of ${requests} requests failed, ${unanswered} unanswered; ${connected} of ${of} connected, ${mapped} of ${of} in the token map; answers in the last second ${answers.join(' / ')}`;
}
