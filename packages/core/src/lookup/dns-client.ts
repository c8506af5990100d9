import pRetry from 'p-retry';
import { deferred } from '../deferred.ts';
import type { Entrant } from './attempt-gate.ts';
import { CANCELLED, openChannel, systemServers } from './dns-channel.ts';
import type { DnsChannel, Query } from './dns-channel.ts';
import { lineTimers } from './line-timer.ts';
import type { LineTimer } from './line-timer.ts';
import type { Lookup, Outcome, Question } from './outcome.ts';
import { Batch, Pursuit } from './pursuit.ts';

/** Asks questions for one round, each within its deadline. */
export interface DnsClient {
  /**
   * Asks all at once; resolves with their lookups in the same order. Never rejects: what fails, takes too long or is cut off by `close` comes to
   * `unknown`.
   */
  ask(questions: readonly Question[]): Promise<readonly Lookup[]>;
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

/** Attempts that all failed are made again, this often, after pauses of 50..100 and 200..400 ms. */
const RETRIES = 2;
const RETRY_PAUSES = { minTimeout: 50, maxTimeout: 400, factor: 4, randomize: true } as const;
/** An attempt without an answer for so long is joined by one on the next server. */
const JOIN_AFTER_MS = 400;
const MOST_ATTEMPTS = 6;
const TIMED_OUT: Outcome = Object.freeze({ kind: 'unknown', code: 'ETIMEOUT' });

/** A client for one round. */
export function openDnsClient(settings: DnsClientSettings): DnsClient {
  return new Client(settings);
}

class Client implements DnsClient {
  readonly #order: readonly (string | undefined)[];
  readonly #timeoutMs: number;
  readonly #channels: DnsChannel[] = [];
  /** The youngest of all that were begun, which knows the one before it: the end finds what is open among them. */
  #youngest: Pursuit | undefined;
  /** What ends each: to end it twice does no harm. */
  readonly #pauses: (() => void)[] = [];
  readonly #timers = lineTimers();
  readonly #deadlines: LineTimer<Pursuit>;
  readonly #joins: LineTimer<Attempt>;
  #isClosed = false;

  constructor({ servers, firstServer, lookupTimeoutMs }: DnsClientSettings) {
    this.#order = inOrder(servers ?? systemServers(), firstServer);
    this.#timeoutMs = lookupTimeoutMs;
    this.#deadlines = this.#timers.line(lookupTimeoutMs, isOver, timeOut);
    // Joined, not replaced: a late answer of the first server still counts. Each attempt has its own time: one that has been answered must
    // not have a younger one joined.
    this.#joins = this.#timers.line(JOIN_AFTER_MS, hasEnded, join);
  }

  ask(questions: readonly Question[]): Promise<readonly Lookup[]> {
    return new Promise((resolve) => {
      const batch = new Batch(questions.length, resolve);
      for (const [i, question] of questions.entries()) {
        const pursuit = new Pursuit(question, { batch, place: i, older: this.#youngest });
        this.#youngest = pursuit;
        if (this.#isClosed) pursuit.finish(CANCELLED);
        else this.attempt(pursuit);
      }
    });
  }

  attempt(pursuit: Pursuit): void {
    const channel = this.#channelFor(pursuit.begun);
    pursuit.begun += 1;
    pursuit.inFlight += 1;
    channel.enter(new Attempt(this, pursuit, channel));
  }

  /** An attempt has come to something. */
  onEnd(pursuit: Pursuit, outcome: Outcome, server: string | undefined): void {
    pursuit.inFlight -= 1;
    pursuit.last = outcome;
    // The first answer that says something wins.
    if (outcome.kind !== 'unknown') pursuit.finish(outcome, server);
    if (pursuit.inFlight > 0) return;
    if (pursuit.onIdle !== undefined) pursuit.onIdle();
    else if (!pursuit.isOver) void this.#tryAgain(pursuit);
  }

  /** An attempt of a question that is not over yet is about to be sent. */
  onBegin(attempt: Attempt): void {
    const { pursuit } = attempt;
    const nowMs = performance.now();
    // The nearer time first: the timer is set once.
    this.#joins.add(attempt, nowMs);
    if (pursuit.attempts === 0) {
      pursuit.startedAtMs = nowMs;
      this.#deadlines.add(pursuit, nowMs);
    }
    pursuit.attempts += 1;
  }

  async pause(ms: number): Promise<void> {
    if (this.#isClosed) return;
    const pause = deferred();
    const timer = setTimeout(pause.resolve, ms);
    this.#pauses.push(pause.resolve);
    await pause.promise;
    clearTimeout(timer);
  }

  close(): void {
    this.#isClosed = true;
    for (const end of this.#pauses) end();
    this.#timers.clear();
    for (let pursuit = this.#youngest; pursuit !== undefined; pursuit = pursuit.older) pursuit.finish(CANCELLED);
    for (const channel of this.#channels) channel?.close();
  }

  /** The first attempt goes to the first server, later ones to the next; a lone server is asked again from a new port. */
  #channelFor(number: number): DnsChannel {
    const order = this.#order;
    const index = order.length > 1 ? number % order.length : Math.min(number, 1);
    const channel = this.#channels[index] ?? openChannel(order[index % order.length], this.#timeoutMs);
    this.#channels[index] = channel;
    return channel;
  }

  async #tryAgain(pursuit: Pursuit): Promise<void> {
    pursuit.stop = new AbortController();
    try {
      await pRetry(
        async (number) => {
          // The first attempt has been made already, outside: the settled poll pays for nothing else.
          if (number > 1) {
            const idle = deferred();
            pursuit.onIdle = idle.resolve;
            this.attempt(pursuit);
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
  }
}

/** One query of a pursuit. */
class Attempt implements Entrant, Query {
  readonly #client: Client;
  readonly #channel: DnsChannel;
  readonly pursuit: Pursuit;
  hasEnded = false;

  constructor(client: Client, pursuit: Pursuit, channel: DnsChannel) {
    this.#client = client;
    this.#channel = channel;
    this.pursuit = pursuit;
  }

  get question(): Question {
    return this.pursuit.question;
  }

  start(): void {
    this.#channel.send(this);
  }

  begin(): boolean {
    if (this.pursuit.isOver) return false;
    this.#client.onBegin(this);
    return true;
  }

  end(outcome: Outcome): void {
    this.hasEnded = true;
    this.#client.onEnd(this.pursuit, outcome, this.#channel.server);
  }

  /** Another one joins it. */
  join(): void {
    if (this.pursuit.begun < MOST_ATTEMPTS) this.#client.attempt(this.pursuit);
  }
}

function isOver(pursuit: Pursuit): boolean {
  return pursuit.isOver;
}

function timeOut(pursuit: Pursuit): void {
  pursuit.finish(TIMED_OUT);
}

function hasEnded(attempt: Attempt): boolean {
  return attempt.pursuit.isOver || attempt.hasEnded;
}

function join(attempt: Attempt): void {
  attempt.join();
}

/** The servers with the one that answered last in front; one without a name where the system names none. */
function inOrder(servers: readonly string[], firstServer: string | undefined): readonly (string | undefined)[] {
  if (servers.length === 0) return [undefined];
  if (servers.length === 1) return servers;
  return firstServer !== undefined && servers.includes(firstServer)
    ? [firstServer, ...servers.filter((server) => server !== firstServer)]
    : servers;
}
