import { remember } from '../../src/lookup/lookup-memory.ts';
import { isAddressType } from '../../src/lookup/outcome.ts';
import type { Lookup, Question } from '../../src/lookup/outcome.ts';
import { planRound } from '../../src/lookup/plan-round.ts';
import { nextProbe } from '../../src/lookup/probe.ts';
import { screenAnswer } from '../../src/lookup/screen-answer.ts';
import { servedStale, withFresh } from '../../src/lookup/ttl-memory.ts';
import { startingMembership } from '../../src/membership/membership.ts';
import { withDeclared } from '../../src/membership/next-membership.ts';
import type { Membership } from '../../src/membership/membership.ts';
import { observe } from '../../src/membership/observe.ts';
import type { Policy } from '../../src/membership/policy.ts';
import { isSettling, nextDelayMs } from '../../src/membership/schedule.ts';
import type { ResolvedOptions } from '../../src/options.ts';
import { parseReplicas, policyOf } from '../../src/parse-options.ts';
import type { LookRequest, Observation } from '../../src/source.ts';

/** DNS that needs no promises. */
export interface SyncClient {
  /** Answers all of these before it returns. */
  ask(questions: readonly Question[]): readonly Lookup[];
  /** Lets 100 to 250 ms go by. */
  pause(): void;
}

/** No round needs nearly as many: one that asks on and on must not hang the simulation. */
const MOST_BATCHES = 100;

/** One look: what was asked, and what the watcher believed before and after. */
export interface Round {
  /** Counted from 1. */
  readonly number: number;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  /** Only a probe was due. */
  readonly isProbeOnly: boolean;
  /** The watcher was in a hurry when it began. */
  readonly wasSettling: boolean;
  readonly observation: Observation & { readonly kind: 'evidence' };
  readonly before: Membership;
  readonly after: Membership;
}

/**
 * The loop of a watcher without promises, on the same planning, observing and scheduling code: for millions of rounds. What depends on
 * promises is left to the histories of `history.ts`, which go through the watcher itself.
 */
export class SyncWatcher {
  readonly policy: Policy;
  readonly #options: ResolvedOptions;
  readonly #client: SyncClient;
  #membership: Membership;
  #rounds = 0;
  #polledAtMs: number;
  #probedAtMs = -Infinity;
  #jitter: number;
  #isAwaited = false;
  #next: { readonly dueMs: number; readonly isProbeOnly: boolean };

  constructor(options: ResolvedOptions, client: SyncClient) {
    const { service, statefulSet, firstOrdinal, declared, clock, random } = options;
    this.#options = options;
    this.#client = client;
    this.policy = policyOf(options);
    this.#membership = startingMembership({ service, statefulSet, firstOrdinal, declared, nowMs: clock.nowMs() });
    this.#polledAtMs = clock.nowMs();
    this.#jitter = random();
    this.#next = { dueMs: clock.nowMs(), isProbeOnly: false };
  }

  get membership(): Membership {
    return this.#membership;
  }

  /** When the next look is due. */
  get dueMs(): number {
    return this.#next.dueMs;
  }

  /** Looks now. */
  round(): Round {
    const { clock, random } = this.#options;
    const { isProbeOnly } = this.#next;
    const startedAtMs = clock.nowMs();
    const before = this.#membership;
    const wasSettling = isSettling(before, { isAwaited: this.#isAwaited, nowMs: startedAtMs });
    const observation = this.#look({ nowMs: startedAtMs, isSettling: wasSettling, isProbeOnly });
    const endedAtMs = clock.nowMs();
    const after = observe(before, observation, this.policy, endedAtMs);
    this.#membership = after;
    this.#rounds += 1;
    const { host } = after.service;
    const wasPolled = !isProbeOnly || observation.lookups.some(({ question }) => question.name === host && isAddressType(question.type));
    if (wasPolled) [this.#polledAtMs, this.#jitter] = [endedAtMs, random()];
    else this.#probedAtMs = endedAtMs;
    this.#schedule();
    return { number: this.#rounds, startedAtMs, endedAtMs, isProbeOnly, wasSettling, observation, before, after };
  }

  declare(replicas: number): void {
    this.#membership = withDeclared(this.#membership, parseReplicas(replicas, this.#options), this.#options.clock.nowMs());
    this.#schedule();
  }

  /** Someone waits for `ready()`, or no longer. */
  await(isAwaited: boolean): void {
    this.#isAwaited = isAwaited;
    this.#schedule();
  }

  refresh(): void {
    this.#next = { dueMs: this.#options.clock.nowMs(), isProbeOnly: false };
  }

  #look(now: Pick<LookRequest, 'nowMs' | 'isSettling' | 'isProbeOnly'>): Observation & { kind: 'evidence' } {
    const membership = this.#membership;
    const { service, membersByName } = membership;
    const { family, allowed } = this.#options;
    const request: LookRequest = { service, membership, policy: this.policy, ...now };
    const lookups: Lookup[] = [];
    for (let batch = 0; ; batch += 1) {
      if (batch === MOST_BATCHES) throw new Error(`a round without end: ${batch} batches of questions`);
      const questions = planRound(request, lookups, family);
      if (questions.length === 0) break;
      for (const answer of this.#askAll(questions, now.nowMs)) lookups.push(screenAnswer(answer, service, allowed));
    }
    const memory = remember(membership.memory, lookups, { service, members: membersByName, nowMs: now.nowMs });
    return { kind: 'evidence', lookups, memory };
  }

  #askAll(questions: readonly Question[], nowMs: number): readonly Lookup[] {
    const answers = this.#client.ask(questions);
    const stale = servedStale(answers, this.#membership.memory.ttls, nowMs);
    if (stale.length === 0) return answers;
    this.#client.pause();
    return withFresh(answers, this.#client.ask(stale));
  }

  #schedule(): void {
    const { clock } = this.#options;
    const nowMs = clock.nowMs();
    const delayMs = nextDelayMs(this.#membership, this.policy, { isAwaited: this.#isAwaited, nowMs, random: this.#jitter });
    const pollAtMs = Math.max(nowMs, this.#polledAtMs + delayMs);
    const probe = nextProbe(this.#membership, this.policy);
    const probeAtMs = probe === undefined ? Infinity : Math.max(nowMs, probe.dueMs, this.#probedAtMs + this.policy.settlingIntervalMs);
    this.#next = probeAtMs < pollAtMs ? { dueMs: probeAtMs, isProbeOnly: true } : { dueMs: pollAtMs, isProbeOnly: false };
  }
}
