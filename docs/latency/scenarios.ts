import { setTimeout as sleep } from 'node:timers/promises';
import type { PeerWatcher, Snapshot } from '@peerset/core';
import type { StagedSet } from './stage.ts';
import { secondsToSee, settled } from './wait-for.ts';

/** One thing that happens to a Service, and how long its watcher takes to tell. */
export interface Scenario {
  /** The row of the table. */
  readonly title: string;
  /** Pods that are ready before the watcher starts. */
  readonly replicas: number;
  /** Whether the watcher is told that there are three replicas. */
  readonly isDeclared: boolean;
  /** Makes it happen, and returns the seconds from the change in the cluster to what the application sees. */
  run(watcher: PeerWatcher, set: StagedSet): Promise<number>;
}

/** What a pod's restart takes: long enough for every settled watcher to have missed it. */
const AWAY_MS = 10_000;
/** How long before its pods are ready a Service is asked for: a cache then denies it. */
const TOO_EARLY_MS = 4_000;

const has =
  (count: number): ((snapshot: Snapshot) => boolean) =>
  ({ peers }) =>
    peers.length === count;

export const SCENARIOS: readonly Scenario[] = [
  {
    title: 'new Service, watched before its pods are ready: until all have joined',
    replicas: 0,
    isDeclared: true,
    async run(watcher, set) {
      await sleep(TOO_EARLY_MS);
      return secondsToSee(watcher, has(3), () => set.scale(3));
    },
  },
  {
    title: 'join: a scale-up that `declare` told of before',
    replicas: 3,
    isDeclared: true,
    async run(watcher, set) {
      await settled(watcher);
      watcher.declare(4);
      await sleep(AWAY_MS);
      return secondsToSee(watcher, has(4), () => set.scale(4));
    },
  },
  {
    title: 'join: a scale-up that nobody declared',
    replicas: 3,
    isDeclared: false,
    async run(watcher, set) {
      await settled(watcher);
      return secondsToSee(watcher, has(4), () => set.scale(4));
    },
  },
  {
    title: 'move: a pod is back after 10 s, with a new address',
    replicas: 3,
    isDeclared: true,
    async run(watcher, set) {
      await settled(watcher);
      const before = watcher.snapshot.peers[1]?.addresses.join();
      set.takeAway(1);
      await sleep(AWAY_MS);
      return secondsToSee(
        watcher,
        ({ peers }) => peers[1]?.addresses.join() !== before,
        () => set.bringBack(1),
      );
    },
  },
  {
    title: 'leave: scaled in, seen by a settled watcher',
    replicas: 3,
    isDeclared: true,
    async run(watcher, set) {
      await settled(watcher);
      return secondsToSee(watcher, has(2), () => set.scale(2));
    },
  },
  {
    title: 'leave: scaled in, seen by a watcher that is settling',
    replicas: 3,
    isDeclared: true,
    async run(watcher, set) {
      await settled(watcher);
      await secondsToSee(watcher, has(4), () => set.scale(4));
      await sleep(1_000);
      return secondsToSee(watcher, has(3), () => set.scale(3));
    },
  },
  {
    title: 'leave: the last members, scaled in to nobody',
    replicas: 3,
    isDeclared: true,
    async run(watcher, set) {
      await settled(watcher);
      return secondsToSee(watcher, has(0), () => set.scale(0));
    },
  },
];
