import { Resolver } from 'node:dns/promises';
import { canonicalAddress } from './addresses.ts';
import { attemptGate } from './attempt-gate.ts';
import type { AttemptGate, Entrant } from './attempt-gate.ts';
import type { Outcome, Question } from './outcome.ts';

/** One Resolver that asks one server. */
export interface DnsChannel {
  /** `ip` or `ip:port`; undefined when the system names no server. */
  readonly server: string | undefined;
  /** Sends one query when its turn comes, if it still `begin`s then: nothing is sent for a question that is over. Then calls `end`, once. */
  query(question: Question, turn: Turn): void;
  /** Ends what is in flight: it comes to `unknown`. */
  close(): void;
}

/** Whoever waits to send a query. */
export interface Turn {
  /** Called right before the query is sent; false when it is not wanted any more. */
  begin(): boolean;
  /** What the query came to: never called within `query` if it was sent. */
  end(outcome: Outcome): void;
}

/** More in flight on one socket overflow the kernel's receive buffer, and each loss costs a timeout. */
const IN_FLIGHT_PER_RESOLVER = 64;
const IN_FLIGHT_PER_PROCESS = 256;

const processGate: AttemptGate = attemptGate(IN_FLIGHT_PER_PROCESS);
/** Nothing came of it, because the question was over or the round cut off. */
export const CANCELLED: Outcome = Object.freeze({ kind: 'unknown', code: 'ECANCELLED' });
const WITH_TTL = Object.freeze({ ttl: true } as const);

/** The servers that the system's configuration names, read at this moment; empty when it names none. */
export function systemServers(): readonly string[] {
  return new Resolver().getServers();
}

/**
 * A Resolver of its own: a new one keeps no cache (some Node versions cache denials for an hour), and its `cancel()` ends nobody else's
 * questions.
 */
export function openChannel(server: string | undefined, timeoutMs: number): DnsChannel {
  return new Channel(server, timeoutMs);
}

/** A class, as are its client and gate: each round has new ones, and closures would be made anew for each. */
class Channel implements DnsChannel {
  readonly server: string | undefined;
  readonly #resolver: Resolver;
  readonly #gate = attemptGate(IN_FLIGHT_PER_RESOLVER, processGate);
  #inFlight = 0;

  constructor(server: string | undefined, timeoutMs: number) {
    this.server = server;
    // One try: Node's back-off takes up to 75 s and never fails over on SERVFAIL. Trying again is the client's work.
    this.#resolver = new Resolver({ timeout: timeoutMs, tries: 1 });
    if (server !== undefined) this.#resolver.setServers([server]);
  }

  query(question: Question, turn: Turn): void {
    this.#gate.enter(new Query(this, question, turn));
  }

  async send(question: Question, turn: Turn): Promise<void> {
    let outcome = CANCELLED;
    this.#inFlight += 1;
    try {
      if (turn.begin()) outcome = await send(this.#resolver, question);
    } catch (error) {
      outcome = failure(error);
    }
    this.#inFlight -= 1;
    this.#gate.leave();
    turn.end(outcome);
  }

  close(): void {
    // An idle Resolver holds nothing, and cancelling is not free of faults in older c-ares.
    if (this.#inFlight > 0) this.#resolver.cancel();
  }
}

/** A query that waits for its place. */
class Query implements Entrant {
  readonly #channel: Channel;
  readonly #question: Question;
  readonly #turn: Turn;

  constructor(channel: Channel, question: Question, turn: Turn) {
    this.#channel = channel;
    this.#question = question;
    this.#turn = turn;
  }

  start(): void {
    void this.#channel.send(this.#question, this.#turn);
  }
}

function send(resolver: Resolver, { name, type }: Question): Promise<Outcome> {
  switch (type) {
    case 'A':
      return resolver.resolve4(name, WITH_TTL).then(foundAddresses);
    case 'AAAA':
      return resolver.resolve6(name, WITH_TTL).then(foundAddresses);
    case 'SRV':
      return resolver.resolveSrv(name).then(foundTargets);
    case 'PTR':
      return resolver.resolvePtr(name).then((names) => foundTargets(names.map((target) => ({ name: target, port: 0 }))));
    default:
      return resolver.resolve(name, type).then((records) => found({ count: Array.isArray(records) ? records.length : 1 }));
  }
}

function foundAddresses(records: readonly { address: string; ttl: number }[]): Outcome {
  const addresses = new Set<string>();
  let ttlSeconds = Infinity;
  for (const { address, ttl } of records) {
    // IPv4 has one form only; IPv6 is not always written as RFC 5952 says. Text that is no address is refused as foreign later.
    addresses.add(address.includes(':') ? (canonicalAddress(address) ?? address) : address);
    if (ttl < ttlSeconds) ttlSeconds = ttl;
  }
  return found({ count: addresses.size, addresses: [...addresses], ttlSeconds });
}

function foundTargets(records: readonly { name: string; port: number }[]): Outcome {
  // Several ports give a target several records with names in any case; an empty name is SRV's way to say "no such service".
  const targets = records.filter(({ name }) => name !== '').map(({ name, port }) => ({ host: name.toLowerCase(), port }));
  return found({ count: targets.length, targets });
}

function found(answer: {
  count: number;
  addresses?: readonly string[];
  targets?: readonly { host: string; port: number }[];
  ttlSeconds?: number;
}): Outcome {
  // Node reports an alias that leads nowhere as a success without records.
  if (answer.count === 0) return { kind: 'absent', reason: 'no-such-record', code: 'EMPTY' };
  return { kind: 'found', addresses: answer.addresses ?? [], targets: answer.targets ?? [], ttlSeconds: answer.ttlSeconds };
}

/** The one place where codes are classified: two of them are an authoritative no, everything else says nothing about the world. */
function failure(error: unknown): Outcome {
  const code = codeOf(error);
  if (code === 'ENOTFOUND') return { kind: 'absent', reason: 'no-such-name', code };
  if (code === 'ENODATA') return { kind: 'absent', reason: 'no-such-record', code };
  return { kind: 'unknown', code };
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'EUNKNOWN';
}
