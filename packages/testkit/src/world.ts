import type { WorldClock } from './clock.ts';
import type { FaultOptions } from './fault-options.ts';
import type { Fault } from './faults.ts';
import type { LoggedQuery } from './query-log.ts';
import type { WorldQuestion, WorldReply } from './reply.ts';
import type { DnsReplica } from './replica.ts';
import type { ClusterIpService, ClusterIpServiceOptions, HeadlessService, HeadlessServiceOptions } from './service.ts';
import { SimulatedWorld } from './simulated-world.ts';
import { type WorldOptions, worldOptions } from './world-options.ts';

/** A cluster's Services, pods and DNS, without sockets. */
export interface World {
  /** Namespace of Services that name none. */
  readonly namespace: string;
  readonly clusterDomain: string;
  readonly ttlSeconds: number;
  /** The world's time. What is scheduled here is dropped when the world closes. */
  readonly clock: WorldClock;
  /**
   * Makes a headless Service.
   *
   * @throws {TestkitError} `DUPLICATE_NAME`, `INVALID_OPTIONS`, `CLOSED`.
   */
  headlessService(name: string, options?: HeadlessServiceOptions): HeadlessService;
  /**
   * Makes a Service with virtual addresses.
   *
   * @throws {TestkitError} `DUPLICATE_NAME`, `INVALID_OPTIONS`, `CLOSED`.
   */
  clusterIpService(name: string, options?: ClusterIpServiceOptions): ClusterIpService;
  /** The DNS servers, one unless told otherwise. */
  readonly replicas: readonly DnsReplica[];
  /** Answers one question at once, faults applied, and logs it. A reply's `delayMs` is for the caller to wait. */
  answer(question: WorldQuestion): WorldReply;
  /**
   * Asks as a resolver does: over UDP, then over TCP when the reply is cut (two questions in the log). A reply that comes under a
   * wrong id or question only is silence. `delayMs` is the sum of both. Unless `replica` names one, each of the two questions meets its own replica.
   */
  resolve(question: Omit<WorldQuestion, 'transport'>): WorldReply;
  /**
   * Switches a fault on, until it is cleared or used up. Of several faults that would hit a question, the one created first does.
   *
   * @throws {TestkitError} `INVALID_OPTIONS`.
   */
  fault(options: FaultOptions): Fault;
  /** The last questions, oldest first: a copy, made anew at each access. How many are kept is option `queryLogLimit`. */
  readonly queries: readonly LoggedQuery[];
  /** Forgets the questions asked so far. */
  clearQueries(): void;
  /** Whether `close` has been called. */
  readonly isClosed: boolean;
  /** Drops everything scheduled. Afterwards nothing can be asked or made. May be called again. */
  close(): void;
}

/** Makes a world. Nothing in it touches the network. */
export function createWorld(options: WorldOptions = {}): World {
  return new SimulatedWorld(worldOptions(options));
}
