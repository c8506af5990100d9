import { createAddressPool } from './address-pool.ts';
import { answerQuestion, startOfAuthority, zoneNameOf } from './answer.ts';
import { checkLabel } from './check-options.ts';
import type { WorldClock } from './clock.ts';
import { canonicalName, withoutFinalDot } from './dns-name.ts';
import { TestkitError } from './errors.ts';
import { faultyOutcome, honestOutcome, type Outcome } from './fault-effects.ts';
import type { FaultOptions } from './fault-options.ts';
import { type Fault, type FaultQuestion, Faults } from './faults.ts';
import { cutToSize, payloadLimit } from './message-size.ts';
import { type LoggedQuery, QueryLog } from './query-log.ts';
import { type Random, seededRandom } from './random.ts';
import { Registry } from './registry.ts';
import type { WorldQuestion, WorldReply } from './reply.ts';
import {
  type ClusterIpService,
  type ClusterIpServiceOptions,
  type HeadlessService,
  type HeadlessServiceOptions,
  SimulatedService,
} from './service.ts';
import { spelledAsAsked } from './spelling.ts';
import type { Surroundings } from './surroundings.ts';
import type { World } from './world.ts';
import type { WorldOptions } from './world-options.ts';
import { WorldTimers } from './world-timers.ts';

/** The world as one piece: names, faults, time, log. */
export class SimulatedWorld implements World {
  readonly namespace: string;
  readonly clusterDomain: string;
  readonly ttlSeconds: number;
  readonly #timers: WorldTimers;
  readonly #closing = new AbortController();
  readonly #registry: Registry;
  readonly #faults = new Faults();
  readonly #log: QueryLog;
  readonly #random: Random;
  readonly #surroundings: Surroundings;

  constructor(options: Required<WorldOptions>) {
    this.namespace = options.namespace;
    this.clusterDomain = canonicalName(options.clusterDomain);
    this.ttlSeconds = options.ttlSeconds;
    this.#timers = new WorldTimers(options.clock);
    this.#registry = new Registry(this);
    this.#registry.addNamespace(options.namespace);
    this.#log = new QueryLog(options.queryLogLimit);
    this.#random = seededRandom(options.seed);
    this.#surroundings = this.#makeSurroundings(options);
  }

  get clock(): WorldClock {
    return this.#timers;
  }

  get queries(): readonly LoggedQuery[] {
    return this.#log.list();
  }

  get isClosed(): boolean {
    return this.#closing.signal.aborted;
  }

  clearQueries(): void {
    this.#log.clear();
  }

  headlessService(name: string, options: HeadlessServiceOptions = {}): HeadlessService {
    return this.#addService('headless', name, options);
  }

  clusterIpService(name: string, options: ClusterIpServiceOptions = {}): ClusterIpService {
    return this.#addService('cluster-ip', name, options);
  }

  fault(options: FaultOptions): Fault {
    this.#checkOpen();
    return this.#faults.add(options, this.clock.nowMs());
  }

  answer({ name, type, transport = 'udp', ednsPayloadBytes }: WorldQuestion): WorldReply {
    this.#checkOpen();
    const question = { name: canonicalName(name), type: type.toUpperCase(), transport };
    const atMs = this.#timers.nowMs();
    const fault = this.#faults.hitting(question, atMs);
    const outcome = this.#outcome(question, fault);
    const reply = sized(outcome, {
      asked: withoutFinalDot(name),
      // Only a fault answers for a foreign name: as if the name were a zone of its own.
      zoneName: zoneNameOf(question.name, this.clusterDomain) ?? question.name,
      limitBytes: payloadLimit(transport, ednsPayloadBytes),
      delayMs: fault?.delayMs ?? 0,
    });
    const read = readable(reply);
    this.#log.add({ atMs, ...question, rcode: read.kind === 'reply' ? read.rcode : undefined });
    return reply;
  }

  resolve(question: Omit<WorldQuestion, 'transport'>): WorldReply {
    const first = readable(this.answer({ ...question, transport: 'udp' }));
    if (first.kind !== 'reply' || !first.isTruncated) return first;
    const second = readable(this.answer({ ...question, transport: 'tcp' }));
    return second.kind === 'silence' ? second : { ...second, delayMs: first.delayMs + second.delayMs };
  }

  close(): void {
    if (this.isClosed) return;
    this.#timers.close();
    this.#closing.abort(closedError());
  }

  #outcome(question: FaultQuestion, fault: FaultOptions | undefined): Outcome {
    const honest = answerQuestion(this.#registry, question, this.#random);
    if (fault === undefined) return honestOutcome(honest);
    return faultyOutcome(fault, question, { honest, authority: startOfAuthority(this.#registry) });
  }

  #addService<Kind extends 'headless' | 'cluster-ip'>(kind: Kind, name: string, options: ClusterIpServiceOptions): SimulatedService<Kind> {
    const { namespace = this.namespace } = options;
    checkLabel(`the namespace of Service ${name}`, namespace);
    const place = { name, namespace };
    const onDelete = (): void => this.#registry.removeService(place);
    const service = new SimulatedService(place, { kind, options, surroundings: this.#surroundings, onDelete });
    this.#registry.addService(service);
    return service;
  }

  #makeSurroundings({ addresses, seed }: Required<WorldOptions>): Surroundings {
    return {
      clock: this.#timers,
      // Numbers of its own, so that more questions do not mean other addresses.
      pool: createAddressPool(addresses, seededRandom(seed + 1)),
      random: seededRandom(seed + 2),
      clusterDomain: this.clusterDomain,
      ttlSeconds: this.ttlSeconds,
      closed: this.#closing.signal,
      revision: () => this.#registry.serial,
      touch: () => this.#registry.touch(),
      claim: (kind, namespace, name) => {
        this.#checkOpen();
        this.#registry.claim(kind, namespace, name);
      },
      unclaim: (kind, namespace, name) => this.#registry.unclaim(kind, namespace, name),
    };
  }

  #checkOpen(): void {
    if (this.isClosed) throw closedError();
  }
}

function sized(
  outcome: Outcome,
  { asked, zoneName, limitBytes, delayMs }: { asked: string; zoneName: string; limitBytes: number; delayMs: number },
): WorldReply {
  if (outcome.kind === 'silence') return outcome;
  if (outcome.kind !== 'reply') return { kind: outcome.kind, delayMs };
  const { answer, packets } = outcome;
  const { sections, isTruncated } = cutToSize(asked, spelledAsAsked(answer, asked, zoneName), limitBytes);
  return {
    kind: 'reply',
    rcode: answer.rcode,
    answers: sections.answers,
    authority: sections.authority,
    additional: sections.additional,
    isTruncated: isTruncated || outcome.isTruncated,
    delayMs,
    packets,
  };
}

function readable(reply: WorldReply): WorldReply {
  return reply.kind === 'reply' && !reply.packets.includes('right-id') ? { kind: 'silence' } : reply;
}

function closedError(): TestkitError {
  return new TestkitError('CLOSED', 'the world has been closed');
}
