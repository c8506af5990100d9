import { checkInteger, checkKnownKeys, checkLabel, checkOneOf } from './check-options.ts';
import type { Pod } from './pod.ts';
import type { RollingRestartOptions } from './rolling-restart.ts';
import { type Workload, WORKLOAD_KEYS, type WorkloadOptions, workloadOptions } from './workload.ts';

/** What a StatefulSet can be told. */
export interface StatefulSetOptions extends WorkloadOptions {
  /** `spec.ordinals.start`. Integer, 0 or more, default 0. */
  firstOrdinal?: number;
  /**
   * `OrderedReady` (default): pods are created in order, each once the one before is ready, and removed in reverse order, one at a
   * time. `Parallel`: all at once.
   */
  podManagementPolicy?: 'OrderedReady' | 'Parallel';
}

/** One pod of a StatefulSet. */
export interface StatefulSetPod extends Pod {
  readonly ordinal: number;
  /** Its name in DNS: `<set>-<ordinal>.<service>.<namespace>.svc.<cluster domain>`. */
  readonly host: string;
}

/** A StatefulSet and its controller. */
export interface StatefulSet extends Workload {
  readonly kind: 'StatefulSet';
  /** Pods wanted; `pods` may lag behind it. */
  readonly replicas: number;
  readonly firstOrdinal: number;
  /** By ordinal, lowest first; those that are down or terminating included. */
  readonly pods: readonly StatefulSetPod[];
  /** @throws {TestkitError} `NOT_FOUND` when there is no such pod now. */
  pod(ordinal: number): StatefulSetPod;
  /**
   * Changes how many pods are wanted. With `OrderedReady` the controller acts like the real one: an unready pod that stays holds up
   * everything, an unready pod that goes holds up those below it.
   */
  scale(replicas: number): void;
  /**
   * Restarts every pod there is now, highest ordinal first, each once the one before is ready again (or deleted). Starts at once;
   * resolves when the last is ready. Rejects with `signal.reason` when aborted, with `CLOSED` when the world closes first.
   *
   * @throws {TestkitError} `WRONG_PHASE` at once when a roll is under way or the set has been deleted, `INVALID_OPTIONS`.
   */
  rollingRestart(options?: RollingRestartOptions): Promise<void>;
  /**
   * Exchanges the addresses of two pods, as when two restarts hand each the address the other had.
   *
   * @throws {TestkitError} `NOT_FOUND`; `WRONG_PHASE` when one of them has no address now.
   */
  swapAddresses(firstOrdinal: number, secondOrdinal: number): void;
  /** Deletes the set and all its pods at once. */
  delete(): void;
}

/** Options with their defaults, checked. */
export function statefulSetOptions(name: string, options: StatefulSetOptions): Required<StatefulSetOptions> {
  checkLabel('the name of a StatefulSet', name);
  checkKnownKeys(`StatefulSet ${name}`, options, [...WORKLOAD_KEYS, 'firstOrdinal', 'podManagementPolicy']);
  const { firstOrdinal = 0, podManagementPolicy = 'OrderedReady' } = options;
  checkInteger(`firstOrdinal of ${name}`, firstOrdinal, 0);
  checkOneOf(`podManagementPolicy of ${name}`, podManagementPolicy, ['OrderedReady', 'Parallel']);
  const common = workloadOptions(name, options);
  checkScale(name, common.replicas, firstOrdinal);
  return { ...common, firstOrdinal, podManagementPolicy };
}

/** Refuses a number of pods that cannot be, or whose names cannot: they are DNS labels too. */
export function checkScale(name: string, replicas: number, firstOrdinal: number): void {
  checkInteger(`replicas of ${name}`, replicas, 0);
  checkLabel('the name of a pod', `${name}-${firstOrdinal + Math.max(0, replicas - 1)}`);
}
