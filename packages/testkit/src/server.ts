import { createSocket, type RemoteInfo, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Server, type Socket as TcpSocket } from 'node:net';
import { encodeFormatError, encodeGarbage, encodeReply, parseQuery, type Query } from './dns-message.ts';
import type { Rcode, Transport } from './records.ts';
import type { WorldReply } from './reply.ts';
import type { World } from './world.ts';

/** A DNS server on loopback. */
export interface DnsServer {
  /** `127.0.0.1:<port>`, for `Resolver.setServers`. */
  readonly address: string;
  /** Closes its sockets and connections. May be called again. */
  close(): Promise<void>;
}

const HOST = '127.0.0.1';

/** Chances to find a port that is free for both UDP and TCP when any port will do. */
const PORT_ATTEMPTS = 20;

/** How a reply leaves: as packets, or by hanging up. */
interface Wire {
  readonly transport: Transport;
  send(message: Buffer): void;
  reset(): void;
}

/** What a server answers from: a world, and one of its replicas; without one each question meets the replica that the world picks. */
interface Source {
  readonly world: World;
  readonly replica?: number;
}

/** Starts answering, over UDP and TCP on the same port. Port 0 takes a free one. */
export async function startServer(source: Source, port: number): Promise<DnsServer> {
  const { udp, tcp } = await bindBoth(port);
  const connections = new Set<TcpSocket>();
  udp.on('message', (message, client) => respond(source, message, udpWire(udp, client)));
  // Windows reports here that an earlier reply met a closed port. That client is gone; the others are not.
  udp.on('error', () => {});
  tcp.on('connection', (connection) => {
    connections.add(connection);
    connection.on('close', () => connections.delete(connection));
    serveConnection(source, connection);
  });

  let closing: Promise<void> | undefined;
  return {
    address: `${HOST}:${udp.address().port}`,
    close() {
      closing ??= closeAll(udp, tcp, connections);
      return closing;
    },
  };
}

function respond({ world, replica }: Source, message: Buffer, wire: Wire): void {
  const parsed = parseQuery(message);
  // Whoever closes the world alone has switched the server's knowledge off, not its sockets.
  if (parsed.kind === 'ignored' || world.isClosed) return;
  if (parsed.kind === 'malformed') {
    wire.send(encodeFormatError(parsed.id));
    return;
  }
  const { query } = parsed;
  if (!query.isInternet) {
    wire.send(encodeReply(query, emptyReply('REFUSED')));
    return;
  }
  const { name, type, ednsPayloadBytes } = query;
  const reply = world.answer({
    name,
    type,
    transport: wire.transport,
    ...(ednsPayloadBytes !== undefined && { ednsPayloadBytes }),
    ...(replica !== undefined && { replica }),
  });
  if (reply.kind === 'silence') return;
  if (reply.delayMs === 0) deliver(query, reply, wire);
  else world.clock.schedule(reply.delayMs, () => deliver(query, reply, wire));
}

function deliver(query: Query, reply: Exclude<WorldReply, { kind: 'silence' }>, wire: Wire): void {
  switch (reply.kind) {
    case 'garbage':
      wire.send(encodeGarbage(query));
      return;
    case 'reset':
      wire.reset();
      return;
    case 'reply':
      for (const packet of reply.packets) wire.send(encodeReply(packet === 'right' ? query : strayQuery(query, packet), reply));
      return;
    default:
      reply satisfies never;
  }
}

/** A question that nobody asked. */
function strayQuery(query: Query, kind: 'wrong-id' | 'wrong-question'): Query {
  if (kind === 'wrong-id') return { ...query, id: query.id ^ 0xffff };
  const questionBytes = Uint8Array.from(query.questionBytes);
  const typeAt = questionBytes.length - 3;
  // Of the type A it makes NS, of any type another.
  questionBytes[typeAt] = (questionBytes[typeAt] ?? 0) ^ 3;
  return { ...query, questionBytes };
}

function emptyReply(rcode: Rcode): Parameters<typeof encodeReply>[1] {
  return { rcode, isTruncated: false, answers: [], authority: [], additional: [] };
}

function udpWire(udp: UdpSocket, client: RemoteInfo): Wire {
  return {
    transport: 'udp',
    // The callback takes the error of a client that is gone, which is no concern of ours.
    send: (message) => udp.send(message, client.port, client.address, () => {}),
    // Nothing to hang up.
    reset: () => {},
  };
}

/** Messages over TCP have their length in front (RFC 1035 section 4.2.2); a client may send several without waiting. */
function serveConnection(source: Source, connection: TcpSocket): void {
  let received: Buffer = Buffer.alloc(0);
  const wire: Wire = {
    transport: 'tcp',
    send(message) {
      if (!connection.writable) return;
      const length = Buffer.alloc(2);
      length.writeUInt16BE(message.length);
      connection.write(Buffer.concat([length, message]));
    },
    reset: () => connection.resetAndDestroy(),
  };
  // A client that hangs up ends its own connection, not the server.
  connection.on('error', () => connection.destroy());
  connection.on('data', (chunk) => {
    received = Buffer.concat([received, chunk]);
    while (received.length >= 2) {
      const end = 2 + received.readUInt16BE(0);
      if (received.length < end) return;
      const message = received.subarray(2, end);
      received = received.subarray(end);
      respond(source, message, wire);
    }
  });
}

async function bindBoth(port: number): Promise<{ udp: UdpSocket; tcp: Server }> {
  for (let attempt = 1; ; attempt += 1) {
    const udp = await bindUdp(port);
    try {
      return { udp, tcp: await listenTcp(udp.address().port) };
    } catch (error) {
      udp.close();
      await once(udp, 'close');
      const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
      if (port !== 0 || !isTaken || attempt === PORT_ATTEMPTS) throw error;
    }
  }
}

async function bindUdp(port: number): Promise<UdpSocket> {
  const udp = createSocket('udp4');
  udp.bind(port, HOST);
  try {
    await once(udp, 'listening');
  } catch (error) {
    udp.close();
    throw error;
  }
  return udp;
}

async function listenTcp(port: number): Promise<Server> {
  const tcp = createServer();
  tcp.listen(port, HOST);
  await once(tcp, 'listening');
  return tcp;
}

async function closeAll(udp: UdpSocket, tcp: Server, connections: ReadonlySet<TcpSocket>): Promise<void> {
  const closed = Promise.all([once(udp, 'close'), once(tcp, 'close')]);
  udp.close();
  tcp.close();
  connections.forEach((connection) => connection.destroy());
  await closed;
}
