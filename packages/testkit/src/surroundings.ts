import type { AddressPool } from './address-pool.ts';
import type { WorldClock } from './clock.ts';
import type { Random } from './random.ts';
import type { Workload } from './workload.ts';

/** What Services and workloads need of the world they are in. */
export interface Surroundings {
  /** The world's clock; what is scheduled here ends when the world closes. */
  readonly clock: WorldClock;
  readonly pool: AddressPool;
  readonly random: Random;
  readonly clusterDomain: string;
  readonly ttlSeconds: number;
  /** Aborts when the world closes. */
  readonly closed: AbortSignal;
  /** Counts changes of the world. */
  readonly revision: () => number;
  /** To be called after every change that DNS could see, with the workload whose pods have changed. */
  readonly touch: (workload?: Workload) => void;
  /** Enters a name in the books. Throws `DUPLICATE_NAME` when it is there, `CLOSED` when the world is closed. */
  readonly claim: (kind: ResourceKind, namespace: string, name: string) => void;
  /** Strikes a name off. */
  readonly unclaim: (kind: ResourceKind, namespace: string, name: string) => void;
}

/** Kinds of things with names of their own, as an API server sees them. */
export type ResourceKind = 'Service' | 'StatefulSet' | 'Deployment';
