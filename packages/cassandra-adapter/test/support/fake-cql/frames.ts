/** A message of a client: CQL native protocol, version 4. */
export interface Frame {
  readonly version: number;
  readonly stream: number;
  readonly opcode: number;
  readonly body: Buffer;
}

/** What a client asks, by number. */
export const requests = { startup: 0x01, options: 0x05, query: 0x07, register: 0x0b, batch: 0x0d, authResponse: 0x0f } as const;

/** What a server says, by number. */
export const replies = {
  error: 0x00,
  ready: 0x02,
  authenticate: 0x03,
  supported: 0x06,
  result: 0x08,
  event: 0x0c,
  authSuccess: 0x10,
} as const;

const headerBytes = 9;
const version = 4;

/** Cuts a stream of bytes into frames. */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0);

  /** The frames that are whole now. */
  push(chunk: Buffer): readonly Frame[] {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    const frames: Frame[] = [];
    while (this.#rest.length >= headerBytes) {
      const length = headerBytes + this.#rest.readUInt32BE(5);
      if (this.#rest.length < length) break;
      const [head, stream, opcode] = [this.#rest.readUInt8(0), this.#rest.readInt16BE(2), this.#rest.readUInt8(4)];
      frames.push({ version: head & 0x7f, stream, opcode, body: this.#rest.subarray(headerBytes, length) });
      this.#rest = this.#rest.subarray(length);
    }
    return frames;
  }
}

export function frame(stream: number, opcode: number, body: Buffer): Buffer {
  const header = Buffer.alloc(headerBytes);
  header.writeUInt8(0x80 | version, 0);
  header.writeInt16BE(stream, 2);
  header.writeUInt8(opcode, 4);
  header.writeUInt32BE(body.length, 5);
  return Buffer.concat([header, body]);
}
