import type { Change } from '../../src/membership/diff.ts';
import { comparePeers } from '../../src/membership/peer.ts';
import type { Peer } from '../../src/membership/peer.ts';
import type { Snapshot } from '../../src/membership/snapshot.ts';
import { arrange } from './arrangement.ts';
import type { Arrangement } from './arrangement.ts';
import { listOf } from './belief.ts';
import { act, mend } from './deeds.ts';
import { seededDice } from './seeded-random.ts';
import type { Dice } from './seeded-random.ts';
import { simulate } from './simulate.ts';
import type { Simulation } from './simulate.ts';
import { TruthTeller } from './truth.ts';

const SECOND = 1_000;
/** Faults and blips end by themselves within a minute. */
const LONGEST_FAULT_MS = 61 * SECOND;
const QUIET_MS = 180 * SECOND;
const LONGEST_QUIET_MS = 45 * 60 * SECOND;

/** What one seeded history came to. */
export interface HistoryResult {
  /** What was done to the world, and when: for a person who replays it. */
  readonly deeds: readonly string[];
  /** Rules that were broken. */
  readonly violations: readonly string[];
  /** `color-ss-0 198.18.0.1` of each ready pod, after quiet minutes. */
  readonly truth: readonly string[];
  /** The same of the watcher's snapshot. */
  readonly believed: readonly string[];
  readonly unconfirmed: readonly string[];
  readonly rounds: number;
}

/**
 * Plays some minutes of a seeded world to a watcher, then leaves both alone until the watcher believes what is true, and closes it. What a round
 * decides is judged by the rounds without promises (`play.ts`); here it is the loop, its events and its end.
 */
export async function playHistory(seed: number): Promise<HistoryResult> {
  const dice = seededDice(seed);
  const arrangement = arrange(dice, { kind: 'stateful-set', replicas: 1 + dice.roll(6) });
  const { simulation, truth } = open(seed, arrangement);
  const { clock, stage, watcher, rounds } = simulation;
  const deeds: string[] = [];
  const violations: string[] = [];
  judgeChanges(simulation, violations);
  await clock.advance(10 * SECOND);
  for (let left = 6 + dice.roll(8); left > 0; left -= 1) {
    const done = act(stage, dice);
    if (done !== undefined) deeds.push(`${clock.nowMs() / SECOND} s: ${done.told}`);
    await clock.advance(pauseMs(dice));
  }
  await clock.advance(LONGEST_FAULT_MS);
  mend(stage);
  const believed = (): readonly string[] =>
    listOf(
      watcher.snapshot.peers.map(({ name, addresses }) => [name, addresses]),
      arrangement,
    );
  const wanted = (): readonly string[] => listOf(truth.now.names, arrangement);
  await clock.advance(QUIET_MS);
  const endMs = clock.nowMs() + LONGEST_QUIET_MS;
  while (clock.nowMs() < endMs && believed().join() !== wanted().join()) await clock.advance(10 * SECOND);
  const result = {
    deeds,
    violations,
    truth: wanted(),
    believed: believed(),
    unconfirmed: watcher.status.unconfirmed,
    rounds: rounds.length,
  };
  await judgeEnd(simulation, violations);
  return result;
}

function open(seed: number, arrangement: Arrangement): { readonly simulation: Simulation; readonly truth: TruthTeller } {
  const { world, service, workload, watch } = arrangement;
  if (workload.kind !== 'stateful-set') throw new Error('a StatefulSet was to be arranged');
  const simulation = simulate({ seed, world, service, set: workload.options, watch });
  return { simulation, truth: new TruthTeller(simulation.stage, arrangement) };
}

function pauseMs(dice: Dice): number {
  return dice.pick([0, 300, SECOND, 4 * SECOND, 11 * SECOND, 30 * SECOND, 60 * SECOND]);
}

/** M12: after `close` nothing is told, and no timer is left. */
async function judgeEnd(simulation: Simulation, violations: string[]): Promise<void> {
  const { clock, changes, statuses, rounds, watcher } = simulation;
  const told = (): number => changes.length + statuses.length + rounds.length;
  await simulation.close();
  const before = told();
  const timers = clock.pendingTimers;
  await clock.advance(120 * SECOND);
  if (told() !== before) violations.push('M12: something was told after close');
  if (timers > 0) violations.push(`M12: ${timers} timers are left after close`);
  if (watcher.status.phase !== 'closed') violations.push(`M12: ${watcher.status.phase} after close`);
}

/** M6, M7: the changes that are told lead from one snapshot to the next, and to the one that the watcher shows. */
function judgeChanges({ watcher, clock }: Simulation, violations: string[]): void {
  let peers: readonly Peer[] = [];
  let last: Snapshot = watcher.snapshot;
  const broken = (rule: string): void => void violations.push(`${clock.nowMs() / SECOND} s: ${rule}`);
  watcher.on('change', (change: Change) => {
    const { snapshot, previous } = change;
    if (previous !== last) broken('M6: the change does not begin where the last one ended');
    last = snapshot;
    peers = applied(peers, change);
    if (JSON.stringify(peers) !== JSON.stringify(snapshot.peers)) broken('M6: the changes do not add up to the snapshot');
    if (snapshot.revision !== previous.revision + 1) broken('M7: the revision is not the next one');
  });
  watcher.on('round', () => {
    if (watcher.snapshot !== last) broken('M7: a snapshot was not told');
  });
}

function applied(peers: readonly Peer[], { left, joined, moved, updated }: Change): readonly Peer[] {
  const byName = new Map(peers.map((peer) => [peer.name, peer]));
  for (const { name } of left) byName.delete(name);
  for (const { returned: _, ...peer } of joined) byName.set(peer.name, peer);
  for (const peer of [...moved.map((move) => move.peer), ...updated]) byName.set(peer.name, peer);
  return [...byName.values()].toSorted(comparePeers);
}
