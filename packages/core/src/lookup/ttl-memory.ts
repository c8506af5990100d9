import { isAddressType } from './outcome.ts';
import type { Lookup, Question } from './outcome.ts';

/** What the TTLs of answers have shown. Frozen. */
export interface TtlMemory {
  /** The largest TTL of each of the last minutes, newest last. */
  readonly largest: readonly { readonly atMs: number; readonly ttlSeconds: number }[];
  /** The TTL of the last answer that showed the set; undefined before there was one. */
  readonly ofSet: number | undefined;
  /** When the TTL of the set was last lower than in the answer before: it came out of a cache. */
  readonly agedAtMs: number;
  /** Rounds in a row in which an answer had TTL 0 although it was asked for again. */
  readonly zeroRounds: number;
  /** Until then a TTL of 0 means nothing: the zone itself has it. */
  readonly zeroIsUsualUntilMs: number;
}

export const NO_TTLS: TtlMemory = Object.freeze({
  largest: Object.freeze([]),
  ofSet: undefined,
  agedAtMs: -Infinity,
  zeroRounds: 0,
  zeroIsUsualUntilMs: -Infinity,
});

const MEMORY_MS = 600_000;
const BUCKET_MS = 60_000;
/** Rounds in a row with a TTL of 0 in the second answer too, after which it is taken for the zone's own. */
const ZERO_ROUNDS = 2;

/** The largest TTL seen in the last 10 minutes; 0 when none was. */
export function largestTtlSeconds({ largest: seen }: TtlMemory, nowMs: number): number {
  let largest = 0;
  for (const { atMs, ttlSeconds } of seen) {
    // A bucket is dated by its first answer, its largest may be up to a bucket younger.
    if (nowMs - atMs <= MEMORY_MS + BUCKET_MS && ttlSeconds > largest) largest = ttlSeconds;
  }
  return largest;
}

/** Whether answers came out of a cache in the last 10 minutes, as far as TTLs tell. */
export function isCacheSeen({ agedAtMs }: TtlMemory, nowMs: number): boolean {
  return nowMs - agedAtMs <= MEMORY_MS;
}

/** Questions whose answers are worth a second look: a TTL of 0 says that a cache served them after their time (`serve_stale` of CoreDNS). */
export function servedStale(answers: readonly Lookup[], { zeroIsUsualUntilMs }: TtlMemory, nowMs: number): readonly Question[] {
  if (nowMs < zeroIsUsualUntilMs || !answers.some(hasTtlZero)) return [];
  return answers.filter(hasTtlZero).map(({ question }) => question);
}

/** The answers with the fresh ones in the place of those that were served stale. A fresh `unknown` replaces nothing. */
export function withFresh(answers: readonly Lookup[], fresh: readonly Lookup[]): readonly Lookup[] {
  return answers.map((answer) => {
    const second = fresh.find(({ question }) => question === answer.question);
    if (second === undefined || second.outcome.kind === 'unknown') return answer;
    return { ...second, attempts: answer.attempts + second.attempts, durationMs: answer.durationMs + second.durationMs };
  });
}

/** The memory after a round. The same when no TTL says anything new. */
export function rememberTtls(memory: TtlMemory, lookups: readonly Lookup[], { host, nowMs }: { host: string; nowMs: number }): TtlMemory {
  let [largest, smallest] = [-1, Infinity];
  let ofSet: number | undefined;
  for (const { question, outcome } of lookups) {
    if (outcome.kind !== 'found' || outcome.ttlSeconds === undefined) continue;
    largest = Math.max(largest, outcome.ttlSeconds);
    smallest = Math.min(smallest, outcome.ttlSeconds);
    if (question.name === host) ofSet ??= outcome.ttlSeconds;
  }
  if (largest < 0) return memory;
  const isAged = ofSet !== undefined && memory.ofSet !== undefined && ofSet < memory.ofSet;
  const seen = withLargest(memory.largest, largest, nowMs);
  const isSame = !isAged && seen === memory.largest && (ofSet ?? memory.ofSet) === memory.ofSet && smallest > 0 && memory.zeroRounds === 0;
  return isSame
    ? memory
    : Object.freeze({
        largest: seen,
        ofSet: ofSet ?? memory.ofSet,
        agedAtMs: isAged ? nowMs : memory.agedAtMs,
        ...zeroAfter(memory, smallest === 0, nowMs),
      });
}

function zeroAfter(
  { zeroRounds, zeroIsUsualUntilMs }: TtlMemory,
  isZero: boolean,
  nowMs: number,
): Pick<TtlMemory, 'zeroRounds' | 'zeroIsUsualUntilMs'> {
  if (!isZero || nowMs < zeroIsUsualUntilMs) return { zeroRounds: 0, zeroIsUsualUntilMs };
  return zeroRounds + 1 < ZERO_ROUNDS
    ? { zeroRounds: zeroRounds + 1, zeroIsUsualUntilMs }
    : { zeroRounds: 0, zeroIsUsualUntilMs: nowMs + MEMORY_MS };
}

function withLargest(seen: TtlMemory['largest'], ttlSeconds: number, nowMs: number): TtlMemory['largest'] {
  const last = seen.at(-1);
  if (last !== undefined && nowMs - last.atMs < BUCKET_MS) {
    if (last.ttlSeconds >= ttlSeconds) return seen;
    return Object.freeze([...seen.slice(0, -1), Object.freeze({ atMs: last.atMs, ttlSeconds })]);
  }
  const kept = seen.filter(({ atMs }) => nowMs - atMs <= MEMORY_MS + BUCKET_MS);
  return Object.freeze([...kept, Object.freeze({ atMs: nowMs, ttlSeconds })]);
}

function hasTtlZero({ question, outcome }: Lookup): boolean {
  return isAddressType(question.type) && outcome.kind === 'found' && outcome.ttlSeconds === 0;
}
