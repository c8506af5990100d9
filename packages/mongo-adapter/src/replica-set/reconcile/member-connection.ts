import type { LookupFunction } from 'node:net';
import type { Document, DriverClient, MongoDriver } from './mongo-driver.ts';

/** Where a server is, and how it is reached. */
export interface ConnectionOptions {
  readonly driver: MongoDriver;
  /** Of one host, with `directConnection`. May hold a password: never shown. */
  readonly uri: string;
  readonly lookup: LookupFunction;
}

/**
 * A direct connection to one server, opened by its first command. A client whose first connect failed stays dead, so the next command
 * begins with a new one; later the driver heals by itself.
 */
export class MemberConnection {
  readonly #options: ConnectionOptions;
  #current: { readonly client: DriverClient; readonly connected: Promise<unknown> } | undefined;
  #isClosed = false;

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  /** Runs one command on `admin`. Rejects as the driver does. */
  async command(command: Document): Promise<Document> {
    if (this.#isClosed) throw new Error('the connection is closed');
    const current = (this.#current ??= this.#open());
    try {
      await current.connected;
    } catch (error) {
      if (this.#current === current) this.#current = undefined;
      await current.client.close();
      throw error;
    }
    return current.client.db('admin').command({ ...command });
  }

  /** Ends commands under way, and a connect too; leaves no socket. Idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const current = this.#current;
    this.#current = undefined;
    await current?.client.close();
  }

  #open(): { readonly client: DriverClient; readonly connected: Promise<unknown> } {
    const { driver, uri, lookup } = this.#options;
    const client = new driver.MongoClient(uri, { lookup });
    return { client, connected: client.connect() };
  }
}
