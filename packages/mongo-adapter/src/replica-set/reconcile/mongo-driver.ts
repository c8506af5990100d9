import type { LookupFunction } from 'node:net';

/** A document of BSON, as the driver gives and takes it. */
export type Document = Readonly<Record<string, unknown>>;

/** The caller's `mongodb` module, or as much of it as is used: the package itself depends on no driver. */
export interface MongoDriver {
  readonly MongoClient: new (uri: string, options: { lookup: LookupFunction }) => DriverClient;
}

/** What is used of a `MongoClient`. */
export interface DriverClient {
  connect(): Promise<unknown>;
  db(name: string): { command(command: Record<string, unknown>): Promise<Record<string, unknown>> };
  close(): Promise<unknown>;
}
