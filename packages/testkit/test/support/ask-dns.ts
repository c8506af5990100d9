import { createSocket } from 'node:dgram';
import { connect } from 'node:net';

import { decode, encode, RECURSION_DESIRED, streamEncode, type Answer, type Packet, type RecordType } from 'dns-packet';

export type Transport = 'udp' | 'tcp';

export interface DnsQuestion {
  readonly name: string;
  /** A mnemonic that dns-packet knows, or a number (HTTPS is 65). */
  readonly type: RecordType | number;
  /** Default udp. There is never EDNS, so such an answer is cut at 512 bytes. */
  readonly transport?: Transport;
  /** Default 2000. */
  readonly timeoutMs?: number;
}

/** One DNS message as it came, nothing interpreted or retried. */
export interface DnsReply {
  /** `NOERROR`, `NXDOMAIN`, `SERVFAIL`, `REFUSED` ... */
  readonly rcode: string;
  readonly isAuthoritative: boolean;
  readonly isTruncated: boolean;
  /** The name in the question section, its case untouched. */
  readonly questionName: string | undefined;
  readonly answers: readonly Answer[];
  readonly authorities: readonly Answer[];
  readonly additionals: readonly Answer[];
  readonly sizeBytes: number;
}

let lastId = 0;

/**
 * Asks `server` (`127.0.0.1:5353`) one question with one packet: no retry, no search list, no TCP after truncation.
 *
 * Rejects when the connection is refused, and when no reply with the question's id has come in time.
 */
export async function askDns(server: string, { name, type, transport = 'udp', timeoutMs = 2_000 }: DnsQuestion): Promise<DnsReply> {
  const id = (lastId = (lastId + 1) % 65_536);
  const { hostname, port } = new URL(`dns://${server}`);
  const exchange = transport === 'udp' ? exchangeUdp : exchangeTcp;
  const reply = await new Promise<Buffer>((resolve, reject) => {
    const query: Packet = { type: 'query', id, flags: RECURSION_DESIRED, questions: [{ name, type: recordType(type) }] };
    const finish = (error: Error | undefined, message?: Buffer): void => {
      // A stray reply to a question that was given up earlier may arrive on the same port.
      if (message !== undefined && message.readUInt16BE(0) !== id) return;
      clearTimeout(timer);
      stop();
      if (message === undefined)
        reject(new Error(`asking ${server} for ${type} ${name} by ${transport} failed: ${error?.message}`, { cause: error }));
      else resolve(message);
    };
    const timer = setTimeout(() => finish(new Error(`no reply within ${timeoutMs} ms`)), timeoutMs);
    const stop = exchange(hostname, Number(port), query, finish);
  });
  return replyOf(reply);
}

type Finish = (error: Error | undefined, message?: Buffer) => void;
type Stop = () => void;

function exchangeUdp(address: string, port: number, query: Packet, finish: Finish): Stop {
  const socket = createSocket('udp4');
  socket.on('error', finish);
  socket.on('message', (message) => finish(undefined, message));
  // Only a connected socket hears that nobody listens on the port.
  socket.connect(port, address, () => socket.send(encode(query)));
  return () => socket.close();
}

function exchangeTcp(address: string, port: number, query: Packet, finish: Finish): Stop {
  const socket = connect(port, address, () => socket.write(streamEncode(query)));
  let received = Buffer.alloc(0);
  socket.on('error', finish);
  socket.on('close', () => finish(new Error('the server closed the connection')));
  socket.on('data', (chunk) => {
    received = Buffer.concat([received, chunk]);
    if (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) finish(undefined, received.subarray(2));
  });
  return () => socket.destroy();
}

function recordType(type: RecordType | number): RecordType {
  if (typeof type === 'string') return type;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- dns-packet reads any number written like this; its types do not say so
  return `UNKNOWN_${type}` as RecordType;
}

function replyOf(message: Buffer): DnsReply {
  const packet = decode(message);
  return {
    // Decoded packets have this field, the published types do not.
    rcode: 'rcode' in packet ? String(packet.rcode) : 'UNKNOWN',
    isAuthoritative: packet.flag_aa,
    isTruncated: packet.flag_tc,
    questionName: packet.questions?.[0]?.name,
    answers: packet.answers ?? [],
    authorities: packet.authorities ?? [],
    additionals: packet.additionals ?? [],
    sizeBytes: message.length,
  };
}
