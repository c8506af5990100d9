import type { LookupFunction } from 'node:net';
import { mongoConnectionString } from '../../connection-string/connection-string.ts';
import type { MongoCredentials } from '../../connection-string/credentials.ts';
import { driverLookup } from '../../driver-lookup.ts';
import { MemberConnection } from './member-connection.ts';
import type { Document } from './mongo-driver.ts';
import type { ResolvedReconcilerOptions } from './reconciler-options.ts';
import { MAX_TIME_MS } from '../plan/replica-set-plan.ts';
import { codeOf } from './server-reply.ts';
import type { ServerReply } from './server-reply.ts';

const AUTHENTICATION_FAILED = 18;

/** The connections of one sidecar: to the server beside it, with credentials and without, and a short one to each member that is probed. */
export class SetConnections {
  readonly #options: ResolvedReconcilerOptions;
  readonly #bare: MemberConnection;
  readonly #known: MemberConnection | undefined;
  readonly #probes = new Set<MemberConnection>();
  #isClosed = false;

  constructor(options: ResolvedReconcilerOptions, selfHost: string) {
    const { localAddress, credentials } = options;
    this.#options = options;
    // By its own name, so that its certificate fits, and over the loopback, so that the localhost exception holds.
    const lookup: LookupFunction = (_, { all }, callback) => {
      const family = localAddress.includes(':') ? 6 : 4;
      if (all === true) callback(null, [{ address: localAddress, family }]);
      else callback(null, localAddress, family);
    };
    // A reconfiguration may take as long as it was given.
    const connect = (login: MongoCredentials | undefined): MemberConnection =>
      new MemberConnection({
        driver: options.driver,
        uri: this.#uriOf(selfHost, { port: options.localPort, socketTimeoutMS: MAX_TIME_MS + options.reachTimeoutMs }, login),
        lookup,
      });
    this.#bare = connect(undefined);
    this.#known = credentials && connect(credentials);
  }

  /**
   * A command for the server beside this sidecar. Where the user is not known, once more without: before there are users, the localhost
   * exception allows what is needed to make a set; after that the server refuses it.
   */
  async local(command: Document): Promise<ServerReply> {
    if (this.#known === undefined) return attempt(this.#bare, command);
    const reply = await attempt(this.#known, command);
    return !reply.isOk && reply.code === AUTHENTICATION_FAILED ? attempt(this.#bare, command) : reply;
  }

  /** `hello` of another member. Needs no user, and none is told to a server that may be anybody. */
  async probe(host: string): Promise<ServerReply> {
    if (this.#isClosed) return { isOk: false, code: undefined, error: new Error('the reconciler is closed') };
    const { driver, watcher, port, reachTimeoutMs } = this.#options;
    const connection = new MemberConnection({
      driver,
      uri: this.#uriOf(host, { port, socketTimeoutMS: reachTimeoutMs }, undefined),
      lookup: driverLookup(watcher),
    });
    this.#probes.add(connection);
    try {
      return await attempt(connection, { hello: 1 });
    } finally {
      this.#probes.delete(connection);
      await connection.close();
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const own = this.#known === undefined ? [this.#bare] : [this.#bare, this.#known];
    await Promise.all([...own, ...this.#probes].map((connection) => connection.close()));
  }

  #uriOf(
    host: string,
    { port, socketTimeoutMS }: { port: number; socketTimeoutMS: number },
    credentials: MongoCredentials | undefined,
  ): string {
    const { uriOptions, reachTimeoutMs } = this.#options;
    const [name = ''] = host.split('.');
    return mongoConnectionString([{ name, ordinal: undefined, host: host.replace(/:\d+$/, '') }], {
      appName: 'peerset',
      maxPoolSize: 2,
      ...uriOptions,
      port,
      directConnection: true,
      retryReads: false,
      connectTimeoutMS: reachTimeoutMs,
      serverSelectionTimeoutMS: reachTimeoutMs,
      socketTimeoutMS,
      ...(credentials && { credentials }),
    });
  }
}

async function attempt(connection: MemberConnection, command: Document): Promise<ServerReply> {
  try {
    return { isOk: true, document: await connection.command(command) };
  } catch (error) {
    return { isOk: false, code: codeOf(error), error };
  }
}
