import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { encodeReply, type Fields, readRequest, splitMessages, type WireRequest } from './wire-message.ts';

/** One client's connection, as commands see it. */
export interface Session {
  /** By the member's local listener: what a sidecar in the pod has as 127.0.0.1. */
  readonly isLocal: boolean;
  /** Aborts when the connection is gone. */
  readonly gone: AbortSignal;
  /** Who has authenticated on it. */
  user: string | undefined;
  /** An authentication that is under way. */
  conversation: ((payload: string) => string) | undefined;
}

/** Answers a request with one reply, or with a stream that ends when the connection does; undefined hangs up. */
export type Respond = (request: WireRequest, session: Session) => AsyncIterable<Fields | undefined>;

/** `closed`, as by a process that exits, or `reset`, as by a machine that does not know the connection any more. */
export type Ending = 'closed' | 'reset';

/** A listener of a member. */
export interface WireServer {
  readonly port: number;
  /** Ends all connections of clients; new ones are taken. */
  dropConnections(how: Ending): void;
  close(how: Ending): Promise<void>;
}

/** Starts to listen. `isOpen` is asked for each new connection: who may not come in is hung up on. */
export async function listen(
  { host, port, isLocal }: { readonly host: string; readonly port: number; readonly isLocal: boolean },
  isOpen: () => boolean,
  respond: Respond,
): Promise<WireServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    if (!isOpen()) {
      socket.resetAndDestroy();
      return;
    }
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    serve(socket, isLocal, respond);
  });
  server.listen(port, host);
  await once(server, 'listening');
  const dropConnections = (how: Ending): void =>
    sockets.forEach((socket) => (how === 'reset' ? socket.resetAndDestroy() : socket.destroy()));
  return {
    port: portOf(server),
    dropConnections,
    async close(how) {
      const closed = once(server, 'close');
      server.close();
      dropConnections(how);
      await closed;
    },
  };
}

function serve(socket: Socket, isLocal: boolean, respond: Respond): void {
  const controller = new AbortController();
  const session: Session = { isLocal, gone: controller.signal, user: undefined, conversation: undefined };
  let received: Buffer = Buffer.alloc(0);
  socket.setNoDelay();
  // A client that hangs up ends its own connection, nothing else.
  socket.on('error', () => {});
  socket.on('close', () => controller.abort());
  socket.on('data', (chunk: Buffer) => {
    const { messages, rest } = splitMessages(Buffer.concat([received, chunk]));
    received = rest;
    for (const message of messages) void answer(socket, readRequest(message), respond, session);
  });
}

async function answer(socket: Socket, request: WireRequest, respond: Respond, session: Session): Promise<void> {
  let responseTo = request.requestId;
  for await (const reply of respond(request, session)) {
    if (reply === undefined) socket.destroy();
    if (reply === undefined || session.gone.aborted) return;
    if (request.isOneWay) continue;
    const { id, bytes } = encodeReply(reply, { isLegacy: request.isLegacy, responseTo, isMoreToCome: request.isExhaustAllowed });
    socket.write(bytes);
    responseTo = id;
  }
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('it listens on no port');
  return address.port;
}
