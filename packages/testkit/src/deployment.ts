import { checkInteger, checkKnownKeys, checkLabel } from './check-options.ts';
import { TestkitError } from './errors.ts';
import { type Pod, SimulatedPod } from './pod.ts';
import { checkRollingRestartOptions, type RollingRestartOptions, startRollingRestart } from './rolling-restart.ts';
import type { Surroundings } from './surroundings.ts';
import { type SimulatedWorkload, type Workload, WORKLOAD_KEYS, type WorkloadOptions, workloadOptions } from './workload.ts';

/** What a Deployment can be told. */
export interface DeploymentOptions extends WorkloadOptions {}

/** A Deployment. Its pods have no hostname: DNS knows them by their addresses, `198-18-3-7.<service>...`. */
export interface Deployment extends Workload {
  readonly kind: 'Deployment';
  /** Pods wanted. */
  readonly replicas: number;
  /** Oldest first. A pod keeps its name through `restart`; DNS never shows it. */
  readonly pods: readonly Pod[];
  /** Changes how many pods are wanted. Unready pods go first, then the youngest. */
  scale(replicas: number): void;
  /** Restarts every pod there is now, oldest first, each once the one before is ready again. Rejects as that of a StatefulSet does. */
  rollingRestart(options?: RollingRestartOptions): Promise<void>;
  /** Deletes the Deployment and all its pods at once. */
  delete(): void;
}

/** What kubectl shows as hash and suffix has this alphabet: no vowels, so no words. */
const SUFFIX_LETTERS = 'bcdfghjklmnpqrstvwxz2456789';

/** The Deployment controller, its ReplicaSet included. */
export class SimulatedDeployment implements Deployment, SimulatedWorkload {
  readonly kind = 'Deployment';
  readonly name: string;
  readonly namespace: string;
  readonly subdomain = undefined;
  readonly #surroundings: Surroundings;
  readonly #options: Required<WorkloadOptions>;
  readonly #hash: string;
  #pods: readonly SimulatedPod[] = [];
  #replicas: number;
  #isDeleted = false;

  constructor(place: { name: string; namespace: string }, options: DeploymentOptions, surroundings: Surroundings) {
    checkLabel('the name of a Deployment', place.name);
    checkKnownKeys(`Deployment ${place.name}`, options, WORKLOAD_KEYS);
    this.#options = workloadOptions(place.name, options);
    this.name = place.name;
    this.namespace = place.namespace;
    this.#replicas = this.#options.replicas;
    this.#surroundings = surroundings;
    this.#hash = this.#suffix(9);
    surroundings.claim('Deployment', place.namespace, place.name);
  }

  get replicas(): number {
    return this.#replicas;
  }

  get pods(): readonly Pod[] {
    return this.#pods;
  }

  get simulatedPods(): Iterable<SimulatedPod> {
    return this.#pods;
  }

  scale(replicas: number): void {
    checkInteger(`replicas of ${this.name}`, replicas, 0);
    this.#checkNotDeleted('scale');
    this.#replicas = replicas;
    this.reconcile();
  }

  rollingRestart(options: RollingRestartOptions = {}): Promise<void> {
    this.#checkNotDeleted('restart');
    checkRollingRestartOptions(this.name, options);
    return startRollingRestart({ pods: this.#pods, options, closed: this.#surroundings.closed, onEnd: () => {} });
  }

  delete(): void {
    if (this.#isDeleted) return;
    this.#isDeleted = true;
    this.#replicas = 0;
    this.#surroundings.unclaim('Deployment', this.namespace, this.name);
    this.reconcile();
  }

  /** Brings the pods in line with `replicas`. */
  reconcile(): void {
    const staying = this.#pods.filter((pod) => !pod.isEnding);
    const surplus = staying
      .toReversed()
      .toSorted((one, other) => Number(one.isReady) - Number(other.isReady))
      .slice(0, Math.max(0, staying.length - this.#replicas));
    surplus.forEach((pod) => pod.delete());
    for (let missing = this.#replicas - staying.length; missing > 0; missing -= 1) this.#create();
    this.#podChanged();
  }

  #create(): void {
    const { clock, pool } = this.#surroundings;
    const name = `${this.name}-${this.#hash}-${this.#suffix(5)}`;
    const pod = new SimulatedPod(name, { ...this.#options, clock, pool, onChange: () => this.#podChanged() });
    this.#pods = [...this.#pods, pod];
    pod.create();
  }

  #podChanged(): void {
    this.#pods = this.#pods.filter((pod) => pod.phase !== 'deleted');
    this.#surroundings.touch(this);
  }

  #suffix(length: number): string {
    const letterAt = (): string => SUFFIX_LETTERS.charAt(Math.floor(this.#surroundings.random() * SUFFIX_LETTERS.length));
    return Array.from({ length }, letterAt).join('');
  }

  #checkNotDeleted(verb: string): void {
    if (this.#isDeleted) throw new TestkitError('WRONG_PHASE', `Deployment ${this.name} has been deleted, it cannot ${verb}`);
  }
}
