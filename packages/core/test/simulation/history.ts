import { compareAddresses } from '../../src/lookup/addresses.ts';
import type { Change } from '../../src/membership/diff.ts';
import { comparePeers } from '../../src/membership/peer.ts';
import type { Peer } from '../../src/membership/peer.ts';
import type { Snapshot } from '../../src/membership/snapshot.ts';
import { seededRandom } from './seeded-random.ts';
import { simulate } from './simulate.ts';
import type { Simulation } from './simulate.ts';

const SECOND = 1_000;
const QUIET_MS = 180 * SECOND;
/**
 * A pod that was ready, without a break, for so long before it left had no reason to: the longest fault that hides its return (40 s), the
 * window of 20 s, and some rounds.
 */
const LONG_READY_MS = 75 * SECOND;

/** What one seeded history came to. */
export interface HistoryResult {
  /** What was done to the world, and when: for a person who replays it. */
  readonly deeds: readonly string[];
  /** Rules that were broken. */
  readonly violations: readonly string[];
  /** `color-ss-0 198.18.0.1` of each ready pod, when all was quiet for 3 minutes. */
  readonly truth: readonly string[];
  /** The same of the watcher's snapshot. */
  readonly believed: readonly string[];
  readonly phase: string;
  readonly unconfirmed: readonly string[];
  readonly rounds: number;
  readonly changes: number;
}

type Roll = (below: number) => number;

/** Plays some minutes of a seeded world to a watcher, then leaves both alone for 3 minutes. */
export async function playHistory(seed: number): Promise<HistoryResult> {
  const random = seededRandom(seed);
  const roll: Roll = (below) => Math.floor(random() * below);
  const simulation = simulate({ seed, ...arrange(roll) });
  const { clock, watcher, set, rounds } = simulation;
  const deeds: string[] = [];
  const violations: string[] = [];
  const pods = watchReadiness(simulation);
  judgeChanges(simulation, { violations, pods });
  try {
    await clock.advance(10 * SECOND);
    for (let left = 6 + roll(8); left > 0; left -= 1) {
      const deed = act(simulation, roll);
      if (deed !== undefined) deeds.push(`${clock.nowMs() / SECOND} s: ${deed}`);
      await pods.advance([0, 300, 1_000, 4_000, 11_000, 30_000, 60_000][roll(7)] ?? 0);
    }
    await pods.advance(61 * SECOND);
    for (const pod of set.pods) if (pod.phase === 'running' && !pod.isReady) pod.setReady(true);
    await pods.advance(QUIET_MS);
    return {
      deeds,
      violations,
      truth: set.pods
        .filter(({ isReady }) => isReady)
        .map(({ name, addresses }) => [name, ...addresses.toSorted(compareAddresses)].join(' ')),
      believed: watcher.snapshot.peers.map(({ name, addresses }) => [name, ...addresses].join(' ')),
      phase: watcher.status.phase,
      unconfirmed: watcher.status.unconfirmed,
      rounds: rounds.length,
      changes: simulation.changes.length,
    };
  } finally {
    await simulation.close();
  }
}

function arrange(roll: Roll): Parameters<typeof simulate>[0] {
  const isDual = roll(4) === 0;
  const hasPorts = roll(4) > 0;
  const replicas = 1 + roll(6);
  const declares = roll(2) === 0 ? { statefulSet: 'color-ss', ...(roll(2) === 0 ? { replicas } : {}) } : {};
  return {
    service: hasPorts ? {} : { ports: [] },
    set: {
      replicas,
      families: isDual ? ['ipv4', 'ipv6'] : ['ipv4'],
      readyAfterMs: [0, 500, 3_000][roll(3)] ?? 0,
      terminationMs: [0, 2_000][roll(2)] ?? 0,
      podManagementPolicy: roll(2) === 0 ? 'Parallel' : 'OrderedReady',
    },
    // Without SRV the names can only come from the StatefulSet's name.
    watch: {
      family: isDual ? 'dual' : roll(2) === 0 ? 'auto' : 'ipv4',
      ...(hasPorts ? declares : { statefulSet: 'color-ss', ...declares }),
    },
  };
}

/** One thing that happens. Faults end by themselves; undefined when nothing could be done. */
function act({ set, world }: Simulation, roll: Roll): string | undefined {
  const running = set.pods.filter(({ phase }) => phase === 'running');
  const pod = running[roll(Math.max(1, running.length))];
  const forMs = (seconds: number): number => (1 + roll(seconds)) * SECOND;
  switch (roll(9)) {
    case 0:
    case 1: {
      const replicas = 1 + roll(7);
      set.scale(replicas);
      return `scale to ${replicas}`;
    }
    case 2:
    case 3: {
      if (pod === undefined) return undefined;
      const downMs = [0, 2_000, 8_000, 40_000][roll(4)] ?? 0;
      pod.restart({ downMs });
      return `restart ${pod.name}, down ${downMs} ms`;
    }
    case 4: {
      if (pod === undefined) return undefined;
      pod.setReady(!pod.isReady);
      return `${pod.name} is ${pod.isReady ? 'ready' : 'not ready'}`;
    }
    case 5: {
      const window = { forMs: forMs(60), probability: 1 / 6, seed: roll(1_000) };
      world.fault({ kind: 'nxdomain', ...window });
      return `each query NXDOMAIN with p = 1/6 for ${window.forMs} ms`;
    }
    case 6: {
      const window = { forMs: forMs(40), probability: [0.3, 1][roll(2)] ?? 1, seed: roll(1_000) };
      world.fault({ kind: 'servfail', ...window });
      return `SERVFAIL with p = ${window.probability} for ${window.forMs} ms`;
    }
    case 7: {
      const window = { forMs: forMs(20) };
      world.fault({ kind: 'silence', ...window });
      return `silence for ${window.forMs} ms`;
    }
    default: {
      const window = { forMs: forMs(12) };
      world.fault({ kind: 'partial', types: [['A'], ['A', 'AAAA'], ['SRV']][roll(3)] ?? ['A'], ...window });
      return `partial answers for ${window.forMs} ms`;
    }
  }
}

interface Readiness {
  /** Since when the pod of this name has been ready without a break; undefined while it is not. */
  readySinceMs(name: string): number | undefined;
  /** Moves the clock, and looks at the pods on the way. */
  advance(ms: number): Promise<void>;
}

function watchReadiness({ clock, set }: Simulation): Readiness {
  const since = new Map<string, number>();
  // Pods change only by timers of the same clock, so that a look at every step of 100 ms misses blips shorter than a poll only.
  const look = (): void => {
    const ready = new Set(set.pods.filter(({ isReady }) => isReady).map(({ name }) => name));
    for (const name of since.keys()) if (!ready.has(name)) since.delete(name);
    for (const name of ready) if (!since.has(name)) since.set(name, clock.nowMs());
  };
  return {
    readySinceMs: (name) => since.get(name),
    async advance(ms) {
      look();
      const endMs = clock.nowMs() + ms;
      while (clock.nowMs() < endMs) {
        await clock.advance(Math.min(SECOND, endMs - clock.nowMs()));
        look();
      }
    },
  };
}

function judgeChanges({ watcher, clock }: Simulation, { violations, pods }: { violations: string[]; pods: Readiness }): void {
  let peers: readonly Peer[] = [];
  let last: Snapshot = watcher.snapshot;
  const broken = (rule: string): void => void violations.push(`${clock.nowMs() / SECOND} s: ${rule}`);
  watcher.on('change', (change: Change) => {
    const { snapshot, previous } = change;
    if (previous !== last) broken('M6: the change does not begin where the last one ended');
    last = snapshot;
    peers = applied(peers, change);
    if (contentOf({ ...snapshot, peers }) !== contentOf(snapshot)) broken('M6: the changes do not add up to the snapshot');
    if (snapshot.revision !== previous.revision + 1) broken('M7: the revision is not the next one');
    if (contentOf(snapshot) === contentOf(previous)) broken('M7: the snapshot is another object with the same content');
    const owned = snapshot.peers.flatMap(({ addresses }) => addresses);
    if (new Set(owned).size < owned.length) broken('M8: an address has two owners');
    if (new Set(snapshot.peers.map(({ name }) => name)).size < snapshot.peers.length) broken('M8: a name has two peers');
    for (const { name } of change.left) {
      const sinceMs = pods.readySinceMs(name);
      if (sinceMs !== undefined && clock.nowMs() - sinceMs > LONG_READY_MS) broken(`M1: ${name} left, ready since ${sinceMs / SECOND} s`);
    }
  });
  watcher.on('round', () => {
    if (watcher.snapshot !== last) broken('M7: a snapshot was not told');
  });
}

function applied(peers: readonly Peer[], { left, joined, moved, updated }: Change): readonly Peer[] {
  const byName = new Map(peers.map((peer) => [peer.name, peer]));
  for (const { name } of left) byName.delete(name);
  for (const peer of [...joined, ...moved.map((move) => move.peer), ...updated]) byName.set(peer.name, peer);
  return [...byName.values()].toSorted(comparePeers);
}

function contentOf({ peers, missing }: Pick<Snapshot, 'peers' | 'missing'>): string {
  return JSON.stringify([peers.map(({ name, addresses, port }) => [name, addresses, port ?? 0]), missing.map(({ name }) => name)]);
}
