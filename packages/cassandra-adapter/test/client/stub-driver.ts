import type { CassandraDriver, DriverClient, DriverHost } from '@peerset/cassandra-adapter';

/** A host that is what it is told to be. */
export class StubHost implements DriverHost {
  readonly address: string;
  readonly datacenter = 'dc1';
  connections: number;
  isUpNow = true;

  constructor(address: string, connections = 1) {
    this.address = `${address}:9042`;
    this.connections = connections;
  }

  isUp(): boolean {
    return this.isUpNow;
  }
}

/** What the next client is like. */
export interface ClientScript {
  readonly hosts: () => readonly StubHost[];
  /** Default: connects at once. */
  readonly connect?: () => Promise<void>;
  /** Default: shuts down at once. */
  readonly shutdown?: () => Promise<void>;
  /** Default: gives the number of the client. */
  readonly execute?: (...args: readonly unknown[]) => unknown;
  /** Default: the number of the client. */
  readonly stream?: () => unknown;
}

/** A client of the stub. */
export class StubClient implements DriverClient {
  readonly number: number;
  readonly options: object;
  readonly hosts: { values(): readonly StubHost[] };
  readonly all: readonly StubHost[];
  readonly #script: ClientScript;
  shutdowns = 0;

  constructor(number: number, script: ClientScript, options: object) {
    this.number = number;
    this.options = options;
    this.#script = script;
    this.all = script.hosts();
    this.hosts = { values: () => this.all };
  }

  async connect(): Promise<void> {
    await this.#script.connect?.();
  }

  async shutdown(): Promise<void> {
    this.shutdowns += 1;
    await this.#script.shutdown?.();
  }

  getState(): { getOpenConnections(host: DriverHost): number } {
    return { getOpenConnections: (host) => this.all.find((each) => each === host)?.connections ?? 0 };
  }

  execute(...args: readonly unknown[]): Promise<unknown> {
    const { execute = () => this.number } = this.#script;
    return Promise.resolve(Reflect.apply(execute, undefined, args));
  }

  batch(): Promise<unknown> {
    return Promise.resolve(this.number);
  }

  stream(): unknown {
    return this.#script.stream?.() ?? this.number;
  }
}

/** A driver without a network, and the clients that were made with it. */
export interface StubDriver extends CassandraDriver<StubClient> {
  readonly clients: StubClient[];
}

/** @param script - Of the client with this number, 1 for the first. */
export function stubDriver(script: (number: number) => ClientScript): StubDriver {
  const clients: StubClient[] = [];
  class Client extends StubClient {
    constructor(options: object) {
      super(clients.length + 1, script(clients.length + 1), options);
      clients.push(this);
    }
  }
  return { clients, Client, policies: { addressResolution: {}, reconnection: { ExponentialReconnectionPolicy: Object } } };
}

/** As the driver rejects when nobody is there. */
export function noHostAvailable(): Error {
  return Object.assign(new Error('All host(s) tried for query failed.'), { name: 'NoHostAvailableError', innerErrors: {} });
}
