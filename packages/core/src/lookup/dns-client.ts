import pRetry from 'p-retry';
import { openChannel, systemServers } from './dns-channel.ts';
import type { DnsChannel } from './dns-channel.ts';
import type { Lookup, Outcome, Question } from './outcome.ts';

/** Asks questions for one round, each within its deadline. */
export interface DnsClient {
  /** Never rejects: what fails, takes too long or is cut off by `close` comes to `unknown`. */
  ask(question: Question): Promise<Lookup>;
  /** Ends every open question at once. Call it when the round is over: it leaves no socket and no timer. */
  close(): void;
}

/** A question on its way. */
interface Pursuit {
  readonly question: Question;
  attempts: number;
  startedAtMs: number;
  isOver: boolean;
  /** Ends the pause before the next attempt. */
  stop: AbortController | undefined;
  finish(outcome: Outcome, server?: string): void;
}

/** An attempt that failed is made again on the next server, this often, after pauses of 50..100 and 200..400 ms. */
const RETRIES = 2;
const RETRY_PAUSES = { minTimeout: 50, maxTimeout: 400, factor: 4, randomize: true } as const;
const TIMED_OUT: Outcome = Object.freeze({ kind: 'unknown', code: 'ETIMEOUT' });
const CANCELLED: Outcome = Object.freeze({ kind: 'unknown', code: 'ECANCELLED' });

/**
 * A client for one round.
 *
 * @param options.servers - `ip` or `ip:port`, asked in this order; undefined: those of the system, read now.
 * @param options.lookupTimeoutMs - From a question's first packet to its outcome, retries included.
 */
export function openDnsClient({
  servers,
  lookupTimeoutMs,
}: {
  servers: readonly string[] | undefined;
  lookupTimeoutMs: number;
}): DnsClient {
  const order: readonly (string | undefined)[] = servers ?? orUnnamed(systemServers());
  const channels: DnsChannel[] = [];
  // All questions have the same time, so the order of their starts is the order of their deadlines: one timer serves them all.
  const started: Pursuit[] = [];
  const open = new Set<Pursuit>();
  let sweep: NodeJS.Timeout | undefined;
  let isClosed = false;

  /** The first attempt goes to the first server, later ones to the next; a lone server is asked again from a new port. */
  const channelFor = (attempt: number): DnsChannel => {
    const index = order.length > 1 ? attempt % order.length : Math.min(attempt, 1);
    const channel = channels[index] ?? openChannel(order[index % order.length], lookupTimeoutMs);
    channels[index] = channel;
    return channel;
  };

  const attempt = async (pursuit: Pursuit, number: number): Promise<{ outcome: Outcome; channel: DnsChannel }> => {
    const channel = channelFor(number);
    const outcome = await channel.query(pursuit.question, () => {
      if (pursuit.isOver) return false;
      if (pursuit.attempts === 0) start(pursuit);
      pursuit.attempts += 1;
      return true;
    });
    return { outcome, channel };
  };

  const start = (pursuit: Pursuit): void => {
    pursuit.startedAtMs = performance.now();
    started.push(pursuit);
    sweep ??= setTimeout(expire, lookupTimeoutMs);
  };

  const expire = (): void => {
    const nowMs = performance.now();
    // A timer may fire a fraction of a millisecond early.
    while (started[0] !== undefined && (started[0].isOver || nowMs - started[0].startedAtMs >= lookupTimeoutMs - 1)) {
      started.shift()?.finish(TIMED_OUT);
    }
    sweep = started[0] === undefined ? undefined : setTimeout(expire, lookupTimeoutMs - (nowMs - started[0].startedAtMs));
  };

  const pursue = async (pursuit: Pursuit): Promise<void> => {
    const first = await attempt(pursuit, 0);
    if (first.outcome.kind !== 'unknown') pursuit.finish(first.outcome, first.channel.server);
    else if (!pursuit.isOver) await tryAgain(pursuit, first.outcome);
  };

  const tryAgain = async (pursuit: Pursuit, firstOutcome: Outcome): Promise<void> => {
    let last = firstOutcome;
    pursuit.stop = new AbortController();
    try {
      await pRetry(
        async (number) => {
          // The first attempt has been made already, outside: the settled poll pays for nothing else.
          if (number > 1) {
            const { outcome, channel } = await attempt(pursuit, number - 1);
            if (outcome.kind !== 'unknown') {
              pursuit.finish(outcome, channel.server);
              return;
            }
            last = outcome;
          }
          throw new Error(`no usable answer to ${pursuit.question.type} ${pursuit.question.name}`);
        },
        { retries: RETRIES, ...RETRY_PAUSES, signal: pursuit.stop.signal },
      );
    } catch {
      // Whatever p-retry rejects with, an abort by the deadline included, the outcome is in `last`.
      pursuit.finish(last);
    }
  };

  return {
    ask(question) {
      return new Promise((resolve) => {
        const pursuit: Pursuit = {
          question,
          attempts: 0,
          startedAtMs: 0,
          isOver: false,
          stop: undefined,
          finish(outcome, server) {
            if (pursuit.isOver) return;
            pursuit.isOver = true;
            open.delete(pursuit);
            pursuit.stop?.abort();
            const durationMs = pursuit.attempts === 0 ? 0 : performance.now() - pursuit.startedAtMs;
            resolve({ question, outcome, attempts: pursuit.attempts, durationMs, server, refused: 0 });
          },
        };
        open.add(pursuit);
        if (isClosed) pursuit.finish(CANCELLED);
        else void pursue(pursuit);
      });
    },
    close() {
      isClosed = true;
      clearTimeout(sweep);
      for (const pursuit of open) pursuit.finish(CANCELLED);
      for (const channel of channels) channel?.close();
    },
  };
}

function orUnnamed(servers: readonly string[]): readonly (string | undefined)[] {
  return servers.length > 0 ? servers : [undefined];
}
