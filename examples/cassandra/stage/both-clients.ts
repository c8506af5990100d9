import { cassandraClientOptions, contactPoints } from '@peerset/cassandra-adapter';
import cassandra, { type Client } from 'cassandra-driver';
import { connectedAddresses, mappedAddresses } from '../../../packages/cassandra-adapter/test/client/client-stage.ts';
import { startApp } from '../app.ts';
import type { App } from '../app.ts';
import type { Say } from '../app.ts';
import type { ColorRacks } from './color-racks.ts';
import { Reader } from './reader.ts';
import { LONGEST_STEP_MS } from './step.ts';
import type { Wanted } from './step.ts';

/** Decides sooner than by default: nobody wants to watch a demo for a minute. */
const SOON = { checkIntervalMs: 50, minAgeMs: 200, settleMs: 400, noHostAfterMs: 200, unconnectedAfterMs: 600 } as const;

/** The application, and beside it a client of the driver alone with the same options: both read all the time. */
export class BothClients implements AsyncDisposable {
  readonly #racks: ColorRacks;
  readonly #app: App;
  readonly #plain: Client;
  readonly #reader: Reader;
  readonly #plainReader: Reader;

  private constructor(racks: ColorRacks, app: App, plain: Client) {
    this.#racks = racks;
    this.#app = app;
    this.#plain = plain;
    this.#reader = new Reader(() => app.read());
    this.#plainReader = new Reader(() => plain.execute('SELECT color', [], { isIdempotent: true }));
  }

  static async start(racks: ColorRacks, port: number, say: Say): Promise<BothClients> {
    const app = await startApp(racks.watch, { datacenter: 'dc1', port, ...SOON }, (line) => say(`app: ${line}`));
    const points = contactPoints(app.watcher.snapshot);
    const plain = new cassandra.Client(cassandraClientOptions(cassandra, { contactPoints: points, datacenter: 'dc1', port }));
    await plain.connect();
    return new BothClients(racks, app, plain);
  }

  get whole(): Wanted {
    const isWhole = (): boolean => this.#reached(this.#app.client.client).every((count) => count === 3);
    return ['the app is connected to all nodes, and knows their tokens', isWhole];
  }

  get unfailing(): Wanted {
    return ['no read failed', () => this.#reader.failed === 0];
  }

  /** Counts from here on. */
  reset(): void {
    this.#reader.reset();
    this.#plainReader.reset();
  }

  /**
   * What both have met, and whom they reach, once the app was answered so often in a row. By default that takes 3 s, in which the driver alone
   * acts on what the nodes tell it.
   */
  async figures(readsInARow = 150): Promise<readonly string[]> {
    await this.#reader.untilAnswered(readsInARow, LONGEST_STEP_MS);
    const line = (name: string, { answered, failed }: Reader, client: Client | undefined): string => {
      const [connected, mapped] = this.#reached(client);
      return `${name}: ${answered + failed} reads, ${failed} failed; ${connected} of 3 nodes connected, ${mapped} of 3 in its token map`;
    };
    return [line('app', this.#reader, this.#app.client.client), line('driver alone', this.#plainReader, this.#plain)];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#reader[Symbol.asyncDispose](), this.#plainReader[Symbol.asyncDispose]()]);
    await Promise.all([this.#app[Symbol.asyncDispose](), this.#plain.shutdown()]);
  }

  /** How many of the present nodes a client is connected to, and how many are in its token map. */
  #reached(client: Client | undefined): readonly [number, number] {
    const { addresses } = this.#racks;
    const present = (list: readonly string[]): number => list.filter((address) => addresses.includes(address)).length;
    return [present(connectedAddresses(client)), present(mappedAddresses(client))];
  }
}
