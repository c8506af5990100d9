import type { LookupFunction } from 'node:net';

/** A document of BSON, as the driver gives and takes it. */
export type Document = Readonly<Record<string, unknown>>;

/** The caller's `mongodb` module, or as much of it as is used: the package itself depends on no driver. */
export interface MongoDriver {
  readonly MongoClient: new (uri: string, options: { lookup: LookupFunction }) => DriverClient;
}

/** What is used of a `MongoClient`. */
export interface DriverClient {
  /** Rejects when no server is found in time, or the login is refused. */
  connect(): Promise<unknown>;
  /** A database by name. */
  db(name: string): DriverDatabase;
  /** Ends what is under way, and leaves no socket. */
  close(): Promise<unknown>;
}

/** What is used of a `Db`. */
export interface DriverDatabase {
  /** Runs a command. Rejects with the server's `code`, where there is one. */
  command(command: Record<string, unknown>): Promise<Record<string, unknown>>;
}
