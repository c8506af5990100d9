import { MongoClient } from 'mongodb';
import { watchPeers } from '@peerset/core';
import type { PeerWatcher } from '@peerset/core';
import { ReplicaSetReconciler } from '@peerset/mongo-adapter';
import type { FailedPlan, ReplicaSetPlan, ReplicaSetReconcilerOptions } from '@peerset/mongo-adapter';
import type { FakeReplicaSet } from '../support/fake-set/fake-replica-set.ts';

/** A sidecar as a test sees it: its reconciler, and what that has told. */
export interface Sidecar {
  readonly reconciler: ReplicaSetReconciler;
  readonly plans: ReplicaSetPlan[];
  readonly applied: ReplicaSetPlan[];
  readonly failed: FailedPlan[];
  readonly blocked: string[];
}

/** The sidecars of a fake set, with one watcher among them. */
export class SidecarStage implements AsyncDisposable {
  readonly watcher: PeerWatcher;
  readonly #fake: FakeReplicaSet;
  readonly #open: ReplicaSetReconciler[] = [];

  constructor(fake: FakeReplicaSet) {
    this.#fake = fake;
    this.watcher = watchPeers({
      service: fake.service.host,
      servers: fake.cluster.servers,
      family: 'ipv4',
      pollIntervalMs: 250,
      settlingIntervalMs: 100,
      allowedAddresses: ['127.0.0.0/8'],
    });
  }

  /** A sidecar beside a member that there is. */
  sidecar(ordinal: number, options: Partial<ReplicaSetReconcilerOptions> = {}): Sidecar {
    const localPort = Number(this.#fake.member(ordinal).localAddress.split(':')[1]);
    const reconciler = new ReplicaSetReconciler({
      watcher: this.watcher,
      driver: { MongoClient },
      set: 'rs0',
      statefulSet: 'color-ss',
      replicas: 3,
      podName: `color-ss-${ordinal}`,
      port: this.#fake.port,
      localPort,
      intervalMs: 100,
      reachTimeoutMs: 1_000,
      ...options,
    });
    this.#open.push(reconciler);
    const told: Sidecar = { reconciler, plans: [], applied: [], failed: [], blocked: [] };
    reconciler.on('plan', (plan) => void told.plans.push(plan));
    reconciler.on('applied', (plan) => void told.applied.push(plan));
    reconciler.on('failed', (failed) => void told.failed.push(failed));
    reconciler.on('blocked', (reason) => void told.blocked.push(reason));
    return told;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#open.map((reconciler) => reconciler.close()));
    await this.watcher.close();
  }
}

const MOST_ROUNDS = 30;

/** Ticks all of them, in turn, until each says `none`: the plans that were not idle. The others tick too, whatever they say. */
export async function converge(
  sidecars: readonly Sidecar[],
  { others = [] }: { others?: readonly Sidecar[] } = {},
): Promise<readonly string[]> {
  const done: string[] = [];
  let last: readonly ReplicaSetPlan[] = [];
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    last = await inTurn(sidecars);
    const news = sentences([...last, ...(await inTurn(others))]);
    done.push(...news);
    if (news.length === 0 && last.every(({ kind }) => kind === 'none')) return done;
  }
  throw new Error(`not converged: ${last.map(({ kind, reason }) => `${kind}: ${reason}`).join('; ')}; done: ${done.join(', ')}`);
}

async function inTurn(sidecars: readonly Sidecar[]): Promise<readonly ReplicaSetPlan[]> {
  const plans: ReplicaSetPlan[] = [];
  for (const { reconciler } of sidecars) plans.push(await reconciler.tick());
  return plans;
}

function sentences(plans: readonly ReplicaSetPlan[]): readonly string[] {
  return plans
    .filter(({ kind }) => kind !== 'none' && kind !== 'wait' && kind !== 'blocked')
    .map(({ kind, reason }) => `${kind}: ${reason}`);
}

/** What was sent to change the configuration. */
export function everySentDocument(fake: FakeReplicaSet): readonly { readonly version: number; readonly isForced: boolean }[] {
  return fake.mutations.flatMap(({ name, command }) => {
    const { version } = (command[name] ?? {}) as { readonly version?: number };
    return version === undefined ? [] : [{ version, isForced: 'force' in command }];
  });
}
