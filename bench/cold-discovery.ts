import { Resolver } from 'node:dns/promises';
import { watchPeers } from '@peerset/core';
import type { LookupReport, PeerWatcher } from '@peerset/core';
import { fromPairs } from './measurement.ts';
import type { Measurement } from './measurement.ts';
import { cpuPerRun, inPairs, wallTime } from './in-turn.ts';
import { CLUSTER_DOMAIN, NAMESPACE, serviceOf } from './services.ts';

type Question = Pick<LookupReport, 'name' | 'type'>;

/** More in flight on one Resolver lose packets, and each loss costs a second or two. */
const CONCURRENCY = 64;

export interface ColdDiscoveryOptions {
  readonly peers: number;
  readonly servers: readonly string[];
  readonly pairs: number;
}

/** Time from nothing to all peers by name, against the same questions asked bare: wall time, and as information the CPU time of it. */
export async function measureColdDiscovery({ peers, servers, pairs }: ColdDiscoveryOptions): Promise<readonly Measurement[]> {
  const questions = await questionsOfDiscovery(peers, servers);
  const floor = (): Promise<void> => askBare(questions, servers);
  const ours = (): Promise<void> => discover(peers, servers);
  const walls = await inPairs({ floor: () => wallTime(floor), ours: () => wallTime(ours) }, { rounds: pairs, warmUp: 3 });
  const cpus = await inPairs({ floor: () => cpuPerRun(1, floor), ours: () => cpuPerRun(1, ours) }, { rounds: pairs, warmUp: 0 });
  const work = `cold discovery, ${peers.toLocaleString('en')} peers, ${questions.length.toLocaleString('en')} questions`;
  return [
    fromPairs({ work: `${work} (wall)`, unit: 'ms', bar: { kind: 'ratio', value: 1.25 } }, walls),
    fromPairs({ work: `${work} (CPU)`, unit: 'us', bar: undefined }, cpus),
  ];
}

async function discover(peers: number, servers: readonly string[]): Promise<void> {
  const watcher = watch(peers, servers);
  await watcher.ready({ peers, timeoutMs: 30_000 });
  await watcher.close();
}

function watch(peers: number, servers: readonly string[]): PeerWatcher {
  const { service, statefulSet } = serviceOf(peers);
  return watchPeers({ service, statefulSet, namespace: NAMESPACE, clusterDomain: CLUSTER_DOMAIN, servers, family: 'ipv4' });
}

/** What a discovery asks, in its order. */
async function questionsOfDiscovery(peers: number, servers: readonly string[]): Promise<readonly Question[]> {
  const watcher = watch(peers, servers);
  const questions: Question[] = [];
  watcher.on('round', ({ lookups }) => questions.push(...lookups.map(({ name, type }) => ({ name, type }))));
  await watcher.ready({ peers, timeoutMs: 30_000 });
  await watcher.close();
  return questions;
}

/** The set, then the records that name the peers, then the names: each needs the answer before it. */
async function askBare(questions: readonly Question[], servers: readonly string[]): Promise<void> {
  const resolver = new Resolver();
  resolver.setServers(servers);
  const [set, ...rest] = questions;
  if (set === undefined) throw new Error('a discovery asks at least for the set');
  await ask(resolver, set);
  for (const question of rest.filter(({ type }) => type === 'SRV')) await ask(resolver, question);
  const names = rest.filter(({ type }) => type !== 'SRV').values();
  const worker = async (): Promise<void> => {
    for (const question of names) await ask(resolver, question);
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
}

function ask(resolver: Resolver, { name, type }: Question): Promise<unknown> {
  return type === 'SRV' ? resolver.resolveSrv(name) : resolver.resolve4(name, { ttl: true });
}
