import { type Answer, answerQuestion, reshuffled, startOfAuthority, type Zone } from './answer.ts';
import { AnswerCache } from './answer-cache.ts';
import { checkDuration, checkKnownKeys } from './check-options.ts';
import type { Cancel, WorldClock } from './clock.ts';
import { faultyAnswer } from './fault-effects.ts';
import type { FaultQuestion, Faults } from './faults.ts';
import type { Random } from './random.ts';
import type { Registry } from './registry.ts';
import type { DnsReplica, ReplicaRestartOptions } from './replica.ts';
import type { ReplicaSettings } from './replica-options.ts';
import { ReplicaWatch } from './replica-watch.ts';
import { spelledAsAsked } from './spelling.ts';

/** What a replica needs of the world around it. */
export interface ReplicaSurroundings {
  readonly registry: Registry;
  readonly clock: WorldClock;
  readonly faults: Faults;
  /** Deals the records of each reply. */
  readonly shuffle: Random;
  /** Of this replica alone: how late it sees what. */
  readonly random: Random;
  /** Throws `CLOSED` when the world is closed. */
  readonly checkOpen: () => void;
}

/** A question as it reaches a replica. */
export interface ReplicaQuestion extends FaultQuestion {
  /** The name as it was written, without a final dot. */
  readonly asked: string;
}

/** What a replica says to a question. */
export interface ReplicaAnswer {
  /** Spelled as the question, or as that of the asker whose answer was cached. */
  readonly answer: Answer;
  readonly isFromCache: boolean;
  readonly delayMs: number;
}

const RESTART_KEYS = ['lameduckMs', 'downMs', 'syncMs'] as const;

/** A replica: a watch on the cluster, and a cache in front of it. */
export class SimulatedReplica implements DnsReplica {
  readonly index: number;
  readonly #settings: ReplicaSettings;
  readonly #surroundings: ReplicaSurroundings;
  readonly #cache: AnswerCache | undefined;
  /** Undefined as long as the replica sees everything at once: then it looks at the truth itself. */
  #watch: ReplicaWatch | undefined;
  #isDown = false;
  #syncedAtMs = 0;
  #cancelNextStep: Cancel = () => {};

  constructor(index: number, settings: ReplicaSettings, surroundings: ReplicaSurroundings) {
    this.index = index;
    this.#settings = settings;
    this.#surroundings = surroundings;
    const isCaching = settings.positiveCacheSeconds > 0 || settings.negativeCacheSeconds > 0;
    this.#cache = isCaching ? new AnswerCache(settings) : undefined;
    if (settings.watchLagMs[1] > 0) this.#watching();
  }

  get phase(): 'serving' | 'syncing' | 'down' {
    if (this.#isDown) return 'down';
    return this.#nowMs() < this.#syncedAtMs ? 'syncing' : 'serving';
  }

  /** Whether nobody answers. */
  get isDown(): boolean {
    return this.#isDown;
  }

  get isWatching(): boolean {
    return !this.#isDown && this.#watch?.isPaused !== true;
  }

  pauseWatch(): void {
    this.#watching().pause(this.#nowMs());
  }

  resumeWatch(): void {
    this.#watch?.resume();
  }

  clearCache(): void {
    this.#cache?.clear();
  }

  restart(options: ReplicaRestartOptions = {}): void {
    this.#surroundings.checkOpen();
    checkKnownKeys(`restart of replica ${this.index}`, options, RESTART_KEYS);
    const { lameduckMs = 0, downMs = 0, syncMs = 0 } = options;
    for (const [key, value] of Object.entries({ lameduckMs, downMs, syncMs })) checkDuration(`${key} of replica ${this.index}`, value);
    this.#cancelNextStep();
    const hasProcess = !this.#isDown;
    if (hasProcess && lameduckMs > 0) this.pauseWatch();
    this.#after(hasProcess ? lameduckMs : 0, () => {
      this.#isDown = true;
      this.#after(downMs, () => this.#start(syncMs));
    });
  }

  /** What the replica knows now. */
  zone(nowMs: number): Zone {
    return this.#watch?.zone(nowMs) ?? this.#surroundings.registry;
  }

  /** Answers from the cache, or from what it knows. */
  ask(question: ReplicaQuestion, nowMs: number): ReplicaAnswer {
    const cache = this.#cache;
    if (cache === undefined) return this.#fetch(question, nowMs);
    const cached = cache.find(question, nowMs);
    if (cached === undefined) {
      const fetched = this.#fetch(question, nowMs);
      return { ...fetched, answer: cache.store(question, fetched.answer, nowMs) };
    }
    // The asker does not wait for it.
    if (cached.isStale) cache.refresh(question, this.#fetch(question, nowMs).answer, nowMs);
    return { answer: reshuffled(cached.answer, this.#surroundings.shuffle), isFromCache: true, delayMs: 0 };
  }

  #fetch(question: ReplicaQuestion, nowMs: number): ReplicaAnswer {
    const { faults, registry } = this.#surroundings;
    const fault = faults.hitting(question, { nowMs, isBehindCache: true });
    const honest = (): Answer => this.#look(question, nowMs);
    const answer =
      fault === undefined ? honest() : faultyAnswer(fault, question, { honest, authority: startOfAuthority(this.zone(nowMs)) });
    return { answer: spelledAsAsked(answer, question, registry.clusterDomain), isFromCache: false, delayMs: fault?.delayMs ?? 0 };
  }

  #look(question: FaultQuestion, nowMs: number): Answer {
    const answer = answerQuestion(this.zone(nowMs), question, this.#surroundings.shuffle);
    // Who has not heard of all names denies none.
    return answer.rcode === 'NXDOMAIN' && nowMs < this.#syncedAtMs ? { ...answer, rcode: 'SERVFAIL' } : answer;
  }

  #start(syncMs: number): void {
    const nowMs = this.#nowMs();
    this.#isDown = false;
    this.#syncedAtMs = nowMs + syncMs;
    this.clearCache();
    const watch = syncMs > 0 ? this.#watching() : this.#watch;
    watch?.list(nowMs, syncMs);
  }

  #after(delayMs: number, step: () => void): void {
    if (delayMs === 0) step();
    else this.#cancelNextStep = this.#surroundings.clock.schedule(delayMs, step);
  }

  #watching(): ReplicaWatch {
    const { registry, random } = this.#surroundings;
    this.#watch ??= new ReplicaWatch(registry, this.#settings.watchLagMs, { random, nowMs: () => this.#nowMs() });
    return this.#watch;
  }

  #nowMs(): number {
    return this.#surroundings.clock.nowMs();
  }
}
