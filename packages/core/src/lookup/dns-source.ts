import type { DnsSourceOptions, DnsSourceSettings } from '../options.ts';
import { parseDnsOptions } from '../parse-options.ts';
import type { LookRequest, Observation, PeerSource } from '../source.ts';
import { openDnsClient } from './dns-client.ts';
import type { DnsClient, DnsClientSettings } from './dns-client.ts';
import { remember } from './lookup-memory.ts';
import type { Lookup, Question } from './outcome.ts';
import { planRound } from './plan-round.ts';
import { screenAnswer } from './screen-answer.ts';
import { servedStale, withFresh } from './ttl-memory.ts';

/** What a round asks with. The simulator brings its own, which answers from a world model without sockets. */
export type OpenClient = (settings: DnsClientSettings) => DnsClient;

const SHORTEST_ROUND_LIMIT_MS = 10_000;
/** A cache that serves an answer after its time refreshes it then; clients that were told so together do not come back together. */
const REFRESH_MS = 100;
const REFRESH_SPREAD_MS = 150;

/**
 * The source that asks the cluster DNS, to be wrapped or configured by itself. A watcher without `source` makes one from its own options.
 *
 * @throws {InvalidOptionsError} `INVALID_OPTIONS`.
 */
export function dnsSource(options: DnsSourceOptions = {}): PeerSource {
  return openDnsSource(parseDnsOptions(options));
}

/** The source that asks DNS: plans a round, asks, and plans again until the answers call for no more questions. */
export function openDnsSource(settings: DnsSourceSettings, openClient: OpenClient = openDnsClient): PeerSource {
  return new DnsSource(settings, openClient);
}

class DnsSource implements PeerSource {
  readonly #settings: DnsSourceSettings;
  readonly #openClient: OpenClient;
  /** The clients to close when a signal aborts. A watcher's signal is the same for all its rounds: it is listened to once, and not in every round. */
  readonly #clients = new WeakMap<AbortSignal, DnsClient[]>();

  constructor(settings: DnsSourceSettings, openClient: OpenClient) {
    this.#settings = settings;
    this.#openClient = openClient;
  }

  async look(request: LookRequest, signal: AbortSignal): Promise<Observation> {
    signal.throwIfAborted();
    const { servers, lookupTimeoutMs } = this.#settings;
    const client = this.#openClient({ servers, lookupTimeoutMs, firstServer: request.membership.memory.server });
    const open = this.#clientsOf(signal);
    open.push(client);
    const round = new Round(request, client, this.#settings);
    try {
      for (let questions = round.plan(); questions.length > 0; questions = round.plan()) {
        const answers = await client.ask(questions);
        const stale = servedStale(answers, request.membership.memory.ttls, request.nowMs);
        round.take(stale.length === 0 ? answers : withFresh(answers, await askAgain(stale, client)));
      }
      signal.throwIfAborted();
      return round.observation();
    } finally {
      round.end();
      open.splice(open.indexOf(client), 1);
      client.close();
    }
  }

  close(): void {}

  #clientsOf(signal: AbortSignal): DnsClient[] {
    const known = this.#clients.get(signal);
    if (known !== undefined) return known;
    const clients: DnsClient[] = [];
    this.#clients.set(signal, clients);
    signal.addEventListener(
      'abort',
      () => {
        for (const client of clients) client.close();
      },
      { once: true },
    );
    return clients;
  }
}

/** What a round has found so far, and what it asks next. */
class Round {
  readonly #request: LookRequest;
  readonly #client: DnsClient;
  readonly #settings: DnsSourceSettings;
  readonly #startedAtMs = performance.now();
  #limit: NodeJS.Timeout | undefined;
  #lookups: readonly Lookup[] = [];
  /** What was not asked is left for the next round. */
  #isCutOff = false;

  constructor(request: LookRequest, client: DnsClient, settings: DnsSourceSettings) {
    this.#request = request;
    this.#client = client;
    this.#settings = settings;
  }

  plan(): readonly Question[] {
    if (this.#isCutOff) return [];
    const questions = planRound(this.#request, this.#lookups, this.#settings.family);
    // The set question ends by its own deadline; only what may follow needs a limit.
    if (questions.length > 0 && this.#lookups.length > 0) this.#limit ??= this.#setLimit();
    return questions;
  }

  take(answers: readonly Lookup[]): void {
    const { service } = this.#request;
    const { allowed } = this.#settings;
    const lookups = [...this.#lookups];
    for (const answer of answers) if (answer.attempts > 0) lookups.push(screenAnswer(answer, service, allowed));
    this.#isCutOff = lookups.length < this.#lookups.length + answers.length;
    this.#lookups = lookups;
  }

  observation(): Observation {
    const { service, membership, nowMs } = this.#request;
    const lookups = this.#lookups;
    const memory = remember(membership.memory, lookups, { service, members: membership.membersByName, nowMs });
    return { kind: 'evidence', lookups, memory };
  }

  end(): void {
    clearTimeout(this.#limit);
  }

  #setLimit(): NodeJS.Timeout {
    const limitMs = Math.max(SHORTEST_ROUND_LIMIT_MS, 3 * this.#settings.lookupTimeoutMs);
    return setTimeout(() => this.#client.close(), limitMs - (performance.now() - this.#startedAtMs));
  }
}

/** What was served stale, once more, a moment later, when a cache has had time to refresh it. */
async function askAgain(stale: readonly Question[], client: DnsClient): Promise<readonly Lookup[]> {
  await client.pause(REFRESH_MS + REFRESH_SPREAD_MS * Math.random());
  return client.ask(stale);
}
