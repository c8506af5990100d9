import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createWorld, type ReplicaOptions, type StatefulSet, type World, type WorldClock } from '../src/index.ts';
import { ask, valuesOf, ZONE } from './ask.ts';

const NAME = `db-svc.${ZONE}`;

/** Nothing here takes time by itself, so that a clock needs no timers. */
interface HandClock extends WorldClock {
  move(ms: number): void;
}

function handClock(): HandClock {
  let now = 0;
  return {
    nowMs: () => now,
    schedule: () => {
      throw new Error('nothing is scheduled');
    },
    move: (ms) => {
      now += ms;
    },
  };
}

type Step =
  | { readonly kind: 'move'; readonly ms: number }
  | { readonly kind: 'scale'; readonly replicas: number }
  | { readonly kind: 'flip'; readonly ordinal: number }
  | { readonly kind: 'restart'; readonly ordinal: number }
  | { readonly kind: 'ask'; readonly label: string; readonly type: string };

const move = fc.record({ kind: fc.constant('move' as const), ms: fc.integer({ min: 1, max: 12_000 }) });
const change: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('scale' as const), replicas: fc.integer({ min: 0, max: 4 }) }),
  fc.record({ kind: fc.constant('flip' as const), ordinal: fc.nat(3) }),
  fc.record({ kind: fc.constant('restart' as const), ordinal: fc.nat(3) }),
);
const question = fc.record({
  kind: fc.constant('ask' as const),
  label: fc.constantFrom('', 'db-0.', 'db-1.'),
  type: fc.constantFrom('A', 'AAAA', 'SRV', 'TXT'),
});
const steps = fc.array(fc.oneof({ arbitrary: question, weight: 4 }, { arbitrary: move, weight: 2 }, { arbitrary: change, weight: 1 }), {
  minLength: 10,
  maxLength: 80,
});

function act(set: StatefulSet, step: Step): void {
  if (step.kind === 'scale') set.scale(step.replicas);
  if (step.kind !== 'flip' && step.kind !== 'restart') return;
  const pod = set.pods[step.ordinal];
  if (step.kind === 'restart') pod?.restart();
  else pod?.setReady(!pod.isReady);
}

function makeWorld(clock: WorldClock, options: ReplicaOptions & { ttlSeconds?: number }): { world: World; set: StatefulSet } {
  const world = createWorld({ clock, ...options });
  const service = world.headlessService('db-svc', { ports: [{ port: 27_017 }] });
  return { world, set: service.statefulSet('db', { replicas: 2, podManagementPolicy: 'Parallel' }) };
}

/** What a client learns from a reply, and how long it may believe it. */
interface Told {
  /** Response code and values. */
  readonly said: string;
  readonly ttlSeconds: number;
  readonly isFromCache: boolean;
}

function tell(world: World, { label, type }: { label: string; type: string }): Told {
  const reply = ask(world, label + NAME, type);
  const ttls = new Set([...reply.answers, ...reply.authority, ...reply.additional].map(({ ttlSeconds }) => ttlSeconds));
  const [ttlSeconds] = ttls;
  if (ttls.size !== 1 || ttlSeconds === undefined) throw new Error(`a reply with the TTLs ${[...ttls].join(', ')}`);
  return { said: [reply.rcode, ...valuesOf(reply)].join(' '), ttlSeconds, isFromCache: world.queries.at(-1)?.isFromCache ?? false };
}

type Limits = Required<Pick<ReplicaOptions, 'positiveCacheSeconds' | 'negativeCacheSeconds' | 'serveStaleSeconds'>> & {
  ttlSeconds: number;
};

const limits: fc.Arbitrary<Limits> = fc.record({
  ttlSeconds: fc.integer({ min: 0, max: 40 }),
  positiveCacheSeconds: fc.integer({ min: 0, max: 40 }),
  negativeCacheSeconds: fc.integer({ min: 0, max: 40 }),
  serveStaleSeconds: fc.constantFrom(0, 0, 20, 3_600),
});

/** A cache of one entry for each question, and nothing else: what it was last told, when, and for how long. */
class CacheModel {
  readonly #limits: Limits;
  readonly #entries = new Map<string, { said: string; ttlSeconds: number; atMs: number }>();

  constructor(ofCache: Limits) {
    this.#limits = ofCache;
  }

  /** What it must tell, where `truth` is what it would be told itself. */
  tell(key: string, truth: string, nowMs: number): Told {
    const entry = this.#entries.get(key);
    if (entry !== undefined) {
      const left = entry.ttlSeconds - Math.floor((nowMs - entry.atMs) / 1_000);
      if (left > 0) return { said: entry.said, ttlSeconds: left, isFromCache: true };
      if (-left < this.#limits.serveStaleSeconds) {
        this.#fetch(key, truth, nowMs);
        return { said: entry.said, ttlSeconds: 0, isFromCache: true };
      }
    }
    return { said: truth, ttlSeconds: this.#fetch(key, truth, nowMs), isFromCache: false };
  }

  #fetch(key: string, said: string, atMs: number): number {
    const { ttlSeconds, positiveCacheSeconds, negativeCacheSeconds } = this.#limits;
    const limitSeconds = ['NXDOMAIN', 'NOERROR'].includes(said) ? negativeCacheSeconds : positiveCacheSeconds;
    if (limitSeconds === 0) return ttlSeconds;
    const kept = Math.min(Math.max(ttlSeconds, 5), limitSeconds);
    this.#entries.set(key, { said, ttlSeconds: kept, atMs });
    return kept;
  }
}

describe('a cache', () => {
  test('tells what was true when it fetched it, by name and type, with a TTL that counts down, and never past its time', () => {
    fc.assert(
      fc.property(steps, limits, (script, options) => {
        const clock = handClock();
        const [cached, plain] = [makeWorld(clock, options), makeWorld(clock, {})];
        const model = new CacheModel(options);
        for (const step of script) {
          if (step.kind === 'move') clock.move(step.ms);
          act(cached.set, step);
          act(plain.set, step);
          if (step.kind !== 'ask') continue;
          const truth = tell(plain.world, step).said;
          expect(tell(cached.world, step)).toEqual(model.tell(`${step.type} ${step.label}`, truth, clock.nowMs()));
        }
      }),
      { numRuns: 500 },
    );
  });

  test('answers nothing that it was not asked before', () => {
    fc.assert(
      fc.property(steps, (script) => {
        const clock = handClock();
        const { world, set } = makeWorld(clock, { positiveCacheSeconds: 30, negativeCacheSeconds: 30, serveStaleSeconds: 3_600 });
        const asked = new Set<string>();
        for (const step of script) {
          if (step.kind === 'move') clock.move(step.ms);
          act(set, step);
          if (step.kind !== 'ask') continue;
          const key = `${step.type} ${step.label}`;
          const { isFromCache } = tell(world, step);
          expect(isFromCache && !asked.has(key)).toBe(false);
          asked.add(key);
        }
      }),
    );
  });
});

describe('a lagging watch', () => {
  const lag = fc.tuple(fc.integer({ min: 1, max: 5_000 }), fc.integer({ min: 0, max: 20_000 }));

  test('shows states that were true, in their order, each within the bounds of the lag', () => {
    fc.assert(
      fc.property(steps, lag, fc.integer(), (script, [leastMs, spreadMs], seed) => {
        const mostMs = leastMs + spreadMs;
        const clock = handClock();
        const world = createWorld({ clock, seed, watchLagMs: [leastMs, mostMs] });
        const set = world.headlessService('db-svc').statefulSet('db', { replicas: 2, podManagementPolicy: 'Parallel' });
        const truth = (): string =>
          set.pods
            .filter(({ isReady }) => isReady)
            .flatMap(({ addresses }) => addresses)
            .toSorted()
            .join(' ');
        const states = [
          { value: '', fromMs: -Infinity },
          { value: truth(), fromMs: 0 },
        ];
        let reached = 0;
        for (const step of script) {
          if (step.kind === 'move') clock.move(step.ms);
          act(set, step);
          const nowMs = clock.nowMs();
          if (states.at(-1)?.fromMs === nowMs) states.pop();
          if (states.at(-1)?.value !== truth()) states.push({ value: truth(), fromMs: nowMs });
          if (step.kind !== 'ask') continue;
          const seen = valuesOf(ask(world, NAME, 'A')).join(' ');
          const isPossible = ({ value, fromMs }: { value: string; fromMs: number }, index: number): boolean =>
            index >= reached && value === seen && fromMs <= nowMs - leastMs && (states[index + 1]?.fromMs ?? Infinity) > nowMs - mostMs;
          reached = states.findIndex(isPossible);
          expect({ reached, seen }).not.toMatchObject({ reached: -1 });
        }
      }),
      { numRuns: 400 },
    );
  });
});
