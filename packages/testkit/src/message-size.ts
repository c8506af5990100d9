import { MessageWriter } from './message-writer.ts';
import type { ResourceRecord, Sections, Transport } from './records.ts';

/** What a plain UDP reply may hold (RFC 1035 section 4.2.1). */
const PLAIN_UDP_BYTES = 512;

/** What any DNS message may hold: its length has 16 bits over TCP. */
const LARGEST_MESSAGE_BYTES = 65_535;

/** An OPT record without options. */
const OPT_BYTES = 11;

const HEADER_AND_QUESTION_TAIL_BYTES = 12 + 4;

/** Type, class, TTL and data length. */
const RECORD_FIXED_BYTES = 10;

const POINTER_BYTES = 2;

/** Sections that fit a limit. */
export interface CutSections {
  readonly sections: Sections;
  readonly isTruncated: boolean;
}

/** How many bytes the records of a reply may fill. The OPT record that answers the client's takes its share. */
export function payloadLimit(transport: Transport, ednsPayloadBytes?: number): number {
  const optBytes = ednsPayloadBytes === undefined ? 0 : OPT_BYTES;
  if (transport === 'tcp') return LARGEST_MESSAGE_BYTES - optBytes;
  return Math.max(PLAIN_UDP_BYTES, ednsPayloadBytes ?? 0) - optBytes;
}

/**
 * Leaves out the records that do not fit, last section first, as CoreDNS does: whatever is left out, glue included, sets the
 * truncation bit.
 */
export function cutToSize(questionName: string, sections: Sections, limitBytes: number): CutSections {
  if (bytesAtMost(questionName, sections) <= limitBytes) return { sections, isTruncated: false };
  const writer = new MessageWriter();
  writer.questionName(questionName);
  let isTruncated = false;
  const fitting = (records: readonly ResourceRecord[]): readonly ResourceRecord[] => {
    if (isTruncated) return [];
    const firstLost = records.findIndex((record) => {
      writer.record(record);
      return writer.length > limitBytes;
    });
    if (firstLost === -1) return records;
    isTruncated = true;
    return records.slice(0, firstLost);
  };
  const answers = fitting(sections.answers);
  const authority = fitting(sections.authority);
  const additional = fitting(sections.additional);
  return { sections: { answers, authority, additional }, isTruncated };
}

/** Never less than the true size, and cheap: most replies are small, and only the others are worth writing out to measure them. */
function bytesAtMost(questionName: string, { answers, authority, additional }: Sections): number {
  let bytes = HEADER_AND_QUESTION_TAIL_BYTES + nameBytes(questionName);
  for (const records of [answers, authority, additional]) {
    for (const record of records) {
      bytes += ownerBytes(record.name, questionName) + RECORD_FIXED_BYTES + dataBytes(record);
    }
  }
  return bytes;
}

/** The question comes first, so whatever ends in its name is compressed that far at least. */
function ownerBytes(owner: string, questionName: string): number {
  const ownChars = owner.length - questionName.length;
  if (ownChars === 0 && owner === questionName) return POINTER_BYTES;
  const isBelow = ownChars > 1 && owner.endsWith(questionName) && owner.charAt(ownChars - 1) === '.';
  return isBelow ? ownChars + POINTER_BYTES : nameBytes(owner);
}

function dataBytes(record: ResourceRecord): number {
  switch (record.type) {
    case 'A':
      return 4;
    case 'AAAA':
      return 16;
    case 'SRV':
      return 6 + nameBytes(record.target);
    case 'CNAME':
    case 'PTR':
      return nameBytes(record.target);
    case 'TXT':
      return 1 + record.text.length;
    case 'SOA':
      return 20 + nameBytes(record.primaryName) + nameBytes(record.mailbox);
    default:
      return record satisfies never;
  }
}

function nameBytes(name: string): number {
  return name.length + 2;
}
