import { addressBytes } from './ip-address.ts';
import type { ResourceRecord } from './records.ts';

/** Fixed size of a DNS header (RFC 1035 section 4.1.1). */
const HEADER_BYTES = 12;

/** Compression pointers have 14 bits. */
const POINTER_REACH_BYTES = 1 << 14;

const TYPE_CODES = { A: 1, CNAME: 5, SOA: 6, PTR: 12, TXT: 16, AAAA: 28, SRV: 33 } as const satisfies Record<
  ResourceRecord['type'],
  number
>;
const TYPE_OPT = 41;
const CLASS_IN = 1;

/**
 * Writes one DNS message. dns-packet, which reads our questions, writes names without compression; then 9 addresses would fill the 512
 * bytes that hold 28 in a cluster. Names are compressed as CoreDNS does it: everywhere except in the data of SRV (RFC 2782).
 */
export class MessageWriter {
  #bytes: Buffer = Buffer.alloc(512);
  #length = HEADER_BYTES;
  readonly #offsets = new Map<string, number>();

  /** Bytes written so far, the header counted. */
  get length(): number {
    return this.#length;
  }

  /** Writes a question by its name, as `A`/`IN`: enough where only sizes matter. */
  questionName(name: string): void {
    this.#name(name, { isCompressed: false });
    this.#uint16(TYPE_CODES.A);
    this.#uint16(CLASS_IN);
  }

  /** Writes the question section byte by byte as it came, upper-case letters included. */
  questionBytes(name: string, question: Uint8Array): void {
    this.#rememberSuffixes(name);
    this.#append(question);
  }

  record(record: ResourceRecord): void {
    this.#name(record.name, { isCompressed: true });
    this.#uint16(TYPE_CODES[record.type]);
    this.#uint16(CLASS_IN);
    this.#uint32(record.ttlSeconds);
    const lengthAt = this.#length;
    this.#uint16(0);
    this.#data(record);
    this.#bytes.writeUInt16BE(this.#length - lengthAt - 2, lengthAt);
  }

  /** Writes the OPT record of a reply (RFC 6891). */
  opt(payloadBytes: number): void {
    this.#append([0]);
    this.#uint16(TYPE_OPT);
    this.#uint16(payloadBytes);
    this.#uint32(0);
    this.#uint16(0);
  }

  /** Writes bytes that mean nothing. */
  junk(bytes: readonly number[]): void {
    this.#append(bytes);
  }

  /** Fills in the header and returns the message. */
  finish(header: {
    id: number;
    flags: number;
    counts: readonly [questions: number, answers: number, authority: number, additional: number];
  }): Buffer {
    this.#bytes.writeUInt16BE(header.id, 0);
    this.#bytes.writeUInt16BE(header.flags, 2);
    header.counts.forEach((count, index) => this.#bytes.writeUInt16BE(count, 4 + 2 * index));
    return this.#bytes.subarray(0, this.#length);
  }

  #data(record: ResourceRecord): void {
    switch (record.type) {
      case 'A':
      case 'AAAA':
        this.#append(addressBytes(record.address));
        return;
      case 'CNAME':
      case 'PTR':
        this.#name(record.target, { isCompressed: true });
        return;
      case 'SRV':
        this.#uint16(record.priority);
        this.#uint16(record.weight);
        this.#uint16(record.port);
        this.#name(record.target, { isCompressed: false });
        return;
      case 'TXT':
        this.#label(record.text);
        return;
      case 'SOA':
        this.#name(record.primaryName, { isCompressed: true });
        this.#name(record.mailbox, { isCompressed: true });
        for (const field of [record.serial, record.refreshSeconds, record.retrySeconds, record.expireSeconds, record.minimumSeconds]) {
          this.#uint32(field);
        }
        return;
      default:
        record satisfies never;
    }
  }

  #name(name: string, { isCompressed }: { isCompressed: boolean }): void {
    let rest = name;
    while (rest !== '') {
      const offset = this.#offsets.get(rest);
      if (isCompressed && offset !== undefined) {
        this.#uint16(0xc000 | offset);
        return;
      }
      if (offset === undefined && this.#length < POINTER_REACH_BYTES) this.#offsets.set(rest, this.#length);
      const dot = rest.indexOf('.');
      this.#label(dot === -1 ? rest : rest.slice(0, dot));
      rest = dot === -1 ? '' : rest.slice(dot + 1);
    }
    this.#append([0]);
  }

  #rememberSuffixes(name: string): void {
    let offset = this.#length;
    for (let rest = name; rest !== '';) {
      this.#offsets.set(rest, offset);
      const dot = rest.indexOf('.');
      if (dot === -1) return;
      offset += 1 + Buffer.byteLength(rest.slice(0, dot));
      rest = rest.slice(dot + 1);
    }
  }

  #label(text: string): void {
    const bytes = Buffer.from(text);
    this.#append([bytes.length]);
    this.#append(bytes);
  }

  #uint16(value: number): void {
    this.#reserve(2);
    this.#length = this.#bytes.writeUInt16BE(value, this.#length);
  }

  #uint32(value: number): void {
    this.#reserve(4);
    this.#length = this.#bytes.writeUInt32BE(value, this.#length);
  }

  #append(bytes: ArrayLike<number>): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  #reserve(moreBytes: number): void {
    const needed = this.#length + moreBytes;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.alloc(Math.max(needed, 2 * this.#bytes.length));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}
