import { InvalidOptionsError } from '@peerset/core/errors';
import { createEvents } from '@peerset/core/kit';
import type { Events } from '@peerset/core/kit';
import type { ReplicaSetObservation } from '../plan/observation.ts';
import { checkObservation } from '../plan/check-observation.ts';
import { planReplicaSet } from '../plan/plan-replica-set.ts';
import { isIdle } from '../plan/replica-set-plan.ts';
import type { MutatingPlan, ReplicaSetPlan } from '../plan/replica-set-plan.ts';
import { dnsView } from './dns-view.ts';
import { mayStillSend } from '../plan/may-still-send.ts';
import type { Document } from './mongo-driver.ts';
import { nextDelayMs } from './next-delay.ts';
import { ordinalsToProbe } from './ordinals-to-probe.ts';
import { localView, probeOf, wireVersionOf } from './read-replies.ts';
import type { LocalReplies } from './read-replies.ts';
import type { ReconcilerEvents } from './reconciler-events.ts';
import { replicasIssues, resolveReconcilerOptions } from './reconciler-options.ts';
import type { ReplicaSetReconcilerOptions, ResolvedReconcilerOptions } from './reconciler-options.ts';
import { failureOf } from './server-reply.ts';
import { SetConnections } from './set-connections.ts';

/** What a reconciler has done since it was made. */
export interface ReconcilerMetrics {
  /** Looks that ended in a plan. */
  readonly ticks: number;
  /** Plans that the server has carried out. */
  readonly applied: number;
  /** Plans that were sent and not confirmed. */
  readonly failed: number;
  /** Plans that no longer fitted when they were about to be sent. */
  readonly dropped: number;
  /** Ticks in a row that ended with a failed plan, or without a local server. */
  readonly failuresInARow: number;
  /** The plan of the last tick; undefined before the first. */
  readonly plan: ReplicaSetPlan | undefined;
}

/** Documents that were refused are kept so many at most: older ones are of versions long past. */
const REFUSED_KEPT = 100;
/** A primary that steps down does not stand again for so long. */
const STEP_DOWN_SECONDS = 60;
const CATCH_UP_SECONDS = 10;

/**
 * Keeps the replica set of a StatefulSet as declared, from beside one of its servers; one runs beside each. It looks, plans
 * (`planReplicaSet`), reads `(term, version)` again right before it sends, and sends at most one command a tick, never with `force`. On doubt
 * it does nothing. Nothing runs before `start` or `tick`.
 *
 * @throws {InvalidOptionsError} `INVALID_OPTIONS` naming each option, its value and the rule.
 */
export class ReplicaSetReconciler implements AsyncDisposable {
  readonly #options: ResolvedReconcilerOptions;
  readonly #events: Events<ReconcilerEvents> = createEvents();
  readonly #connections: SetConnections;
  readonly #closing = new AbortController();
  #replicas: number;
  #rejected: ReplicaSetObservation['memory']['rejected'] = [];
  #metrics: ReconcilerMetrics = { ticks: 0, applied: 0, failed: 0, dropped: 0, failuresInARow: 0, plan: undefined };
  #tick: Promise<ReplicaSetPlan> | undefined;
  #loop: Promise<void> | undefined;

  constructor(options: ReplicaSetReconcilerOptions) {
    const [hostname] = (process.env['HOSTNAME'] ?? '').split('.');
    this.#options = resolveReconcilerOptions(options, process.env['POD_NAME'] ?? hostname);
    this.#replicas = options.replicas;
    this.#check(options.replicas);
    this.#connections = new SetConnections(this.#options, this.#hostOf(this.#options.ordinal));
    this.#options.watcher.closed.addEventListener('abort', this.#onWatcherClosed, { once: true });
  }

  /** What it has done so far; a new object after each tick. */
  get metrics(): ReconcilerMetrics {
    return this.#metrics;
  }

  /** Listens until unsubscribed. Returns the unsubscribe. */
  on<K extends keyof ReconcilerEvents & string>(event: K, listener: (...values: ReconcilerEvents[K]) => void): () => void {
    return this.#events.on(event, listener);
  }

  /**
   * So many members there shall be from now on: to scale down, tell it here, wait for a plan `none`, and only then take the pods away.
   *
   * @throws {InvalidOptionsError} `INVALID_OPTIONS` when it is no integer from 1 to 50.
   */
  declare(replicas: number): void {
    const issues = replicasIssues(replicas);
    if (issues.length > 0) throw new InvalidOptionsError(issues);
    this.#check(replicas);
    this.#replicas = replicas;
  }

  /** Ticks from now on, until it or the watcher is closed. Idempotent. */
  start(): void {
    this.#loop ??= this.#run();
  }

  /** One look, and what follows from it. Calls made while one is under way share it. Rejects with the reason of the closing. */
  tick(): Promise<ReplicaSetPlan> {
    this.#tick ??= this.#once().finally(() => {
      this.#tick = undefined;
    });
    return this.#tick;
  }

  /** Ends commands under way, and leaves no socket. Idempotent. */
  async close(): Promise<void> {
    this.#closing.abort(new DOMException('the reconciler is closed', 'AbortError'));
    this.#options.watcher.closed.removeEventListener('abort', this.#onWatcherClosed);
    await this.#connections.close();
    await Promise.allSettled([this.#tick, this.#loop]);
  }

  /** As `close`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  readonly #onWatcherClosed = (): void => {
    void this.close();
  };

  async #run(): Promise<void> {
    const { watcher, intervalMs } = this.#options;
    const { signal } = this.#closing;
    while (!signal.aborted) {
      const { applied } = this.#metrics;
      try {
        await this.tick();
        const result = { isApplied: this.#metrics.applied > applied, failuresInARow: this.#metrics.failuresInARow };
        await watcher.clock.sleep(nextDelayMs(result, intervalMs, Math.random()), signal);
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    }
  }

  async #once(): Promise<ReplicaSetPlan> {
    const { signal } = this.#closing;
    signal.throwIfAborted();
    const observation = await this.#observe();
    signal.throwIfAborted();
    const plan = planReplicaSet(observation);
    const { plan: before } = this.#metrics;
    this.#count({ ticks: this.#metrics.ticks + 1, plan });
    this.#events.emit('plan', plan);
    if (plan.kind === 'blocked' && (before?.kind !== 'blocked' || before.reason !== plan.reason)) this.#events.emit('blocked', plan.reason);
    if (isIdle(plan)) {
      this.#count({ failuresInARow: observation.local.state === 'unreachable' ? this.#metrics.failuresInARow + 1 : 0 });
    } else {
      await this.#send(plan, observation);
    }
    return plan;
  }

  async #observe(): Promise<ReplicaSetObservation> {
    const { watcher, set } = this.#options;
    const replies = await this.#readLocal();
    const local = localView(replies);
    const seen = { ...this.#given(this.#replicas), local, dns: dnsView(watcher.snapshot, watcher.status) };
    const probed = ordinalsToProbe(seen).map(
      async (each) => [each, probeOf(await this.#connections.probe(this.#hostOf(each)), set)] as const,
    );
    return { ...seen, probes: Object.fromEntries(await Promise.all(probed)), wireVersion: wireVersionOf(replies.hello) };
  }

  async #readLocal(): Promise<LocalReplies> {
    const hello = await this.#connections.local({ hello: 1 });
    const status = hello.isOk ? await this.#connections.local({ replSetGetStatus: 1 }) : hello;
    if (!hello.isOk || !status.isOk) return { hello, status, config: undefined };
    // Only a primary knows whether its configuration is committed.
    const isPrimary = hello.document['isWritablePrimary'] === true;
    const config = await this.#connections.local({ replSetGetConfig: 1, ...(isPrimary && { commitmentStatus: true }) });
    return { hello, status, config };
  }

  async #send(plan: MutatingPlan, { local }: ReplicaSetObservation): Promise<void> {
    const now = localView(await this.#readLocal());
    this.#closing.signal.throwIfAborted();
    if (!mayStillSend(plan, local, now)) {
      this.#count({ dropped: this.#metrics.dropped + 1 });
      return;
    }
    const reply = await this.#connections.local(commandOf(plan));
    if (reply.isOk) {
      this.#count({ applied: this.#metrics.applied + 1, failuresInARow: 0 });
      this.#events.emit('applied', plan);
      return;
    }
    const { code } = reply;
    const failure = failureOf(code);
    if (failure === 'refused' && code !== undefined && 'config' in plan) {
      this.#rejected = [...this.#rejected, { config: plan.config, code }].slice(-REFUSED_KEPT);
    }
    this.#count({ failed: this.#metrics.failed + 1, failuresInARow: this.#metrics.failuresInARow + 1 });
    this.#events.emit('failed', { plan, code, failure });
  }

  /** What every observation would be refused for is refused before the first. */
  #check(replicas: number): void {
    checkObservation({
      ...this.#given(replicas),
      dns: { ok: false, resolved: [] },
      local: { state: 'unreachable', isPrimary: false },
      probes: {},
      wireVersion: 0,
    });
  }

  /** The part of an observation that nobody has to be asked for. */
  #given(
    replicas: number,
  ): Pick<ReplicaSetObservation, 'set' | 'statefulSet' | 'replicas' | 'single' | 'attributes' | 'hosts' | 'self' | 'memory'> {
    const { set, statefulSet, ordinal, single, attributes } = this.#options;
    return {
      set,
      statefulSet,
      replicas,
      single,
      attributes,
      hosts: Array.from({ length: replicas }, (_, each) => this.#hostOf(each)),
      self: { ordinal, host: this.#hostOf(ordinal) },
      memory: { rejected: this.#rejected },
    };
  }

  #hostOf(ordinal: number): string {
    const { watcher, statefulSet, port } = this.#options;
    return `${statefulSet}-${ordinal}.${watcher.snapshot.service.host}:${port}`;
  }

  #count(news: Partial<ReconcilerMetrics>): void {
    this.#metrics = Object.freeze({ ...this.#metrics, ...news });
  }
}

function commandOf(plan: MutatingPlan): Document {
  switch (plan.kind) {
    case 'initiate':
      return { replSetInitiate: plan.config, maxTimeMS: plan.maxTimeMS };
    case 'reconfig':
      return { replSetReconfig: plan.config, maxTimeMS: plan.maxTimeMS };
    case 'step-down':
      return { replSetStepDown: STEP_DOWN_SECONDS, secondaryCatchUpPeriodSecs: CATCH_UP_SECONDS, maxTimeMS: 2 * CATCH_UP_SECONDS * 1_000 };
    default:
      return plan satisfies never;
  }
}
