import { TestkitError } from './errors.ts';
import { type PodSurroundings, SimulatedPod } from './pod.ts';
import { checkRollingRestartOptions, type RollingRestartOptions, startRollingRestart } from './rolling-restart.ts';
import { checkScale, type StatefulSet, type StatefulSetOptions, statefulSetOptions, type StatefulSetPod } from './stateful-set.ts';
import type { Surroundings } from './surroundings.ts';
import type { SimulatedWorkload } from './workload.ts';

class OrdinalPod extends SimulatedPod implements StatefulSetPod {
  readonly ordinal: number;
  readonly host: string;

  constructor(identity: { name: string; ordinal: number; host: string }, surroundings: PodSurroundings) {
    super(identity.name, surroundings);
    this.ordinal = identity.ordinal;
    this.host = identity.host;
  }
}

/** What places a set: its own name and its governing Service. */
export interface StatefulSetPlace {
  readonly name: string;
  readonly namespace: string;
  readonly serviceName: string;
}

/** The StatefulSet controller: keeps the pods there are in line with the pods that are wanted. */
export class SimulatedStatefulSet implements StatefulSet, SimulatedWorkload {
  readonly kind = 'StatefulSet';
  readonly name: string;
  readonly namespace: string;
  readonly subdomain: string;
  readonly firstOrdinal: number;
  readonly #surroundings: Surroundings;
  readonly #options: Required<StatefulSetOptions>;
  readonly #pods = new Map<number, OrdinalPod>();
  #replicas: number;
  #isDeleted = false;
  #isReconciling = false;
  #isRolling = false;

  constructor(place: StatefulSetPlace, options: StatefulSetOptions, surroundings: Surroundings) {
    this.#options = statefulSetOptions(place.name, options);
    this.name = place.name;
    this.namespace = place.namespace;
    this.subdomain = place.serviceName;
    this.firstOrdinal = this.#options.firstOrdinal;
    this.#replicas = this.#options.replicas;
    this.#surroundings = surroundings;
    surroundings.claim('StatefulSet', place.namespace, place.name);
  }

  get replicas(): number {
    return this.#replicas;
  }

  get pods(): readonly OrdinalPod[] {
    return [...this.#pods.values()].toSorted((one, other) => one.ordinal - other.ordinal);
  }

  get simulatedPods(): Iterable<SimulatedPod> {
    return this.pods;
  }

  pod(ordinal: number): OrdinalPod {
    const pod = this.#pods.get(ordinal);
    if (pod !== undefined) return pod;
    const { [0]: lowest, length, [length - 1]: highest } = this.pods;
    const there = lowest === undefined || highest === undefined ? 'no pods' : `${length}, ordinals ${lowest.ordinal} to ${highest.ordinal}`;
    throw new TestkitError('NOT_FOUND', `StatefulSet ${this.name} has no pod with ordinal ${ordinal}, it has ${there}`);
  }

  scale(replicas: number): void {
    checkScale(this.name, replicas, this.firstOrdinal);
    this.#checkNotDeleted('scale');
    this.#replicas = replicas;
    this.reconcile();
  }

  rollingRestart(options: RollingRestartOptions = {}): Promise<void> {
    this.#checkNotDeleted('restart');
    checkRollingRestartOptions(this.name, options);
    if (this.#isRolling) throw new TestkitError('WRONG_PHASE', `StatefulSet ${this.name} is already in a rolling restart`);
    this.#isRolling = true;
    const onEnd = (): void => {
      this.#isRolling = false;
    };
    return startRollingRestart({ pods: this.pods.toReversed(), options, closed: this.#surroundings.closed, onEnd });
  }

  swapAddresses(firstOrdinal: number, secondOrdinal: number): void {
    const [first, second] = [this.pod(firstOrdinal), this.pod(secondOrdinal)];
    const without = [first, second].find((pod) => pod.addresses.length === 0);
    if (without !== undefined) throw new TestkitError('WRONG_PHASE', `pod ${without.name} is ${without.phase}, it has no address to swap`);
    const addresses = first.addresses;
    first.replaceAddresses(second.addresses);
    second.replaceAddresses(addresses);
  }

  delete(): void {
    if (this.#isDeleted) return;
    this.#isDeleted = true;
    this.#replicas = 0;
    this.#surroundings.unclaim('StatefulSet', this.namespace, this.name);
    for (const pod of this.pods) pod.delete();
    this.reconcile();
  }

  /** Acts until nothing is left to do now. Changes it makes itself come back here through the pods; one pass sees them all. */
  reconcile(): void {
    if (this.#isReconciling) return;
    this.#isReconciling = true;
    try {
      this.#forgetDeleted();
      if (this.#createWanted()) this.#deleteUnwanted();
      this.#forgetDeleted();
    } finally {
      this.#isReconciling = false;
      this.#surroundings.touch(this);
    }
  }

  /** False when the controller must wait before it may do anything else. */
  #createWanted(): boolean {
    for (let ordinal = this.firstOrdinal; ordinal < this.#endOrdinal; ordinal += 1) {
      const pod = this.#pods.get(ordinal) ?? this.#create(ordinal);
      if (this.#isOrdered && !pod.isReady) return false;
    }
    return true;
  }

  #deleteUnwanted(): void {
    const unwanted = this.pods.filter(({ ordinal }) => ordinal >= this.#endOrdinal);
    const lowestUnready = unwanted.find((pod) => !pod.isReady);
    for (const pod of unwanted.toReversed()) {
      if (this.#isOrdered && !pod.isReady && pod !== lowestUnready) return;
      pod.delete();
      if (this.#isOrdered && pod.phase !== 'deleted') return;
    }
  }

  #create(ordinal: number): OrdinalPod {
    const { clock, pool, clusterDomain } = this.#surroundings;
    const name = `${this.name}-${ordinal}`;
    const host = `${name}.${this.subdomain}.${this.namespace}.svc.${clusterDomain}`;
    const pod = new OrdinalPod({ name, ordinal, host }, { ...this.#options, clock, pool, onChange: () => this.reconcile() });
    this.#pods.set(ordinal, pod);
    pod.create();
    return pod;
  }

  #forgetDeleted(): void {
    for (const pod of this.#pods.values()) {
      if (pod.phase === 'deleted') this.#pods.delete(pod.ordinal);
    }
  }

  get #endOrdinal(): number {
    return this.firstOrdinal + this.#replicas;
  }

  get #isOrdered(): boolean {
    return this.#options.podManagementPolicy === 'OrderedReady';
  }

  #checkNotDeleted(verb: string): void {
    if (this.#isDeleted) throw new TestkitError('WRONG_PHASE', `StatefulSet ${this.name} has been deleted, it cannot ${verb}`);
  }
}
