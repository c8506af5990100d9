import { planSeeds, renderSeeds } from '@peerset/cassandra-adapter';
import { declaredPeers } from '@peerset/core';
import type { Snapshot } from '@peerset/core';
import { mongoConnectionString } from '@peerset/mongo-adapter';
import { NAMES } from './names.ts';

/** What an application that talks to MongoDB would connect to. */
export function mongoString(snapshot: Snapshot): string {
  return mongoConnectionString(snapshot, { replicaSet: 'rs0' });
}

/** Who asks for seeds: one of the pods, on a disk that has data or has none. */
export interface SeedAsker {
  readonly self: string;
  readonly isBootstrapped: boolean;
}

export interface SeedText {
  /** `restart`, `join` ... : what the plan lets the pod do. */
  readonly mode: string;
  /** As `CASSANDRA_SEEDS` takes it; what the pod waits for, when it has to wait. */
  readonly seeds: string;
}

/**
 * What one pod would start Cassandra with. The seeds come from the replicas that the StatefulSet declares and not from who answers at the
 * moment, so that all nodes name the same ones.
 */
export function cassandraSeeds(snapshot: Snapshot, replicas: number, asker: SeedAsker): SeedText {
  const { service, namespace, clusterDomain, statefulSet } = NAMES;
  const declared = declaredPeers({ service, namespace, clusterDomain, statefulSet, replicas }).map((peer) => ({
    ...peer,
    datacenter: 'dc1',
    rack: 'rack1',
  }));
  const plan = planSeeds({ ...asker, declared, present: snapshot, clusterState: 'existing', lookupsComplete: true });
  return plan.mode === 'wait'
    ? { mode: plan.mode, seeds: `waiting for ${plan.waitingFor.join(', ')}` }
    : { mode: plan.mode, seeds: renderSeeds(plan, { as: 'csv' }) };
}
