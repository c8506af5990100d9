import { deserialize, serialize } from 'bson';

/** What comes and goes: fields by name. */
export type Fields = Readonly<Record<string, unknown>>;

/** One message from a client. */
export interface WireRequest {
  readonly requestId: number;
  /** The first message of a connection comes in the old form, and is answered in it. */
  readonly isLegacy: boolean;
  readonly database: string;
  readonly command: Fields;
  /** The client waits for no reply (an unacknowledged write). */
  readonly isOneWay: boolean;
  /** The client takes a stream of replies to this one request. */
  readonly isExhaustAllowed: boolean;
}

const OP_REPLY = 1;
const OP_QUERY = 2004;
const OP_MSG = 2013;
const HEADER_BYTES = 16;
const CHECKSUM_PRESENT = 1;
const MORE_TO_COME = 2;
const EXHAUST_ALLOWED = 1 << 16;

let lastId = 0;

/** The whole messages at the front of what was received, and the rest. */
export function splitMessages(received: Buffer): { readonly messages: readonly Buffer[]; readonly rest: Buffer } {
  const messages: Buffer[] = [];
  let rest = received;
  while (rest.length >= HEADER_BYTES && rest.length >= rest.readInt32LE(0)) {
    const end = rest.readInt32LE(0);
    messages.push(rest.subarray(0, end));
    rest = rest.subarray(end);
  }
  return { messages, rest };
}

/** Reads OP_MSG and OP_QUERY; throws for anything else, as no driver of today sends it. */
export function readRequest(message: Buffer): WireRequest {
  const requestId = message.readInt32LE(4);
  const code = message.readInt32LE(12);
  if (code === OP_MSG) return { requestId, isLegacy: false, ...readMsg(message) };
  if (code === OP_QUERY) return { requestId, isLegacy: true, ...readQuery(message) };
  throw new Error(`a message with opcode ${code}`);
}

type Content = Omit<WireRequest, 'requestId' | 'isLegacy'>;

function readMsg(message: Buffer): Content {
  const flags = message.readInt32LE(HEADER_BYTES);
  const end = message.length - ((flags & CHECKSUM_PRESENT) === 0 ? 0 : 4);
  let at = HEADER_BYTES + 4;
  const command: Record<string, unknown> = {};
  while (at < end) {
    const kind = message[at];
    const length = message.readInt32LE(at + 1);
    const section = message.subarray(at + 1, at + 1 + length);
    Object.assign(command, kind === 0 ? deserialize(section) : readSequence(section));
    at += 1 + length;
  }
  return {
    database: String(command['$db']),
    command,
    isOneWay: (flags & MORE_TO_COME) !== 0,
    isExhaustAllowed: (flags & EXHAUST_ALLOWED) !== 0,
  };
}

/** Documents that travel beside the command they belong to, such as those of an insert. */
function readSequence(section: Buffer): Fields {
  const nameEnd = section.indexOf(0, 4);
  const documents: unknown[] = [];
  for (let at = nameEnd + 1; at < section.length; at += section.readInt32LE(at)) {
    documents.push(deserialize(section.subarray(at, at + section.readInt32LE(at))));
  }
  return { [section.toString('utf8', 4, nameEnd)]: documents };
}

function readQuery(message: Buffer): Content {
  const nameEnd = message.indexOf(0, HEADER_BYTES + 4);
  const [database = ''] = message.toString('utf8', HEADER_BYTES + 4, nameEnd).split('.');
  return { database, command: deserialize(message.subarray(nameEnd + 9)), isOneWay: false, isExhaustAllowed: false };
}

/** A reply in the form of the request; `responseTo` is the request, or in a stream the reply before. */
export function encodeReply(
  reply: Fields,
  { isLegacy, responseTo, isMoreToCome }: { readonly isLegacy: boolean; readonly responseTo: number; readonly isMoreToCome: boolean },
): { readonly id: number; readonly bytes: Buffer } {
  const document = serialize(reply);
  lastId += 1;
  const head = Buffer.alloc(isLegacy ? HEADER_BYTES + 20 : HEADER_BYTES + 5);
  head.writeInt32LE(head.length + document.length, 0);
  head.writeInt32LE(lastId, 4);
  head.writeInt32LE(responseTo, 8);
  head.writeInt32LE(isLegacy ? OP_REPLY : OP_MSG, 12);
  if (isLegacy) {
    // Flag 8: the server can wait for changes. Then the cursor, where it starts, and one document.
    head.writeInt32LE(8, HEADER_BYTES);
    head.writeInt32LE(1, HEADER_BYTES + 16);
  } else head.writeInt32LE(isMoreToCome ? MORE_TO_COME : 0, HEADER_BYTES);
  return { id: lastId, bytes: Buffer.concat([head, document]) };
}
