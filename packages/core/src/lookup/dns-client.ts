import pRetry from 'p-retry';
import { deferred } from '../deferred.ts';
import { openChannel, systemServers } from './dns-channel.ts';
import type { DnsChannel } from './dns-channel.ts';
import { lineTimers } from './line-timer.ts';
import type { Lookup, Outcome, Question } from './outcome.ts';

/** Asks questions for one round, each within its deadline. */
export interface DnsClient {
  /** Never rejects: what fails, takes too long or is cut off by `close` comes to `unknown`. */
  ask(question: Question): Promise<Lookup>;
  /** Resolves after `ms`, or when the client is closed. */
  pause(ms: number): Promise<void>;
  /** Ends every open question at once. Call it when the round is over: it leaves no socket and no timer. */
  close(): void;
}

/** What a client is for one round. */
export interface DnsClientSettings {
  /** `ip` or `ip:port`, asked in this order; undefined: those of the system, read now. */
  readonly servers: readonly string[] | undefined;
  /** The server that answered last: it is asked first. */
  readonly firstServer: string | undefined;
  /** From a question's first packet to its outcome, retries included. */
  readonly lookupTimeoutMs: number;
}

/** A question on its way. */
interface Pursuit {
  readonly question: Question;
  /** Attempts begun, those of them that were sent, and those that have not come to anything yet. */
  begun: number;
  attempts: number;
  inFlight: number;
  startedAtMs: number;
  isOver: boolean;
  /** What the last attempt came to. */
  last: Outcome;
  /** Called when nothing is in flight any more. */
  onIdle: () => void;
  /** Ends the pause before the next attempt. */
  stop: AbortController | undefined;
  finish(outcome: Outcome, server?: string): void;
}

/** One query of a pursuit. */
interface Attempt {
  readonly pursuit: Pursuit;
  hasEnded: boolean;
}

/** Attempts that all failed are made again, this often, after pauses of 50..100 and 200..400 ms. */
const RETRIES = 2;
const RETRY_PAUSES = { minTimeout: 50, maxTimeout: 400, factor: 4, randomize: true } as const;
/** An attempt without an answer for so long is joined by one on the next server. */
const JOIN_AFTER_MS = 400;
const MOST_ATTEMPTS = 6;
const TIMED_OUT: Outcome = Object.freeze({ kind: 'unknown', code: 'ETIMEOUT' });
const CANCELLED: Outcome = Object.freeze({ kind: 'unknown', code: 'ECANCELLED' });

/** A client for one round. */
export function openDnsClient({ servers, firstServer, lookupTimeoutMs }: DnsClientSettings): DnsClient {
  const order = inOrder(servers ?? systemServers(), firstServer);
  const channels: DnsChannel[] = [];
  const open = new Set<Pursuit>();
  const pauses = new Set<() => void>();
  const timers = lineTimers();
  const deadlines = timers.line<Pursuit>(lookupTimeoutMs, isOver, (pursuit) => pursuit.finish(TIMED_OUT));
  // Joined, not replaced: a late answer of the first server still counts. Each attempt has its own time: one that has been answered must
  // not have a younger one joined.
  const joins = timers.line<Attempt>(
    JOIN_AFTER_MS,
    ({ pursuit, hasEnded }) => pursuit.isOver || hasEnded,
    ({ pursuit }) => {
      if (pursuit.begun < MOST_ATTEMPTS) void attempt(pursuit);
    },
  );
  let isClosed = false;

  /** The first attempt goes to the first server, later ones to the next; a lone server is asked again from a new port. */
  const channelFor = (number: number): DnsChannel => {
    const index = order.length > 1 ? number % order.length : Math.min(number, 1);
    const channel = channels[index] ?? openChannel(order[index % order.length], lookupTimeoutMs);
    channels[index] = channel;
    return channel;
  };

  const attempt = async (pursuit: Pursuit): Promise<void> => {
    const channel = channelFor(pursuit.begun);
    pursuit.begun += 1;
    pursuit.inFlight += 1;
    const current: Attempt = { pursuit, hasEnded: false };
    const outcome = await channel.query(pursuit.question, () => {
      if (pursuit.isOver) return false;
      // The nearer time first: the timer is set once.
      joins.add(current);
      if (pursuit.attempts === 0) {
        pursuit.startedAtMs = performance.now();
        deadlines.add(pursuit);
      }
      pursuit.attempts += 1;
      return true;
    });
    current.hasEnded = true;
    pursuit.inFlight -= 1;
    pursuit.last = outcome;
    // The first answer that says something wins.
    if (outcome.kind !== 'unknown') pursuit.finish(outcome, channel.server);
    if (pursuit.inFlight === 0) pursuit.onIdle();
  };

  const tryAgain = async (pursuit: Pursuit): Promise<void> => {
    pursuit.stop = new AbortController();
    try {
      await pRetry(
        async (number) => {
          // The first attempt has been made already, outside: the settled poll pays for nothing else.
          if (number > 1) {
            const idle = deferred();
            pursuit.onIdle = idle.resolve;
            void attempt(pursuit);
            await idle.promise;
          }
          if (!pursuit.isOver) throw new Error(`no usable answer to ${pursuit.question.type} ${pursuit.question.name}`);
        },
        { retries: RETRIES, ...RETRY_PAUSES, signal: pursuit.stop.signal },
      );
    } catch {
      // Whatever p-retry rejects with, an abort by the deadline included, the outcome is in `last`.
      pursuit.finish(pursuit.last);
    }
  };

  return {
    ask(question) {
      return new Promise((resolve) => {
        const pursuit: Pursuit = {
          question,
          begun: 0,
          attempts: 0,
          inFlight: 0,
          startedAtMs: 0,
          isOver: false,
          last: CANCELLED,
          onIdle() {
            if (!pursuit.isOver) void tryAgain(pursuit);
          },
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
        else void attempt(pursuit);
      });
    },
    async pause(ms) {
      if (isClosed) return;
      const pause = deferred();
      const timer = setTimeout(pause.resolve, ms);
      pauses.add(pause.resolve);
      await pause.promise;
      pauses.delete(pause.resolve);
      clearTimeout(timer);
    },
    close() {
      isClosed = true;
      for (const end of pauses) end();
      timers.clear();
      for (const pursuit of open) pursuit.finish(CANCELLED);
      for (const channel of channels) channel?.close();
    },
  };
}

function isOver(pursuit: Pursuit): boolean {
  return pursuit.isOver;
}

/** The servers with the one that answered last in front; one without a name where the system names none. */
function inOrder(servers: readonly string[], firstServer: string | undefined): readonly (string | undefined)[] {
  if (servers.length === 0) return [undefined];
  if (servers.length === 1) return servers;
  return firstServer !== undefined && servers.includes(firstServer)
    ? [firstServer, ...servers.filter((server) => server !== firstServer)]
    : servers;
}
