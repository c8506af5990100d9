import type { Answer } from './answer.ts';
import { canonicalName } from './dns-name.ts';
import type { ResourceRecord } from './records.ts';

/** How long a cache keeps what. 0 keeps nothing of that kind. */
export interface CacheLimits {
  readonly positiveCacheSeconds: number;
  readonly negativeCacheSeconds: number;
  /** How long after its time an answer may still be given, with TTL 0. */
  readonly serveStaleSeconds: number;
}

/** What a cache holds for a question. */
export interface CachedAnswer {
  /** With the TTL that is left, in every record. */
  readonly answer: Answer;
  /** Its time is over: it may be given once more, and wants to be replaced. */
  readonly isStale: boolean;
}

/** A question as a cache tells it from others. */
export interface CacheQuestion {
  readonly name: string;
  readonly type: string;
}

type Class = 'positive' | 'denial' | 'failure' | 'uncacheable';

interface Entry {
  readonly answer: Answer;
  readonly ttlSeconds: number;
  readonly storedAtMs: number;
  /** The answer as last given: within one second all askers get the same. */
  aged: { readonly ttlSeconds: number; readonly answer: Answer };
}

/** Nothing is kept for less, whatever its TTL, unless the limit itself is lower (`minttl`); and answers without records for so long. */
const SHORTEST_SECONDS = 5;

/** How long SERVFAIL and NOTIMP are kept (`servfail`). */
const FAILURE_SECONDS = 5;

/** Entries of each kind (`capacity`). Beyond it the oldest goes, where CoreDNS drops any. */
const CAPACITY = 9_984;

/**
 * Keeps answers as CoreDNS's `cache` plugin does: one entry for each name and type, answers and denials apart, denials looked at first.
 *
 * Every TTL of an answer becomes the time it is kept for: the least TTL in it, but 5 s or more, and the limit or less. From then on it
 * counts down.
 */
export class AnswerCache {
  readonly #limits: CacheLimits;
  readonly #positives = new Map<string, Entry>();
  readonly #denials = new Map<string, Entry>();

  constructor(limits: CacheLimits) {
    this.#limits = limits;
  }

  find(question: CacheQuestion, nowMs: number): CachedAnswer | undefined {
    const key = keyOf(question);
    const entry = this.#usable(this.#denials, key, nowMs) ?? this.#usable(this.#positives, key, nowMs);
    if (entry === undefined) return undefined;
    const leftSeconds = secondsLeft(entry, nowMs);
    return { answer: agedAnswer(entry, Math.max(0, leftSeconds)), isStale: leftSeconds <= 0 };
  }

  /** Takes an answer in and returns it as the asker gets it, its TTLs changed. */
  store(question: CacheQuestion, answer: Answer, nowMs: number): Answer {
    const ofClass = classOf(question, answer);
    const { entries, limitSeconds } = this.#shelf(ofClass);
    if (limitSeconds === 0) return answer;
    const ttlSeconds = ofClass === 'failure' ? FAILURE_SECONDS : Math.min(Math.max(leastTtl(answer), SHORTEST_SECONDS), limitSeconds);
    const given = withTtl(answer, ttlSeconds);
    if (ofClass === 'uncacheable') return given;
    const entry = { answer: given, ttlSeconds, storedAtMs: nowMs, aged: { ttlSeconds, answer: given } };
    put(entries, keyOf(question), entry);
    return given;
  }

  /** Takes in what replaces a stale answer. A failure does not: the stale answer stays. */
  refresh(question: CacheQuestion, answer: Answer, nowMs: number): void {
    if (answer.rcode !== 'NOERROR' && answer.rcode !== 'NXDOMAIN') return;
    this.store(question, answer, nowMs);
    const ofClass = classOf(question, answer);
    // Denials are looked at first: an old one would hide the answer.
    if (ofClass === 'positive' && this.#shelf(ofClass).limitSeconds > 0) this.#denials.delete(keyOf(question));
  }

  clear(): void {
    this.#positives.clear();
    this.#denials.clear();
  }

  #shelf(ofClass: Class): { entries: Map<string, Entry>; limitSeconds: number } {
    const { positiveCacheSeconds, negativeCacheSeconds } = this.#limits;
    const isPositive = ofClass === 'positive' || ofClass === 'uncacheable';
    return isPositive
      ? { entries: this.#positives, limitSeconds: positiveCacheSeconds }
      : { entries: this.#denials, limitSeconds: negativeCacheSeconds };
  }

  #usable(entries: Map<string, Entry>, key: string, nowMs: number): Entry | undefined {
    const entry = entries.get(key);
    if (entry === undefined) return undefined;
    const leftSeconds = secondsLeft(entry, nowMs);
    if (leftSeconds > 0 || -leftSeconds < this.#limits.serveStaleSeconds) return entry;
    entries.delete(key);
    return undefined;
  }
}

/** RFC 2308: a denial is kept only with an SOA record; and an answer that answers another question is none. */
function classOf({ name, type }: CacheQuestion, { rcode, answers, authority }: Answer): Class {
  const hasAuthority = authority.some((record) => record.type === 'SOA');
  if (rcode === 'SERVFAIL' || rcode === 'NOTIMP') return 'failure';
  if (rcode === 'NXDOMAIN') return hasAuthority ? 'denial' : 'uncacheable';
  if (rcode !== 'NOERROR') return 'uncacheable';
  if (answers.length === 0) return hasAuthority ? 'denial' : 'positive';
  return answers.some((record) => record.type === type && canonicalName(record.name) === name) ? 'positive' : 'uncacheable';
}

function leastTtl({ answers, authority, additional }: Answer): number {
  const ttls = [answers, authority, additional].flatMap((records) => records.map(({ ttlSeconds }) => ttlSeconds));
  return ttls.length === 0 ? SHORTEST_SECONDS : Math.min(...ttls);
}

function agedAnswer(entry: Entry, ttlSeconds: number): Answer {
  if (entry.aged.ttlSeconds !== ttlSeconds) entry.aged = { ttlSeconds, answer: withTtl(entry.answer, ttlSeconds) };
  return entry.aged.answer;
}

function withTtl(answer: Answer, ttlSeconds: number): Answer {
  const all = (records: readonly ResourceRecord[]): readonly ResourceRecord[] =>
    records.every((record) => record.ttlSeconds === ttlSeconds) ? records : records.map((record) => ({ ...record, ttlSeconds }));
  return { rcode: answer.rcode, answers: all(answer.answers), authority: all(answer.authority), additional: all(answer.additional) };
}

/** Whole seconds, the last one begun counting as one. */
function secondsLeft({ ttlSeconds, storedAtMs }: Entry, nowMs: number): number {
  return ttlSeconds - Math.floor((nowMs - storedAtMs) / 1_000);
}

function put(entries: Map<string, Entry>, key: string, entry: Entry): void {
  // Anew, so that the map stays in order of time.
  entries.delete(key);
  const [oldest] = entries.keys();
  if (oldest !== undefined && entries.size >= CAPACITY) entries.delete(oldest);
  entries.set(key, entry);
}

function keyOf({ name, type }: CacheQuestion): string {
  return `${type} ${name}`;
}
