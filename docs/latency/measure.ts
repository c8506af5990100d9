import { setTimeout as sleep } from 'node:timers/promises';
import { watchPeers } from '@peerset/core';
import type { PeerWatcher } from '@peerset/core';
import { SCENARIOS } from './scenarios.ts';
import type { Scenario } from './scenarios.ts';
import type { QuestionCount, Stage, StagedSet } from './stage.ts';
import { first, secondsToSee, settled } from './wait-for.ts';

/** One row of one column: every trial in seconds. */
export interface Timing {
  readonly title: string;
  readonly seconds: readonly number[];
}

/** What settled watchers of so many peers ask in a minute. */
export interface Rate {
  readonly peers: number;
  readonly perMinute: QuestionCount;
}

const PEERS = 3;
/** The default of `pollIntervalMs`. */
const POLL_MS = 5_000;
const SIZES: readonly number[] = [3, 100, 1_000];
const COUNTED_MS = 90_000;
const OUTAGE_MS = 60_000;

/** One after the other, on an idle machine: this is the one measurement of milliseconds. */
export async function measureStart(stage: Stage, trials: number): Promise<Timing> {
  const sets = many(trials, (index) => stage.headless(`start-${index}`, PEERS));
  await stage.caughtUp();
  const seconds: number[] = [];
  for (const set of sets) {
    const startedAtMs = performance.now();
    const watcher = watch(stage, set);
    await watcher.ready();
    seconds.push((performance.now() - startedAtMs) / 1_000);
    await watcher.close();
  }
  return { title: 'start of the watcher to `ready`, with all pods ready', seconds };
}

/** Side by side, each trial with a Service and a watcher of its own: what takes long is waiting for windows and caches. */
export async function measureScenarios(stage: Stage, trials: number): Promise<readonly Timing[]> {
  return await Promise.all(
    SCENARIOS.map(async (scenario, row) => ({
      title: scenario.title,
      seconds: await Promise.all(many(trials, (index) => runTrial(stage, scenario, `row-${row}-${index}`))),
    })),
  );
}

async function runTrial(stage: Stage, scenario: Scenario, service: string): Promise<number> {
  const set = stage.headless(service, scenario.replicas);
  await stage.caughtUp();
  // So that the watchers do not poll in step.
  await sleep(Math.random() * POLL_MS);
  const watcher = watch(stage, set, scenario.isDeclared);
  try {
    return await scenario.run(watcher, set);
  } finally {
    await watcher.close();
  }
}

/** DNS is silent for a minute, and one pod gets a new address meanwhile. */
export async function measureOutage(stage: Stage, trials: number): Promise<readonly Timing[]> {
  const sets = many(trials, (index) => stage.headless(`outage-${index}`, PEERS));
  await stage.caughtUp();
  const watchers = sets.map((set) => watch(stage, set));
  await Promise.all(watchers.map(settled));
  await stage.freeze();
  await sleep(OUTAGE_MS / 2);
  for (const set of sets) {
    set.takeAway(1);
    set.bringBack(1);
  }
  await sleep(OUTAGE_MS / 2);
  const fresh = Promise.all(watchers.map(secondsToFreshness));
  const moved = Promise.all(
    watchers.map((watcher) =>
      secondsToSee(
        watcher,
        () => true,
        () => {},
      ),
    ),
  );
  await stage.thaw();
  const timings = [
    { title: 'DNS answers again after 60 s of silence: until the status is no longer `stale`', seconds: await fresh },
    { title: 'DNS answers again after 60 s of silence: until the `move` that happened meanwhile', seconds: await moved },
  ];
  await Promise.all(watchers.map((watcher) => watcher.close()));
  return timings;
}

async function secondsToFreshness(watcher: PeerWatcher): Promise<number> {
  if (watcher.status.phase !== 'stale') throw new Error(`${watcher.snapshot.service.host} is ${watcher.status.phase} in an outage`);
  const startedAtMs = performance.now();
  let freshAtMs = 0;
  await first(watcher, 'a fresh status', (resolve) =>
    watcher.on('status', ({ phase }) => {
      if (phase === 'stale') return;
      freshAtMs = performance.now();
      resolve();
    }),
  );
  return (freshAtMs - startedAtMs) / 1_000;
}

/** What the DNS server was asked by watchers to which nothing happens. */
export async function measureRates(stage: Stage): Promise<readonly Rate[]> {
  const sets = SIZES.map((peers) => stage.headless(`size-${peers}`, peers));
  await stage.caughtUp();
  const watchers = sets.map((set) => watch(stage, set));
  await Promise.all(watchers.map(settled));
  const before = await Promise.all(sets.map(({ host }) => stage.questionsAbout(host)));
  const startedAtMs = performance.now();
  await sleep(COUNTED_MS);
  const after = await Promise.all(sets.map(({ host }) => stage.questionsAbout(host)));
  const minutes = (performance.now() - startedAtMs) / 60_000;
  await Promise.all(watchers.map((watcher) => watcher.close()));
  return SIZES.map((peers, i) => ({
    peers,
    perMinute: {
      udp: ((after[i]?.udp ?? Number.NaN) - (before[i]?.udp ?? Number.NaN)) / minutes,
      tcp: ((after[i]?.tcp ?? Number.NaN) - (before[i]?.tcp ?? Number.NaN)) / minutes,
    },
  }));
}

function watch(stage: Stage, { host, statefulSet }: StagedSet, isDeclared = true): PeerWatcher {
  const declaration = isDeclared ? { statefulSet, replicas: PEERS } : { statefulSet };
  return watchPeers({ service: host, servers: stage.servers, ...declaration });
}

function many<T>(count: number, make: (index: number) => T): readonly T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}
