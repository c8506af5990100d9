import type { Answer } from 'dns-packet';

import type { DnsReply } from './ask-dns.ts';

/** What a reply comes to, without what may differ from one reply to the next: the order of the records, and the serial number of the zone. */
export interface ReplyDescription {
  readonly rcode: string;
  readonly isAuthoritative: boolean;
  readonly isTruncated: boolean;
  readonly questionName: string | undefined;
  /** Sorted, one line each: `<name> <TTL> <type> <data>`. */
  readonly answers: readonly string[];
  readonly authorities: readonly string[];
  readonly additionals: readonly string[];
}

export function describeReply(reply: DnsReply): ReplyDescription {
  const { rcode, isAuthoritative, isTruncated, questionName } = reply;
  return {
    rcode,
    isAuthoritative,
    isTruncated,
    questionName,
    answers: linesOf(reply.answers),
    authorities: linesOf(reply.authorities),
    additionals: linesOf(reply.additionals),
  };
}

/** The same, whatever the TTLs. */
export function withoutTtls(description: ReplyDescription): ReplyDescription {
  const [answers, authorities, additionals] = [description.answers, description.authorities, description.additionals].map((lines) =>
    lines.map((line) => line.replace(/^(\S+) \d+/, '$1')),
  );
  return { ...description, answers: answers ?? [], authorities: authorities ?? [], additionals: additionals ?? [] };
}

function linesOf(records: readonly Answer[]): string[] {
  return records.map(describeRecord).toSorted();
}

function describeRecord(record: Answer): string {
  if (record.type === 'OPT') return `OPT ${record.udpPayloadSize}`;
  return `${record.name} ${record.ttl} ${record.type} ${describeData(record)}`;
}

function describeData(record: Exclude<Answer, { type: 'OPT' }>): string {
  switch (record.type) {
    case 'SRV': {
      const { priority, weight, port, target } = record.data;
      return `${priority} ${weight} ${port} ${target}`;
    }
    case 'SOA': {
      const { mname, rname, refresh, retry, expire, minimum } = record.data;
      return `${mname} ${rname} (serial) ${refresh} ${retry} ${expire} ${minimum}`;
    }
    case 'TXT':
      return [record.data].flat().join(' ');
    default:
      return typeof record.data === 'string' ? record.data : JSON.stringify(record.data);
  }
}
