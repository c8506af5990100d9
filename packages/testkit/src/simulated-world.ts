import { createAddressPool } from './address-pool.ts';
import { checkLabel } from './check-options.ts';
import type { WorldClock } from './clock.ts';
import { canonicalName } from './dns-name.ts';
import { DnsService } from './dns-service.ts';
import { TestkitError } from './errors.ts';
import type { FaultOptions } from './fault-options.ts';
import type { Fault } from './faults.ts';
import type { LoggedQuery } from './query-log.ts';
import { seededRandom } from './random.ts';
import { Registry } from './registry.ts';
import type { DnsReplica } from './replica.ts';
import type { WorldQuestion, WorldReply } from './reply.ts';
import {
  type ClusterIpService,
  type ClusterIpServiceOptions,
  type HeadlessService,
  type HeadlessServiceOptions,
  SimulatedService,
} from './service.ts';
import type { Surroundings } from './surroundings.ts';
import type { World } from './world.ts';
import type { WorldSettings } from './world-options.ts';
import { WorldTimers } from './world-timers.ts';

/** The world as one piece: names, faults, time, log. */
export class SimulatedWorld implements World {
  readonly namespace: string;
  readonly clusterDomain: string;
  readonly ttlSeconds: number;
  readonly #timers: WorldTimers;
  readonly #closing = new AbortController();
  readonly #registry: Registry;
  readonly #dns: DnsService;
  readonly #surroundings: Surroundings;

  constructor(options: WorldSettings) {
    this.namespace = options.namespace;
    this.clusterDomain = canonicalName(options.clusterDomain);
    this.ttlSeconds = options.ttlSeconds;
    this.#timers = new WorldTimers(options.clock);
    this.#registry = new Registry(this);
    this.#registry.addNamespace(options.namespace);
    this.#surroundings = this.#makeSurroundings(options);
    this.#dns = new DnsService(options, this.#registry, { clock: this.#timers, checkOpen: () => this.#checkOpen() });
  }

  get clock(): WorldClock {
    return this.#timers;
  }

  get replicas(): readonly DnsReplica[] {
    return this.#dns.replicas;
  }

  get queries(): readonly LoggedQuery[] {
    return this.#dns.log.list();
  }

  get isClosed(): boolean {
    return this.#closing.signal.aborted;
  }

  clearQueries(): void {
    this.#dns.log.clear();
  }

  headlessService(name: string, options: HeadlessServiceOptions = {}): HeadlessService {
    return this.#addService('headless', name, options);
  }

  clusterIpService(name: string, options: ClusterIpServiceOptions = {}): ClusterIpService {
    return this.#addService('cluster-ip', name, options);
  }

  fault(options: FaultOptions): Fault {
    this.#checkOpen();
    return this.#dns.fault(options);
  }

  answer(question: WorldQuestion): WorldReply {
    this.#checkOpen();
    return this.#dns.answer(question);
  }

  resolve(question: Omit<WorldQuestion, 'transport'>): WorldReply {
    this.#checkOpen();
    return this.#dns.resolve(question);
  }

  close(): void {
    if (this.isClosed) return;
    this.#timers.close();
    this.#closing.abort(closedError());
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

  #makeSurroundings({ addresses, seed }: WorldSettings): Surroundings {
    return {
      clock: this.#timers,
      // Numbers of its own, so that more questions do not mean other addresses.
      pool: createAddressPool(addresses, seededRandom(seed + 1)),
      random: seededRandom(seed + 2),
      clusterDomain: this.clusterDomain,
      ttlSeconds: this.ttlSeconds,
      closed: this.#closing.signal,
      revision: () => this.#registry.serial,
      touch: (workload) => this.#registry.touch(workload),
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

function closedError(): TestkitError {
  return new TestkitError('CLOSED', 'the world has been closed');
}
