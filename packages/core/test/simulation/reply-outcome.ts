import type { ResourceRecord, WorldReply } from '@peerset/testkit';
import type { Outcome } from '../../src/lookup/outcome.ts';

/** What a client makes of a reply of the world, and how long it waits for it. */
export interface ReadReply {
  readonly outcome: Outcome;
  readonly waitMs: number;
}

/** Reads a reply as the real client does: one that is late counts as none. */
export function readReply(reply: WorldReply, lookupTimeoutMs: number): ReadReply {
  const lateMs = reply.kind === 'silence' ? Infinity : reply.delayMs;
  if (lateMs >= lookupTimeoutMs) return { outcome: { kind: 'unknown', code: 'ETIMEOUT' }, waitMs: lookupTimeoutMs };
  return { outcome: outcomeOf(reply), waitMs: lateMs };
}

function outcomeOf(reply: WorldReply): Outcome {
  if (reply.kind !== 'reply') return { kind: 'unknown', code: reply.kind === 'garbage' ? 'EBADRESP' : 'ECONNREFUSED' };
  switch (reply.rcode) {
    case 'NXDOMAIN':
      return { kind: 'absent', reason: 'no-such-name', code: 'ENOTFOUND' };
    case 'NOERROR':
      return found(reply.answers);
    default:
      return { kind: 'unknown', code: `E${reply.rcode}` };
  }
}

function found(records: readonly ResourceRecord[]): Outcome {
  const addresses = new Set<string>();
  const targets: { host: string; port: number }[] = [];
  let ttlSeconds = Infinity;
  for (const record of records) {
    if (record.type === 'A' || record.type === 'AAAA') {
      // In canonical form already, as Node gives them.
      addresses.add(record.address);
      ttlSeconds = Math.min(ttlSeconds, record.ttlSeconds);
    }
    if (record.type === 'SRV') targets.push({ host: record.target.toLowerCase(), port: record.port });
  }
  if (addresses.size + targets.length === 0) return { kind: 'absent', reason: 'no-such-record', code: 'ENODATA' };
  return { kind: 'found', addresses: [...addresses], targets, ttlSeconds: addresses.size > 0 ? ttlSeconds : undefined };
}
