import type { AddressPool } from './address-pool.ts';
import { checkDuration, checkKnownKeys } from './check-options.ts';
import type { Cancel, WorldClock } from './clock.ts';
import { TestkitError } from './errors.ts';
import type { AddressFamily } from './ip-address.ts';

/**
 * Where a pod is in its life.
 *
 * - `running`: has its addresses; ready or not.
 * - `terminating`: deletion has started, the process still runs.
 * - `down`: between two lives of a restart; has no address.
 * - `deleted`: gone for good.
 */
export type PodPhase = 'running' | 'terminating' | 'down' | 'deleted';

/** How a pod restarts. */
export interface RestartOptions {
  /** How long the old process runs on after deletion starts, in milliseconds. Default: that of the workload. */
  terminationMs?: number;
  /** How long there is no pod, in milliseconds. Default 0. */
  downMs?: number;
  /** From the new pod's creation until it is ready, in milliseconds. Default: that of the workload. */
  readyAfterMs?: number;
  /** Whether the new pod gets the addresses of the old one. Default false, as in a cluster. */
  keepAddresses?: boolean;
}

/** One pod. */
export interface Pod {
  /** `<set>-<ordinal>`, or `<deployment>-<hash>-<suffix>`. */
  readonly name: string;
  /** Where it is in its life. */
  readonly phase: PodPhase;
  /** Whether it is running and passes its readiness probe. */
  readonly isReady: boolean;
  /** Its addresses now, IPv4 first; empty while it is down or deleted. */
  readonly addresses: readonly string[];
  /**
   * Makes the readiness probe pass or fail from now on; takes the place of a pending `readyAfterMs`.
   *
   * @throws {TestkitError} `WRONG_PHASE` unless the pod is running.
   */
  setReady(isReady: boolean): void;
  /**
   * Deletes the pod and brings it back under the same name. A restart of a pod that is restarting starts over.
   *
   * @throws {TestkitError} `WRONG_PHASE` when the pod has been deleted, or is being deleted for good.
   */
  restart(options?: RestartOptions): void;
}

/** The keys of `RestartOptions`. */
export const RESTART_KEYS: readonly string[] = ['terminationMs', 'downMs', 'readyAfterMs', 'keepAddresses'];

/** What a pod needs of the world around it. */
export interface PodSurroundings {
  readonly clock: Pick<WorldClock, 'schedule'>;
  readonly pool: AddressPool;
  readonly families: readonly AddressFamily[];
  readonly readyAfterMs: number;
  readonly terminationMs: number;
  /** Called after every change of the pod. */
  readonly onChange: () => void;
}

/** A pod's life: created, ready, perhaps restarted, deleted. */
export class SimulatedPod implements Pod {
  readonly name: string;
  readonly #surroundings: PodSurroundings;
  readonly #waiting: (() => void)[] = [];
  #phase: PodPhase = 'down';
  #isReady = false;
  #addresses: readonly string[] = [];
  /** Held while the pod is down, for its next life. */
  #keptAddresses: readonly string[] = [];
  #isEnding = false;
  #cancelNextStep: Cancel = () => {};

  /** The pod waits for `create`, so that its owner can enter it in its books first. */
  constructor(name: string, surroundings: PodSurroundings) {
    this.name = name;
    this.#surroundings = surroundings;
  }

  get phase(): PodPhase {
    return this.#phase;
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  get addresses(): readonly string[] {
    return this.#addresses;
  }

  /** Whether the pod is deleted or being deleted for good. */
  get isEnding(): boolean {
    return this.#isEnding;
  }

  /** Starts the pod's first life. With `readyAfterMs` 0 it is ready at once. */
  create(): void {
    this.#start(this.#surroundings.readyAfterMs);
  }

  setReady(isReady: boolean): void {
    if (this.#phase !== 'running') throw new TestkitError('WRONG_PHASE', `pod ${this.name} is ${this.#phase}, its readiness cannot change`);
    this.#cancelNextStep();
    this.#isReady = isReady;
    this.#changed();
  }

  restart(options: RestartOptions = {}): void {
    checkRestartOptions(this.name, options);
    if (this.#isEnding) throw new TestkitError('WRONG_PHASE', `pod ${this.name} is ${this.#phase} for good, it cannot restart`);
    const { downMs = 0, keepAddresses = false, ...times } = { ...this.#surroundings, ...options };
    this.#terminate(times.terminationMs, () => {
      this.#leave({ phase: 'down', keepAddresses });
      this.#after(downMs, () => this.#start(times.readyAfterMs));
    });
  }

  /** Deletes the pod for good. */
  delete(): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    this.#terminate(this.#surroundings.terminationMs, () => this.#leave({ phase: 'deleted', keepAddresses: false }));
  }

  /** Gives the pod other addresses, as if it had always had them. */
  replaceAddresses(addresses: readonly string[]): void {
    this.#addresses = addresses;
    this.#changed();
  }

  /** Calls back when the pod is ready or deleted, at once if it already is. Returns the undo. */
  whenSettled(callback: () => void): Cancel {
    if (this.#isReady || this.#phase === 'deleted') {
      callback();
      return () => {};
    }
    this.#waiting.push(callback);
    return () => {
      const index = this.#waiting.indexOf(callback);
      if (index !== -1) this.#waiting.splice(index, 1);
    };
  }

  #start(readyAfterMs: number): void {
    const { families, pool, clock } = this.#surroundings;
    this.#addresses = this.#keptAddresses.length > 0 ? this.#keptAddresses : families.map((family) => pool.take(family));
    this.#keptAddresses = [];
    this.#phase = 'running';
    this.#isReady = readyAfterMs === 0;
    if (readyAfterMs > 0) this.#cancelNextStep = clock.schedule(readyAfterMs, () => this.setReady(true));
    this.#changed();
  }

  #terminate(terminationMs: number, next: () => void): void {
    this.#cancelNextStep();
    const hasProcess = this.#phase === 'running' || this.#phase === 'terminating';
    this.#isReady = false;
    if (hasProcess) this.#phase = 'terminating';
    this.#after(hasProcess ? terminationMs : 0, next);
    if (this.#phase === 'terminating') this.#changed();
  }

  #leave({ phase, keepAddresses }: { phase: 'down' | 'deleted'; keepAddresses: boolean }): void {
    const held = [...this.#addresses, ...this.#keptAddresses];
    if (!keepAddresses) held.forEach((address) => this.#surroundings.pool.release(address));
    this.#keptAddresses = keepAddresses ? held : [];
    this.#addresses = [];
    this.#phase = phase;
    this.#changed();
  }

  /** A wait of 0 is no wait: a test that gives no times sees every change at once. */
  #after(delayMs: number, step: () => void): void {
    if (delayMs === 0) step();
    else this.#cancelNextStep = this.#surroundings.clock.schedule(delayMs, step);
  }

  #changed(): void {
    this.#surroundings.onChange();
    if (this.#isReady || this.#phase === 'deleted') this.#waiting.splice(0).forEach((callback) => callback());
  }
}

/** Refuses what `restart` cannot do. */
export function checkRestartOptions(what: string, options: RestartOptions): void {
  checkKnownKeys(`restart of ${what}`, options, RESTART_KEYS);
  for (const key of ['terminationMs', 'downMs', 'readyAfterMs'] as const) {
    if (options[key] !== undefined) checkDuration(`${key} of ${what}`, options[key]);
  }
}
