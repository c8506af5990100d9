import { MongoClient, MongoServerError, type MongoClientOptions } from 'mongodb';

/** What a command came to: the reply, or the code of the server's error. */
export type Answer = Readonly<Record<string, unknown>> & { readonly code?: number };

/** A client of one server, for commands. */
export interface Asker extends AsyncDisposable {
  /** Runs a command, on `admin` unless told otherwise; an error of the server is an answer too. */
  ask(command: Record<string, unknown>, database?: string): Promise<Answer>;
}

/** Connects to one server at `address`, as a sidecar does. */
export async function askMember(address: string, options: MongoClientOptions = {}): Promise<Asker> {
  const client = new MongoClient(`mongodb://${address}/`, { directConnection: true, serverSelectionTimeoutMS: 20_000, ...options });
  await client.connect();
  return {
    async ask(command, database = 'admin') {
      try {
        return await client.db(database).command(command);
      } catch (error) {
        if (error instanceof MongoServerError) return { code: Number(error.code), errmsg: error.message };
        throw error;
      }
    },
    [Symbol.asyncDispose]: () => client.close(),
  };
}
