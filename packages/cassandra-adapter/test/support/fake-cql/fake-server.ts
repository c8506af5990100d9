import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { frame, FrameReader, replies, requests, type Frame } from './frames.ts';
import { errorBody, keyspaceResult, nodeEvent, queryText, rowsResult, short, text, voidResult, type Row } from './notations.ts';

/** What a server answers with. */
export interface Answers {
  /** The rows of a SELECT. */
  select(query: string): readonly Row[];
  /** Whom it lets in, as `user:password`; undefined: everyone. */
  readonly login: string | undefined;
}

const authenticator = 'org.apache.cassandra.auth.PasswordAuthenticator';
const protocolError = 0x0a;
const badCredentials = 0x0100;

/** One process that speaks CQL on one address. */
export class FakeServer {
  readonly #answers: Answers;
  readonly #sockets = new Set<Socket>();
  readonly #registered = new Set<Socket>();
  readonly #server: Server;
  #isSilent = false;

  private constructor(answers: Answers) {
    this.#answers = answers;
    this.#server = createServer((socket) => this.#serve(socket));
  }

  static async start(address: string, port: number, answers: Answers): Promise<FakeServer> {
    const server = new FakeServer(answers);
    server.#server.listen(port, address);
    await once(server.#server, 'listening');
    return server;
  }

  /** Connections that are open. */
  get connectionCount(): number {
    return this.#sockets.size;
  }

  /** From now on nothing is answered and nothing refused, as when a node is gone and no packet comes back. */
  fallSilent(): void {
    this.#isSilent = true;
  }

  /** Resets all connections; the server stays. */
  cut(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  /** Tells those who registered for events. */
  tell(type: 'TOPOLOGY_CHANGE' | 'STATUS_CHANGE', change: string, address: string, port: number): void {
    for (const socket of this.#registered) socket.write(frame(-1, replies.event, nodeEvent(type, change, address, port)));
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.cut();
    await closed;
  }

  #serve(socket: Socket): void {
    const reader = new FrameReader();
    this.#sockets.add(socket);
    // A client that goes away in the middle of an answer is nothing to complain about.
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#sockets.delete(socket);
      this.#registered.delete(socket);
    });
    socket.on('data', (chunk) => {
      if (this.#isSilent) return;
      for (const request of reader.push(chunk)) this.#answer(socket, request);
    });
  }

  #answer(socket: Socket, request: Frame): void {
    const [opcode, body] = request.version === 4 ? this.#reply(socket, request) : wrongVersion;
    socket.write(frame(request.stream, opcode, body));
  }

  #reply(socket: Socket, request: Frame): readonly [number, Buffer] {
    switch (request.opcode) {
      case requests.startup:
        return this.#answers.login === undefined ? [replies.ready, Buffer.alloc(0)] : [replies.authenticate, text(authenticator)];
      case requests.authResponse:
        return this.#authenticate(request);
      case requests.options:
        return [replies.supported, short(0)];
      case requests.register:
        this.#registered.add(socket);
        return [replies.ready, Buffer.alloc(0)];
      case requests.query:
        return [replies.result, this.#query(queryText(request))];
      case requests.batch:
        return [replies.result, voidResult];
      default:
        return [replies.error, errorBody(protocolError, `there is no opcode ${request.opcode} here`)];
    }
  }

  /** The token is `\0user\0password`, after its length. */
  #authenticate({ body }: Frame): readonly [number, Buffer] {
    const given = body.toString('utf8', 5).replace('\0', ':');
    if (given === this.#answers.login) return [replies.authSuccess, int0()];
    return [replies.error, errorBody(badCredentials, 'Provided username or password is not right')];
  }

  #query(query: string): Buffer {
    const [, keyspace] = /^USE "?(\w+)"?/i.exec(query) ?? [];
    if (keyspace !== undefined) return keyspaceResult(keyspace);
    return rowsResult(this.#answers.select(query));
  }
}

const wrongVersion: readonly [number, Buffer] = [
  replies.error,
  errorBody(protocolError, 'Invalid or unsupported protocol version: the highest here is 4'),
];

/** A token without bytes. */
function int0(): Buffer {
  return Buffer.from([0xff, 0xff, 0xff, 0xff]);
}
