import { type Answer, startOfAuthority } from './answer.ts';
import { checkInteger } from './check-options.ts';
import type { WorldClock } from './clock.ts';
import { withoutFinalDot } from './dns-name.ts';
import { faultyOutcome, honestOutcome, type Outcome, SILENCE } from './fault-effects.ts';
import type { FaultOptions } from './fault-options.ts';
import { type Fault, Faults } from './faults.ts';
import { cutToSize, payloadLimit } from './message-size.ts';
import { QueryLog } from './query-log.ts';
import { seededRandom } from './random.ts';
import type { Registry } from './registry.ts';
import { ReplicaChoice } from './replica-choice.ts';
import type { WorldQuestion, WorldReply } from './reply.ts';
import { type ReplicaAnswer, type ReplicaQuestion, SimulatedReplica } from './simulated-replica.ts';
import { spelledAsAsked } from './spelling.ts';
import type { WorldSettings } from './world-options.ts';

interface Asked {
  readonly outcome: Outcome;
  readonly isFromCache: boolean;
  readonly delayMs: number;
}

const NOBODY: Asked = Object.freeze({ outcome: SILENCE, isFromCache: false, delayMs: 0 });

/** The cluster's DNS as a whole: replicas behind one address, what goes wrong on the way to them, and who asked what. */
export class DnsService {
  readonly replicas: readonly SimulatedReplica[];
  readonly log: QueryLog;
  readonly #faults = new Faults();
  readonly #clusterDomain: string;
  readonly #clock: WorldClock;
  readonly #choice: ReplicaChoice<SimulatedReplica>;

  constructor(settings: WorldSettings, registry: Registry, { clock, checkOpen }: { clock: WorldClock; checkOpen: () => void }) {
    const { seed } = settings;
    const shared = { registry, clock, checkOpen, faults: this.#faults, shuffle: seededRandom(seed) };
    this.replicas = Object.freeze(
      // Numbers of its own, so that what one replica draws does not change the others.
      settings.replicas.map((own, index) => new SimulatedReplica(index, own, { ...shared, random: seededRandom(seed + 10 + index) })),
    );
    this.log = new QueryLog(settings.queryLogLimit);
    this.#clusterDomain = registry.clusterDomain;
    this.#clock = clock;
    this.#choice = new ReplicaChoice(this.replicas, settings.balance, seededRandom(seed + 3));
  }

  fault(options: FaultOptions): Fault {
    options.replicas?.forEach((index) => checkInteger('a replica of a fault', index, 0, this.replicas.length - 1));
    return this.#faults.add(options, this.#clock.nowMs());
  }

  answer({ name, type, transport = 'udp', ednsPayloadBytes, replica: wanted }: WorldQuestion): WorldReply {
    const replica = this.#choice.pick(wanted);
    const asked = withoutFinalDot(name);
    const question = { asked, name: asked.toLowerCase(), type: type.toUpperCase(), transport, replica: replica.index };
    const atMs = this.#clock.nowMs();
    const { outcome, isFromCache, delayMs } = this.#ask(replica, question, atMs);
    const reply = sized(outcome, { asked, limitBytes: payloadLimit(transport, ednsPayloadBytes), delayMs });
    const read = readable(reply);
    this.log.add({
      atMs,
      name: question.name,
      type: question.type,
      transport,
      replica: replica.index,
      isFromCache,
      rcode: read.kind === 'reply' ? read.rcode : undefined,
    });
    return reply;
  }

  resolve(question: Omit<WorldQuestion, 'transport'>): WorldReply {
    const first = readable(this.answer({ ...question, transport: 'udp' }));
    if (first.kind !== 'reply' || !first.isTruncated) return first;
    const second = readable(this.answer({ ...question, transport: 'tcp' }));
    return second.kind === 'silence' ? second : { ...second, delayMs: first.delayMs + second.delayMs };
  }

  #ask(replica: SimulatedReplica, question: ReplicaQuestion, nowMs: number): Asked {
    if (replica.isDown) return NOBODY;
    const fault = this.#faults.hitting(question, { nowMs, isBehindCache: false });
    if (fault === undefined) {
      const { answer, isFromCache, delayMs } = replica.ask(question, nowMs);
      return { outcome: honestOutcome(answer), isFromCache, delayMs };
    }
    let asked: ReplicaAnswer | undefined;
    const honest = (): Answer => {
      asked = replica.ask(question, nowMs);
      return asked.answer;
    };
    const outcome = faultyOutcome(fault, question, { honest, authority: startOfAuthority(replica.zone(nowMs)) });
    const { isFromCache = false, delayMs = 0 } = asked ?? {};
    return { outcome: this.#spelled(outcome, question), isFromCache, delayMs: delayMs + (fault.delayMs ?? 0) };
  }

  #spelled(outcome: Outcome, question: ReplicaQuestion): Outcome {
    if (outcome.kind !== 'reply') return outcome;
    return { ...outcome, answer: spelledAsAsked(outcome.answer, question, this.#clusterDomain) };
  }
}

function sized(outcome: Outcome, { asked, limitBytes, delayMs }: { asked: string; limitBytes: number; delayMs: number }): WorldReply {
  if (outcome.kind === 'silence') return outcome;
  if (outcome.kind !== 'reply') return { kind: outcome.kind, delayMs };
  const { answer, packets } = outcome;
  const { sections, isTruncated } = cutToSize(asked, answer, limitBytes);
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
  return reply.kind === 'reply' && !reply.packets.includes('right') ? { kind: 'silence' } : reply;
}
