import { decode, type DecodedPacket } from 'dns-packet';
import { withoutFinalDot } from './dns-name.ts';
import { MessageWriter } from './message-writer.ts';
import type { Rcode, ResourceRecord, Sections } from './records.ts';

/** A query as it came over the wire. */
export interface Query {
  readonly id: number;
  /** As it was written, capitals included, without a final dot. */
  readonly name: string;
  readonly type: string;
  /** Anything but `IN` is none of our business. */
  readonly isInternet: boolean;
  readonly isRecursionDesired: boolean;
  /** The question section byte by byte, so that a reply can repeat it with its upper-case letters. */
  readonly questionBytes: Uint8Array;
  /** What the OPT record says; undefined without one. */
  readonly ednsPayloadBytes: number | undefined;
}

/** What came in: a query, a message that is none but deserves an answer, or something to ignore. */
export type Parsed =
  | { readonly kind: 'query'; readonly query: Query }
  | { readonly kind: 'malformed'; readonly id: number }
  | { readonly kind: 'ignored' };

const HEADER_BYTES = 12;
const QR_BIT = 1 << 15;
const AA_BIT = 1 << 10;
const TC_BIT = 1 << 9;
const RD_BIT = 1 << 8;
const RCODES = { NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5 } as const satisfies Record<Rcode, number>;

/** Type mnemonics dns-packet does not know, but clients of today ask for. */
const YOUNG_TYPES: Readonly<Record<string, string>> = { UNKNOWN_64: 'SVCB', UNKNOWN_65: 'HTTPS' };

/** Reads a message. Never throws. */
export function parseQuery(message: Buffer): Parsed {
  if (message.length < HEADER_BYTES) return { kind: 'ignored' };
  const id = message.readUInt16BE(0);
  // A reply is never answered: two servers could keep each other busy for ever.
  if ((message.readUInt16BE(2) & QR_BIT) !== 0) return { kind: 'ignored' };
  const packet = decodeOrUndefined(message);
  const [question, ...others] = packet?.questions ?? [];
  const questionEnd = endOfQuestion(message);
  if (packet === undefined || question === undefined || others.length > 0 || questionEnd === undefined) return { kind: 'malformed', id };
  const opt = packet.additionals?.find((record) => record.type === 'OPT');
  return {
    kind: 'query',
    query: {
      id,
      name: withoutFinalDot(question.name),
      type: YOUNG_TYPES[question.type] ?? question.type.replace('UNKNOWN_', 'TYPE'),
      isInternet: question.class === 'IN',
      isRecursionDesired: packet.flag_rd,
      questionBytes: message.subarray(HEADER_BYTES, questionEnd),
      ednsPayloadBytes: opt?.udpPayloadSize,
    },
  };
}

/** Writes a reply to a query. */
export function encodeReply(query: Query, reply: Sections & { readonly rcode: Rcode; readonly isTruncated: boolean }): Buffer {
  const writer = new MessageWriter();
  writer.questionBytes(query.name, query.questionBytes);
  const sections: readonly (readonly ResourceRecord[])[] = [reply.answers, reply.authority, reply.additional];
  for (const record of sections.flat()) writer.record(record);
  if (query.ednsPayloadBytes !== undefined) writer.opt(query.ednsPayloadBytes);
  const additionalCount = reply.additional.length + (query.ednsPayloadBytes === undefined ? 0 : 1);
  const flags = replyFlags(query, reply.rcode) | (reply.isTruncated ? TC_BIT : 0);
  return writer.finish({ id: query.id, flags, counts: [1, reply.answers.length, reply.authority.length, additionalCount] });
}

/** Writes a reply that promises a record and breaks off in the middle of it. */
export function encodeGarbage(query: Query): Buffer {
  const writer = new MessageWriter();
  writer.questionBytes(query.name, query.questionBytes);
  writer.junk([0xc0, HEADER_BYTES, 0, 1, 0, 1, 0]);
  return writer.finish({ id: query.id, flags: replyFlags(query, 'NOERROR'), counts: [1, 1, 0, 0] });
}

/** Writes the reply to something that could not be read. */
export function encodeFormatError(id: number): Buffer {
  return new MessageWriter().finish({ id, flags: QR_BIT | RCODES.FORMERR, counts: [0, 0, 0, 0] });
}

/** Errors are nobody's data: CoreDNS gives them without the AA bit. */
function replyFlags(query: Query, rcode: Rcode): number {
  const authority = rcode === 'NOERROR' || rcode === 'NXDOMAIN' ? AA_BIT : 0;
  return QR_BIT | authority | (query.isRecursionDesired ? RD_BIT : 0) | RCODES[rcode];
}

function decodeOrUndefined(message: Buffer): DecodedPacket | undefined {
  try {
    return decode(message);
  } catch {
    // dns-packet throws plain errors for whatever it cannot read; that it cannot is all there is to know.
    return undefined;
  }
}

/** Names in questions are never compressed: there is nothing before them to point to. */
function endOfQuestion(message: Buffer): number | undefined {
  let offset = HEADER_BYTES;
  for (;;) {
    const labelBytes = message[offset];
    if (labelBytes === undefined || labelBytes > 63) return undefined;
    offset += 1 + labelBytes;
    if (labelBytes === 0) break;
  }
  const end = offset + 4;
  return end <= message.length ? end : undefined;
}
