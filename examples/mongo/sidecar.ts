import { readFileSync } from 'node:fs';
import { watchPeers } from '@peerset/core';
import type { WatchOptions } from '@peerset/core';
import { ReplicaSetReconciler } from '@peerset/mongo-adapter';
import type { ReplicaSetReconcilerOptions } from '@peerset/mongo-adapter';
import { MongoClient } from 'mongodb';
import type { Say } from './app.ts';

/** What a pod says in its environment, see manifest.yaml. */
export interface SidecarEnvironment {
  readonly SERVICE?: string | undefined;
  readonly STATEFUL_SET?: string | undefined;
  readonly REPLICA_SET?: string | undefined;
  /** A file with the number of members: of a ConfigMap, so that it changes without a restart. */
  readonly REPLICAS_FILE?: string | undefined;
  /** Both, where there are users. */
  readonly MONGO_USER?: string | undefined;
  readonly MONGO_PASSWORD_FILE?: string | undefined;
}

/** What a pod needs not say. */
export interface SidecarOptions {
  readonly watch?: Partial<WatchOptions>;
  readonly reconcile?: Partial<ReplicaSetReconcilerOptions>;
  /** Between two looks into the file. Default 5,000 ms. */
  readonly rereadMs?: number;
}

/** What runs beside each mongod: keeps the replica set as the file declares it, until it is disposed of. */
export function startSidecar(environment: SidecarEnvironment, say: Say, options: SidecarOptions = {}): AsyncDisposable {
  const { MONGO_USER: username, MONGO_PASSWORD_FILE: passwordFile } = environment;
  const replicasFile = needed(environment, 'REPLICAS_FILE');
  const statefulSet = needed(environment, 'STATEFUL_SET');
  let replicas = replicasIn(replicasFile);
  const watcher = watchPeers({ service: needed(environment, 'SERVICE'), statefulSet, replicas, ...options.watch });
  const reconciler = new ReplicaSetReconciler({
    watcher,
    driver: { MongoClient },
    set: needed(environment, 'REPLICA_SET'),
    statefulSet,
    replicas,
    ...(username !== undefined &&
      passwordFile !== undefined && { credentials: { username, password: readFileSync(passwordFile, 'utf8').trimEnd() } }),
    ...options.reconcile,
  });

  let last = '';
  reconciler.on('plan', ({ kind, reason }) => {
    const line = `${kind}: ${reason}`;
    if (line !== last) say(line);
    last = line;
  });
  reconciler.on('applied', ({ kind, reason }) => say(`done: ${kind}: ${reason}`));
  reconciler.on('failed', ({ plan, code, failure }) => say(`${failure}, code ${code ?? 'none'}: ${plan.kind}: ${plan.reason}`));
  reconciler.start();

  const reread = setInterval(() => {
    try {
      const declared = replicasIn(replicasFile);
      if (declared === replicas) return;
      reconciler.declare(declared);
      watcher.declare(declared);
      replicas = declared;
      say(`${replicas} members are declared now`);
    } catch (error) {
      say(`${replicasFile} is not used: ${error instanceof Error ? error.message : String(error)}`);
    }
  }, options.rereadMs ?? 5_000);

  return {
    async [Symbol.asyncDispose]() {
      clearInterval(reread);
      await reconciler.close();
      await watcher.close();
    },
  };
}

function needed(environment: SidecarEnvironment, name: keyof SidecarEnvironment): string {
  const value = environment[name];
  if (value === undefined || value === '') throw new Error(`${name} is not set`);
  return value;
}

function replicasIn(file: string): number {
  return Number(readFileSync(file, 'utf8').trim());
}
