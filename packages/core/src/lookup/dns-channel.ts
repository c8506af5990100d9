import { Resolver } from 'node:dns/promises';
import { codeOf } from '../code-of.ts';
import { canonicalAddress } from './addresses.ts';
import { attemptGate } from './attempt-gate.ts';
import type { AttemptGate, Entrant } from './attempt-gate.ts';
import type { Outcome, Question } from './outcome.ts';

/** One Resolver that asks one server. */
export interface DnsChannel {
  /** `ip` or `ip:port`; undefined when the system names no server. */
  readonly server: string | undefined;
  /** Starts the query when its turn has come, which is to send itself then. */
  enter(query: Entrant): void;
  /** Sends a query that was started, if it still `begin`s: nothing is sent for a question that is over. Then calls `end`, once. */
  send(query: Query): void;
  /** Ends what is in flight: it comes to `unknown`. */
  close(): void;
}

/** One query of a question. */
export interface Query {
  readonly question: Question;
  /** Called right before the query is sent; false when it is not wanted any more. */
  begin(): boolean;
  /** What the query came to: never called within `send` if it was sent. */
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

  enter(query: Entrant): void {
    this.#gate.enter(query);
  }

  send(query: Query): void {
    this.#inFlight += 1;
    if (!query.begin()) {
      this.#end(query, CANCELLED);
      return;
    }
    ask(this.#resolver, query.question).then(
      (outcome) => this.#end(query, outcome),
      (error: unknown) => this.#end(query, failure(error)),
    );
  }

  #end(query: Query, outcome: Outcome): void {
    this.#inFlight -= 1;
    this.#gate.leave();
    query.end(outcome);
  }

  close(): void {
    // An idle Resolver holds nothing, and cancelling is not free of faults in older c-ares.
    if (this.#inFlight > 0) this.#resolver.cancel();
  }
}

/** Rejects with the resolver's error; Node throws for a name that cannot be asked. */
async function ask(resolver: Resolver, { name, type }: Question): Promise<Outcome> {
  switch (type) {
    case 'A':
      return foundAddresses(await resolver.resolve4(name, WITH_TTL));
    case 'AAAA':
      return foundAddresses(await resolver.resolve6(name, WITH_TTL));
    case 'SRV':
      return foundTargets(await resolver.resolveSrv(name));
    case 'PTR':
      return foundTargets((await resolver.resolvePtr(name)).map(atNoPort));
    default:
      return foundRecords(await resolver.resolve(name, type));
  }
}

function foundAddresses(records: readonly { address: string; ttl: number }[]): Outcome {
  const addresses: string[] = [];
  let ttlSeconds = Infinity;
  for (const { address, ttl } of records) {
    // IPv4 has one form only; IPv6 is not always written as RFC 5952 says. Text that is no address is refused as foreign later.
    addresses.push(address.includes(':') ? (canonicalAddress(address) ?? address) : address);
    if (ttl < ttlSeconds) ttlSeconds = ttl;
  }
  // Nearly every name has one address; sets have more.
  const unique = addresses.length === 1 ? addresses : [...new Set(addresses)];
  return found({ count: unique.length, addresses: unique, ttlSeconds });
}

function foundTargets(records: readonly { name: string; port: number }[]): Outcome {
  // Several ports give a target several records with names in any case; an empty name is SRV's way to say "no such service".
  const targets = records.filter(({ name }) => name !== '').map(({ name, port }) => ({ host: name.toLowerCase(), port }));
  return found({ count: targets.length, targets });
}

/** Records that are only counted: that there are any is the answer. */
function foundRecords(records: unknown): Outcome {
  return found({ count: Array.isArray(records) ? records.length : 1 });
}

function atNoPort(name: string): { name: string; port: number } {
  return { name, port: 0 };
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
