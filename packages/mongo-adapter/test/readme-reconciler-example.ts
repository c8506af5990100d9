import { watchPeers } from '@peerset/core';
import { ReplicaSetReconciler } from '@peerset/mongo-adapter';
import { MongoClient } from 'mongodb';

// Runs until the process is told to end. POD_NAME, or HOSTNAME, says which member this is.
export async function runSidecar(replicas: number, signal: AbortSignal): Promise<void> {
  await using watcher = watchPeers({ service: 'color-svc', statefulSet: 'color-ss', replicas });
  await using reconciler = new ReplicaSetReconciler({
    watcher,
    driver: { MongoClient },
    set: 'rs0',
    statefulSet: 'color-ss',
    replicas,
  });
  reconciler.on('applied', ({ reason }) => console.log(`done: ${reason}`));
  reconciler.on('failed', ({ plan, code, failure }) => console.log(`${failure} (${code ?? 'no code'}): ${plan.reason}`));
  reconciler.on('blocked', (reason) => console.error(`a person must act: ${reason}`));
  reconciler.start();
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
