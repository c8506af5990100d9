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
  const clients = clientsBySignal();
  return {
    async look(request: LookRequest, signal: AbortSignal): Promise<Observation> {
      signal.throwIfAborted();
      const { servers, lookupTimeoutMs } = settings;
      const client = openClient({ servers, lookupTimeoutMs, firstServer: request.membership.memory.server });
      const open = clients.of(signal);
      open.add(client);
      try {
        const lookups = await runRound(request, client, settings);
        signal.throwIfAborted();
        const { service, membership, nowMs } = request;
        return {
          kind: 'evidence',
          lookups,
          memory: remember(membership.memory, lookups, { service, members: membership.membersByName, nowMs }),
        };
      } finally {
        open.delete(client);
        client.close();
      }
    },
    close() {},
  };
}

/** The clients to close when a signal aborts. A watcher's signal is the same for all its rounds: it is listened to once, and not in every round. */
function clientsBySignal(): { of(signal: AbortSignal): Set<DnsClient> } {
  const known = new WeakMap<AbortSignal, Set<DnsClient>>();
  return {
    of(signal) {
      const before = known.get(signal);
      if (before !== undefined) return before;
      const clients = new Set<DnsClient>();
      known.set(signal, clients);
      signal.addEventListener(
        'abort',
        () => {
          for (const client of clients) client.close();
        },
        { once: true },
      );
      return clients;
    },
  };
}

async function runRound(request: LookRequest, client: DnsClient, settings: DnsSourceSettings): Promise<readonly Lookup[]> {
  const { family, allowed, lookupTimeoutMs } = settings;
  let lookups: readonly Lookup[] = [];
  const startedAtMs = performance.now();
  const limitMs = Math.max(SHORTEST_ROUND_LIMIT_MS, 3 * lookupTimeoutMs);
  let limit: NodeJS.Timeout | undefined;
  try {
    for (;;) {
      const questions: readonly Question[] = planRound(request, lookups, family);
      if (questions.length === 0) return lookups;
      // The set question ends by its own deadline; only what may follow needs a limit.
      if (lookups.length > 0) limit ??= setTimeout(() => client.close(), limitMs - (performance.now() - startedAtMs));
      const [only] = questions;
      // Nearly every round asks one question.
      const first = only !== undefined && questions.length === 1 ? [await client.ask(only)] : await ask(questions, client);
      const stale = servedStale(first, request.membership.memory.ttls, request.nowMs);
      const answers = stale.length === 0 ? first : withFresh(first, await askAgain(stale, client));
      lookups = [...lookups, ...answers.map((answer) => screenAnswer(answer, request.service, allowed))];
      // The round was cut off: what was not asked is left for the next.
      if (answers.some(({ attempts }) => attempts === 0)) return lookups.filter(({ attempts }) => attempts > 0);
    }
  } finally {
    clearTimeout(limit);
  }
}

function ask(questions: readonly Question[], client: DnsClient): Promise<readonly Lookup[]> {
  return Promise.all(questions.map((question) => client.ask(question)));
}

/** What was served stale, once more, a moment later, when a cache has had time to refresh it. */
async function askAgain(stale: readonly Question[], client: DnsClient): Promise<readonly Lookup[]> {
  await client.pause(REFRESH_MS + REFRESH_SPREAD_MS * Math.random());
  return ask(stale, client);
}
