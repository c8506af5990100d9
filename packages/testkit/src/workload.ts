import { checkDuration, checkInteger, checkOneOf } from './check-options.ts';
import { TestkitError } from './errors.ts';
import type { AddressFamily } from './ip-address.ts';
import type { Pod, SimulatedPod } from './pod.ts';

/** Something that runs pods: a StatefulSet or a Deployment. */
export interface Workload {
  readonly kind: 'StatefulSet' | 'Deployment';
  readonly name: string;
  readonly namespace: string;
  /** The pods there are now, those that are down or terminating included. */
  readonly pods: readonly Pod[];
}

/** What every workload can be told. */
export interface WorkloadOptions {
  /** Pods wanted. Integer, 0 or more, default 1. */
  replicas?: number;
  /** Address families of each pod, default `['ipv4']`. */
  families?: readonly AddressFamily[];
  /** From a pod's creation until it is ready, in milliseconds. Default 0: ready at once, without waiting for a timer. */
  readyAfterMs?: number;
  /** How long a deleted pod runs on, in milliseconds. Default 0. */
  terminationMs?: number;
}

/** A workload from inside. */
export interface SimulatedWorkload extends Workload {
  /** The Service that gives these pods hostnames (`spec.subdomain` of a pod); undefined when none does. */
  readonly subdomain: string | undefined;
  readonly simulatedPods: Iterable<SimulatedPod>;
}

/** Keys of `WorkloadOptions`. */
export const WORKLOAD_KEYS: readonly string[] = ['replicas', 'families', 'readyAfterMs', 'terminationMs'];

/** Options with their defaults, checked. */
export function workloadOptions(what: string, options: WorkloadOptions): Required<WorkloadOptions> {
  const { replicas = 1, families = ['ipv4'], readyAfterMs = 0, terminationMs = 0 } = options;
  checkInteger(`replicas of ${what}`, replicas, 0);
  checkDuration(`readyAfterMs of ${what}`, readyAfterMs);
  checkDuration(`terminationMs of ${what}`, terminationMs);
  families.forEach((family) => checkOneOf(`a family of ${what}`, family, ['ipv4', 'ipv6']));
  if (families.length === 0 || new Set(families).size !== families.length) {
    throw new TestkitError('INVALID_OPTIONS', `families of ${what} must name ipv4, ipv6 or both, once each`);
  }
  return { replicas, families: families.toSorted(), readyAfterMs, terminationMs };
}
