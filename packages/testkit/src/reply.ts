import type { Rcode, Sections, Transport } from './records.ts';

/** One question to the simulated DNS. */
export interface WorldQuestion {
  /** Absolute name; a final dot does not matter, and case only in how the records are spelled. */
  name: string;
  /** Type mnemonic: `A`, `AAAA`, `SRV`, `TXT`, `PTR` and so on; `TYPE65` for one without. */
  type: string;
  /** Default `udp`. */
  transport?: Transport;
  /** What the client's OPT record says it can take over UDP, in bytes. Without it (as Node asks) 512. */
  ednsPayloadBytes?: number;
  /** Index of the DNS replica to ask. Default: one by chance or in turn, see `balance`. */
  replica?: number;
}

/** How a packet fits the question: one with the wrong id or question looks like silence to a client. */
export type PacketKind = 'right' | 'wrong-id' | 'wrong-question';

/** A message that goes back. */
export interface Reply extends Sections {
  readonly kind: 'reply';
  readonly rcode: Rcode;
  /** The TC bit: records were left out. Set over TCP too when 65,535 bytes are not enough. */
  readonly isTruncated: boolean;
  /** How late it comes, in milliseconds. */
  readonly delayMs: number;
  /** The packets that go out, in this order. */
  readonly packets: readonly PacketKind[];
}

/** Nothing goes back. */
export interface Silence {
  readonly kind: 'silence';
}

/** A packet goes back whose records cannot be read. */
export interface Garbage {
  readonly kind: 'garbage';
  readonly delayMs: number;
}

/** The TCP connection is reset. */
export interface Reset {
  readonly kind: 'reset';
  readonly delayMs: number;
}

/** What becomes of a question. */
export type WorldReply = Reply | Silence | Garbage | Reset;
