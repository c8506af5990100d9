import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock, watchPeers } from '@peerset/core';
import type { Clock, PeerWatcher } from '@peerset/core';
import { eventLoopDelay } from './event-loop.ts';
import { fromPairs, fromValues } from './measurement.ts';
import type { Measurement } from './measurement.ts';
import { wallTime } from './in-turn.ts';
import { CLUSTER_DOMAIN, NAMESPACE, oneOfMany, PEERS_OF_MANY } from './services.ts';

export interface ManyServicesOptions {
  readonly services: number;
  readonly servers: readonly string[];
  /** How many times in a row the settled watchers are looked at, and for how long each time. */
  readonly windows: number;
  readonly windowMs: number;
}

/** A watcher calms down 15 s after its last change. */
const CALM_MS = 61_000;
/** Time enough for each to have had its next look and to find that all is calm. */
const TO_CALM_DOWN_MS = 7_000;
const MIB = 2 ** 20;

/**
 * One process that watches many Services with the default options: its memory with and without them, and how late its timers fire while
 * they poll. The start, when all of them are discovered at once, is told for information.
 */
export async function measureManyServices(options: ManyServicesOptions): Promise<readonly Measurement[]> {
  const { services, servers } = options;
  const { clock, jump } = aheadOfTime();
  await discoverOne(servers);
  const before = rssMib();
  const watchers: PeerWatcher[] = [];
  const startMs: number[] = [];
  const start = await eventLoopDelay(async () => {
    startMs.push(await wallTime(() => startAll(watchers, options, clock)));
  });
  jump(CALM_MS);
  await sleep(TO_CALM_DOWN_MS);
  const restless = watchers.filter(({ status }) => status.phase !== 'settled').length;
  if (restless > 0) throw new Error(`${restless} of ${services} watchers have not settled`);
  const { questionsPerSecond, delaysMs, memoryMib } = await lookOn(watchers, options);
  await Promise.all(watchers.map((watcher) => watcher.close()));
  const work = `${services.toLocaleString('en')} watched Services of ${PEERS_OF_MANY}`;
  return [
    fromPairs(
      {
        work: `${work}, polled every 5 s: ${questionsPerSecond.toFixed(0)} questions/s (RSS)`,
        unit: 'MiB',
        bar: { kind: 'over', value: 60 },
      },
      memoryMib.map((ours) => ({ floor: before, ours })),
    ),
    fromValues({ work: `${work}: event loop delay, p99`, unit: 'ms', bar: { kind: 'at-most', value: 20 } }, delaysMs),
    fromValues({ work: `${work}: all found from nothing (wall)`, unit: 'ms', bar: undefined }, startMs),
    fromValues({ work: `${work}: event loop delay meanwhile, p99`, unit: 'ms', bar: undefined }, [start.p99Ms]),
  ];
}

async function startAll(watchers: PeerWatcher[], { services, servers }: ManyServicesOptions, clock: Clock): Promise<void> {
  for (let i = 0; i < services; i += 1) watchers.push(watchPeers({ ...subject(i), servers, clock }));
  await Promise.all(watchers.map((watcher) => watcher.ready({ peers: PEERS_OF_MANY, timeoutMs: 60_000 })));
}

/** Settled watchers for some windows of time. */
async function lookOn(
  watchers: readonly PeerWatcher[],
  { windows, windowMs }: ManyServicesOptions,
): Promise<{ readonly questionsPerSecond: number; readonly delaysMs: readonly number[]; readonly memoryMib: readonly number[] }> {
  const count = countQuestions(watchers);
  const delaysMs: number[] = [];
  const memoryMib: number[] = [];
  const passedMs = await wallTime(async () => {
    for (let i = 0; i < windows; i += 1) {
      delaysMs.push((await eventLoopDelay(() => sleep(windowMs))).p99Ms);
      memoryMib.push(rssMib());
    }
  });
  return { questionsPerSecond: count() / (passedMs / 1_000), delaysMs, memoryMib };
}

/** So that code which is loaded and compiled once for all is not counted. */
async function discoverOne(servers: readonly string[]): Promise<void> {
  const watcher = watchPeers({ ...subject(0), servers });
  await watcher.ready({ peers: PEERS_OF_MANY, timeoutMs: 30_000 });
  await watcher.close();
}

function subject(index: number): { service: string; statefulSet: string; namespace: string; clusterDomain: string } {
  return { ...oneOfMany(index), namespace: NAMESPACE, clusterDomain: CLUSTER_DOMAIN };
}

/** Of a few, for all: to listen costs something too. */
function countQuestions(watchers: readonly PeerWatcher[]): () => number {
  const sample = watchers.filter((_, index) => index % 20 === 0);
  let questions = 0;
  for (const watcher of sample) {
    watcher.on('round', ({ lookups }) => {
      questions += lookups.length;
    });
  }
  return () => (questions * watchers.length) / sample.length;
}

function aheadOfTime(): { readonly clock: Clock; readonly jump: (ms: number) => void } {
  let aheadMs = 0;
  return {
    clock: { nowMs: () => systemClock.nowMs() + aheadMs, sleep: (ms, signal) => systemClock.sleep(ms, signal) },
    jump(ms) {
      aheadMs += ms;
    },
  };
}

function rssMib(): number {
  return process.memoryUsage.rss() / MIB;
}
