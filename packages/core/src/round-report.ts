import { keyOf } from './lookup/outcome.ts';
import type { Lookup, Question, RecordType } from './lookup/outcome.ts';

/** How one question went. Frozen. */
export interface LookupReport {
  /** The name asked, without a trailing dot. */
  readonly name: string;
  /** The record type asked for. */
  readonly type: RecordType;
  /** `found` and `absent` are authoritative; `unknown` changes nothing. */
  readonly outcome: 'found' | 'absent' | 'unknown';
  /** Why not `found`: `ENOTFOUND`, `ENODATA`, `EMPTY` (an alias to nowhere), `ESERVFAIL`, `ETIMEOUT`, `EFOREIGN` ... */
  readonly code: string | undefined;
  /** The smallest TTL of the records; undefined where there are none, and for SRV, of which Node gives none. */
  readonly ttlSeconds: number | undefined;
  /** Records that were used. */
  readonly records: number;
  /** Records that were refused as foreign. */
  readonly refused: number;
  /** Queries sent. */
  readonly attempts: number;
  /** From the first query to the outcome. */
  readonly durationMs: number;
  /** The server that gave the outcome, `ip` or `ip:port`; undefined when none did. */
  readonly server: string | undefined;
}

/** What one round asked, and what came of it. Frozen. */
export interface RoundReport {
  /** 1 for the first round of the watcher. */
  readonly number: number;
  /** On the watcher's clock. */
  readonly startedAtMs: number;
  /** From its first question to the decision. */
  readonly durationMs: number;
  /** In the order in which they were asked; empty for a source that is not DNS. */
  readonly lookups: readonly LookupReport[];
  /** The snapshot is another one than before the round. */
  readonly changed: boolean;
  /** The pause until the next round, unless somebody asks for one before. */
  readonly nextDelayMs: number;
}

export function lookupReport({ question, outcome, attempts, durationMs, server, refused }: Lookup): LookupReport {
  return Object.freeze({
    name: question.name,
    type: question.type,
    outcome: outcome.kind,
    code: outcome.kind === 'found' ? undefined : outcome.code,
    ttlSeconds: outcome.kind === 'found' ? outcome.ttlSeconds : undefined,
    records: outcome.kind === 'found' ? outcome.addresses.length + outcome.targets.length : 0,
    refused,
    attempts,
    durationMs,
    server,
  });
}

/** The last lookup of each question, for explanations. Bounded: the questions asked longest ago are forgotten first. */
export interface LookupLog {
  add(lookups: readonly Lookup[]): void;
  /** In the order in which they were last asked. */
  reports(): readonly LookupReport[];
}

/** What one round of the largest sets may ask, so that the set question, asked first, is still there in the end. */
const LOGGED_QUESTIONS = 5_000;
/** Many are forgotten at a time: to find the oldest takes longer the more of them were taken from the front of a map. */
const MOST_LOGGED = 6_000;

export function lookupLog(): LookupLog {
  return new Log();
}

class Log implements LookupLog {
  /** Reports and not lookups: these would keep addresses and targets that nobody asks the log for. */
  readonly #last = new Map<string, LookupReport>();
  #latest: { readonly question: Question; readonly key: string } | undefined;

  add(lookups: readonly Lookup[]): void {
    for (const lookup of lookups) {
      const { question } = lookup;
      const latest = this.#latest;
      // A settled poll asks the same question every time: it keeps its place, the last.
      if (latest?.question.name === question.name && latest.question.type === question.type) {
        this.#last.set(latest.key, lookupReport(lookup));
        continue;
      }
      const key = keyOf(question);
      const { size } = this.#last;
      const report = lookupReport(lookup);
      this.#last.set(key, report);
      // One that was there already goes to the end; a new one is there.
      if (this.#last.size === size && this.#last.delete(key)) this.#last.set(key, report);
      this.#latest = { question, key };
    }
    if (this.#last.size > MOST_LOGGED) forgetOldest(this.#last);
  }

  reports(): readonly LookupReport[] {
    return Object.freeze([...this.#last.values()]);
  }
}

function forgetOldest(last: Map<string, LookupReport>): void {
  for (const key of last.keys()) {
    if (last.size <= LOGGED_QUESTIONS) break;
    last.delete(key);
  }
}
