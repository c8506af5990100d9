import type { World } from '@peerset/testkit';
import type { OpenClient } from '../../src/lookup/dns-source.ts';
import type { Lookup, Outcome, Question } from '../../src/lookup/outcome.ts';
import { readReply } from './reply-outcome.ts';

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
    const ask = async (question: Question): Promise<Lookup> => {
      const startedAtMs = clock.nowMs();
      if (closing.signal.aborted) return lookup(question, { kind: 'unknown', code: 'ECANCELLED' }, { attempts: 0, durationMs: 0 });
      const { outcome, waitMs } = readReply(world.resolve(question), lookupTimeoutMs);
      if (waitMs > 0) await clock.sleep(waitMs, closing.signal).catch(() => {});
      return lookup(question, outcome, { attempts: 1, durationMs: clock.nowMs() - startedAtMs });
    };
    return {
      ask: (questions) => Promise.all(questions.map(ask)),
      pause: (ms) => clock.sleep(ms, closing.signal).catch(() => {}),
      close: () => closing.abort(),
    };
  };
}

function lookup(question: Question, outcome: Outcome, { attempts, durationMs }: { attempts: number; durationMs: number }): Lookup {
  return { question, outcome, attempts, durationMs, server: 'world', refused: 0 };
}
