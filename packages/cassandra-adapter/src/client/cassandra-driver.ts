/** The caller's `cassandra-driver` module, or as much of it as is used: the package itself depends on no driver. */
export interface CassandraDriver<C extends DriverClient = DriverClient> extends DriverPolicies {
  readonly Client: new (options: never) => C;
}

/** The part of the module that makes policies. */
export interface DriverPolicies<R extends object = object> {
  readonly policies: {
    /** Holds the class `AddressTranslator`, which the driver's own types do not show as one. */
    readonly addressResolution: object;
    readonly reconnection: { readonly ExponentialReconnectionPolicy: new (baseDelayMs: number, maxDelayMs: number) => R };
  };
}

/** What is used of a `Client`: see there. */
export interface DriverClient {
  readonly hosts: DriverHosts;
  /** Connects once, and fills the pools. */
  connect(): Promise<void>;
  /** Ends all connections. */
  shutdown(): Promise<void>;
  /** How it stands now. */
  getState(): DriverState;
  /** Runs a statement. */
  execute(...args: never): unknown;
  /** Runs several statements as one. */
  batch(...args: never): unknown;
  /** Runs a statement, row by row. */
  stream(...args: never): unknown;
}

/** The nodes that a client knows. */
export interface DriverHosts {
  /** All of them, up or not. */
  values(): readonly DriverHost[];
}

/** How a client stands. */
export interface DriverState {
  /** Connections to a host that are open. */
  getOpenConnections(host: DriverHost): number;
}

/** A node, as a client knows it. */
export interface DriverHost {
  /** `address:port`, or `name:port` where a translator says so. */
  readonly address: string;
  readonly datacenter: string;
  /** What it owns of the ring; null while the others have not told. Of a driver without this, all hosts have tokens. */
  readonly tokens?: readonly unknown[] | null;
  /** Whether the client holds it to be up. */
  isUp(): boolean;
}

/** The form of an overloaded function that gives a promise: its first one. The driver has three or four forms of each. */
export type PromiseForm<F> = F extends {
  (...args: infer A): Promise<infer R>;
  (...args: infer _B): void;
  (...args: infer _C): void;
  (...args: infer _D): void;
}
  ? (...args: A) => Promise<R>
  : never;
