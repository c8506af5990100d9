import { virtualClock } from '@peerset/testkit';
import type { HeadlessServiceOptions, StatefulSet, StatefulSetOptions, VirtualClock, World, WorldOptions } from '@peerset/testkit';
import { openDnsSource } from '../../src/lookup/dns-source.ts';
import type { Change } from '../../src/membership/diff.ts';
import type { Status } from '../../src/membership/status.ts';
import type { WatchOptions } from '../../src/options.ts';
import { parseWatchOptions } from '../../src/parse-options.ts';
import { openWatcher } from '../../src/watch-peers.ts';
import type { PeerWatcher } from '../../src/peer-watcher.ts';
import type { RoundReport } from '../../src/round-report.ts';
import { seededRandom } from './seeded-random.ts';
import { openStage } from './stage.ts';
import type { Stage } from './stage.ts';
import { worldClient } from './world-client.ts';

/** A watcher and a world on one virtual clock, and what the watcher told. */
export interface Simulation {
  readonly clock: VirtualClock;
  readonly stage: Stage;
  readonly world: World;
  readonly set: StatefulSet;
  readonly watcher: PeerWatcher;
  readonly changes: Change[];
  readonly statuses: Status[];
  readonly rounds: RoundReport[];
  /** What was told, a word each: `join color-ss-0`, `return color-ss-0`, `leave color-ss-0`, `move color-ss-0`. */
  readonly story: () => readonly string[];
  readonly names: () => readonly string[];
  close(): Promise<void>;
}

export interface SimulationOptions {
  readonly seed?: number;
  readonly world?: WorldOptions;
  readonly service?: HeadlessServiceOptions;
  readonly set?: StatefulSetOptions;
  readonly watch?: Partial<WatchOptions>;
}

const QUERIES_KEPT = 100_000;

/** Starts a Service `color-svc` with a StatefulSet `color-ss` of 3, and a watcher that asks for IPv4 unless told otherwise. */
export function simulate(options: SimulationOptions = {}): Simulation {
  const { seed = 1 } = options;
  const clock = virtualClock();
  const arrangement = {
    world: { queryLogLimit: QUERIES_KEPT, ...options.world },
    service: { ports: [{ name: 'db', port: 27_017 }], ...options.service },
    workload: { kind: 'stateful-set', options: { replicas: 3, ...options.set } },
  } as const;
  const stage = openStage(arrangement, clock, seed);
  const { world, host, workload: set } = stage;
  if (set?.kind !== 'StatefulSet') throw new Error('a StatefulSet was arranged');
  const resolved = parseWatchOptions({ service: host, family: 'ipv4', random: seededRandom(seed), clock, ...options.watch });
  const watcher = openWatcher({ ...resolved, source: openDnsSource(resolved, worldClient(world, clock)) });
  const changes: Change[] = [];
  const statuses: Status[] = [];
  const rounds: RoundReport[] = [];
  watcher.on('change', (change) => void changes.push(change));
  watcher.on('status', (status) => void statuses.push(status));
  watcher.on('round', (round) => void rounds.push(round));
  return {
    clock,
    stage,
    world,
    set,
    watcher,
    changes,
    statuses,
    rounds,
    story: () => changes.flatMap(tell),
    names: () => watcher.snapshot.peers.map(({ name }) => name),
    async close() {
      await watcher.close();
      world.close();
    },
  };
}

function tell({ left, moved, joined }: Change): readonly string[] {
  return [
    ...left.map(({ name }) => `leave ${name}`),
    ...moved.map(({ peer }) => `move ${peer.name}`),
    ...joined.map(({ name, returned }) => `${returned ? 'return' : 'join'} ${name}`),
  ];
}
