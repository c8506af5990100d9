import { readFileSync } from 'node:fs';
import { watchPeers } from '@peerset/core';
import { ReplicaSetReconciler } from '@peerset/mongo-adapter';
import { MongoClient } from 'mongodb';

/*
 * What runs beside each mongod, see manifest.yaml. From the environment: SERVICE, STATEFUL_SET, REPLICA_SET; REPLICAS_FILE, a file with the number of
 * members (a ConfigMap, so that it changes without a restart); MONGO_USER and MONGO_PASSWORD_FILE, where there are users.
 */

const REREAD_MS = 5_000;

function needed(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`${name} is not set`);
  return value;
}

const replicasFile = needed('REPLICAS_FILE');
const readReplicas = (): number => Number(readFileSync(replicasFile, 'utf8').trim());
const { MONGO_USER: username, MONGO_PASSWORD_FILE: passwordFile } = process.env;
const credentials =
  username !== undefined && passwordFile !== undefined ? { username, password: readFileSync(passwordFile, 'utf8').trimEnd() } : undefined;

let replicas = readReplicas();
const statefulSet = needed('STATEFUL_SET');
const watcher = watchPeers({ service: needed('SERVICE'), statefulSet, replicas });
const reconciler = new ReplicaSetReconciler({
  watcher,
  driver: { MongoClient },
  set: needed('REPLICA_SET'),
  statefulSet,
  replicas,
  ...(credentials && { credentials }),
});

let last = '';
reconciler.on('plan', ({ kind, reason }) => {
  const line = `${kind}: ${reason}`;
  if (line !== last) console.log(line);
  last = line;
});
reconciler.on('applied', ({ kind }) => console.log(`${kind}: done`));
reconciler.on('failed', ({ plan, code, failure }) => console.log(`${plan.kind}: ${failure}, code ${code ?? 'none'}`));
reconciler.start();

const reread = setInterval(() => {
  try {
    const declared = readReplicas();
    if (declared === replicas) return;
    reconciler.declare(declared);
    watcher.declare(declared);
    replicas = declared;
    console.log(`${replicas} members are declared now`);
  } catch (error) {
    console.error(`${replicasFile} is not used: ${error instanceof Error ? error.message : String(error)}`);
  }
}, REREAD_MS);

async function end(): Promise<void> {
  clearInterval(reread);
  await reconciler.close();
  await watcher.close();
}
process.once('SIGTERM', () => void end());
process.once('SIGINT', () => void end());
