import type { ResourceRecord, World, WorldReply } from '@peerset/testkit';
import type { OpenClient } from '../../src/lookup/dns-source.ts';
import { canonicalAddress } from '../../src/lookup/addresses.ts';
import type { Lookup, Outcome, Question } from '../../src/lookup/outcome.ts';

/** A clock that a test moves. */
interface TestClock {
  nowMs(): number;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/**
 * A DNS client that answers from a world model: no sockets, no retries (so every fault counts in full), delays and silence in the world's
 * own time.
 */
export function worldClient(world: World, clock: TestClock): OpenClient {
  return ({ lookupTimeoutMs }) => {
    const closing = new AbortController();
    return {
      async ask(question: Question): Promise<Lookup> {
        const startedAtMs = clock.nowMs();
        if (closing.signal.aborted) return lookup(question, { kind: 'unknown', code: 'ECANCELLED' }, { attempts: 0, durationMs: 0 });
        const reply = world.resolve({ name: question.name, type: question.type });
        const lateMs = reply.kind === 'silence' ? Infinity : reply.delayMs;
        const outcome: Outcome = lateMs < lookupTimeoutMs ? outcomeOf(reply) : { kind: 'unknown', code: 'ETIMEOUT' };
        if (lateMs > 0) await clock.sleep(Math.min(lateMs, lookupTimeoutMs), closing.signal).catch(() => {});
        return lookup(question, outcome, { attempts: 1, durationMs: clock.nowMs() - startedAtMs });
      },
      pause: (ms) => clock.sleep(ms, closing.signal).catch(() => {}),
      close: () => closing.abort(),
    };
  };
}

function lookup(question: Question, outcome: Outcome, { attempts, durationMs }: { attempts: number; durationMs: number }): Lookup {
  return { question, outcome, attempts, durationMs, server: 'world', refused: 0 };
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
      addresses.add(canonicalAddress(record.address) ?? record.address);
      ttlSeconds = Math.min(ttlSeconds, record.ttlSeconds);
    }
    if (record.type === 'SRV') targets.push({ host: record.target.toLowerCase(), port: record.port });
  }
  if (addresses.size + targets.length === 0) return { kind: 'absent', reason: 'no-such-record', code: 'ENODATA' };
  return { kind: 'found', addresses: [...addresses], targets, ttlSeconds: addresses.size > 0 ? ttlSeconds : undefined };
}
