import type { Phase, Snapshot } from '@peerset/core';
import type { SeedAsker } from './databases.ts';
import type { Entry } from './journal.ts';
import { TIMES } from './stage.ts';
import type { Stage } from './stage.ts';

/** What a step came to, for its promises to be held against. */
interface StepRecord {
  readonly entries: readonly Entry[];
  readonly before: Snapshot;
  readonly after: Snapshot;
}

/** Something that must be true after a step. The demo fails where it is not. */
interface StepPromise {
  readonly says: string;
  readonly holds: (record: StepRecord) => boolean;
}

export interface Step {
  /** For the table at the end. */
  readonly name: string;
  readonly heading: string;
  readonly why: string;
  /** Which pod asks for Cassandra seeds after it. */
  readonly asker: SeedAsker;
  /** Does something to the cluster and waits until it shows. */
  act(stage: Stage): Promise<void>;
  readonly promises: readonly StepPromise[];
}

const WAIT_MS = 8_000;
const OUTAGE_MS = 4_000;
const FIRST_NODE: SeedAsker = { self: 'color-ss-0', isBootstrapped: true };
const NOBODY_LEFT: StepPromise = { says: 'nobody left', holds: ({ entries }) => count(entries, 'leave') === 0 };

export const STEPS: readonly Step[] = [
  {
    name: 'discover three',
    heading: '1  Find the peers',
    why: 'The watcher knows the name of the Service and nothing else: no replica count, no StatefulSet. Pods get ready one after another.',
    asker: FIRST_NODE,
    async act({ watcher, journal }) {
      journal.act('the StatefulSet starts color-ss-0, color-ss-1, color-ss-2');
      await watcher.ready({ peers: 3, timeoutMs: WAIT_MS });
    },
    promises: [
      { says: 'three peers, by name', holds: hasPeers(3) },
      {
        says: 'each joined once, in order',
        holds: ({ entries }) => namesOf(entries, 'join').join(',') === 'color-ss-0,color-ss-1,color-ss-2',
      },
      { says: 'with the port of the Service', holds: ({ after }) => after.peers.every(({ port }) => port === 27_017) },
      NOBODY_LEFT,
    ],
  },
  {
    name: 'scale to five',
    heading: '2  Scale up to five',
    why: 'New members should be usable as soon as they are ready, without a restart of anyone and without a longer list of settings.',
    asker: { self: 'color-ss-4', isBootstrapped: false },
    async act({ watcher, set, journal }) {
      journal.act('kubectl scale statefulset color-ss --replicas=5');
      set.scale(5);
      await watcher.ready({ peers: 5, timeoutMs: WAIT_MS });
    },
    promises: [
      { says: 'five peers', holds: hasPeers(5) },
      { says: 'two joined', holds: ({ entries }) => namesOf(entries, 'join').join(',') === 'color-ss-3,color-ss-4' },
      NOBODY_LEFT,
    ],
  },
  {
    name: 'rolling restart',
    heading: '3  Rolling restart',
    why: 'Each pod comes back under its name with another address. Taken for leave and join, this would be five failures of a healthy cluster.',
    asker: FIRST_NODE,
    async act({ set, signal, journal, until }) {
      journal.act('kubectl rollout restart statefulset color-ss (0.7 s without each pod)');
      const mark = journal.length;
      await set.rollingRestart({ downMs: 400, signal });
      await until('five moves after the rolling restart', () => count(journal.since(mark), 'move') >= 5, WAIT_MS);
    },
    promises: [
      {
        says: 'five moved, each once',
        holds: ({ entries }) => sortedNames(entries, 'move') === 'color-ss-0,color-ss-1,color-ss-2,color-ss-3,color-ss-4',
      },
      NOBODY_LEFT,
      { says: 'nobody joined', holds: ({ entries }) => count(entries, 'join') === 0 },
    ],
  },
  {
    name: 'DNS outage',
    heading: '4  DNS outage',
    why: 'No answer is not the answer "nobody". What is known stays, and the status says how old it is, so that an application can decide.',
    asker: FIRST_NODE,
    async act({ cluster, watcher, sleep, until, journal }) {
      journal.act(`all DNS servers fall silent for ${OUTAGE_MS / 1_000} s`);
      const outage = cluster.fault({ kind: 'silence' });
      await sleep(OUTAGE_MS);
      outage.clear();
      journal.act('DNS answers again');
      await until(
        'a fresh status after the outage',
        () => watcher.status.phase !== 'stale' && watcher.status.failuresInARow === 0,
        WAIT_MS,
      );
    },
    promises: [
      {
        says: 'stale while DNS was silent, fresh afterwards',
        holds: ({ entries }) => phasesOf(entries).includes('stale') && phasesOf(entries).at(-1) !== 'stale',
      },
      { says: 'the same snapshot, the very object', holds: ({ before, after }) => before === after },
      NOBODY_LEFT,
    ],
  },
  {
    name: 'scale to three',
    heading: '5  Scale down to three',
    why: `Whoever is gone must leave the list, but on evidence: denied by every answer for ${TIMES.leaveAfterMs / 1_000} s (default: 15 s and the TTL), by its own name too.`,
    asker: FIRST_NODE,
    async act({ set, watcher, until, journal }) {
      journal.act('kubectl scale statefulset color-ss --replicas=3');
      set.scale(3);
      await until('two leaves after the scale down', () => watcher.snapshot.peers.length <= 3, 2 * WAIT_MS);
    },
    promises: [
      { says: 'three peers', holds: hasPeers(3) },
      {
        says: 'the two that were scaled away left',
        holds: ({ entries }) => sortedNames(entries, 'leave') === 'color-ss-3,color-ss-4',
      },
      { says: 'after they had been in doubt', holds: ({ entries }) => count(entries, 'doubt') >= 2 },
    ],
  },
];

/** How many of a kind there are. */
export function count(entries: readonly Entry[], kind: Entry['kind']): number {
  return entries.filter((entry) => entry.kind === kind).length;
}

function hasPeers(size: number): StepPromise['holds'] {
  const names = Array.from({ length: size }, (_, ordinal) => `color-ss-${ordinal}`).join(',');
  return ({ after }) => after.peers.map(({ name }) => name).join(',') === names;
}

function namesOf(entries: readonly Entry[], kind: 'join' | 'move' | 'leave'): readonly string[] {
  return entries.flatMap((entry) => (entry.kind === kind ? [entry.peer] : []));
}

/** Sorted: on a busy machine several pods may restart between two polls. */
function sortedNames(entries: readonly Entry[], kind: 'join' | 'move' | 'leave'): string {
  return namesOf(entries, kind).toSorted().join(',');
}

function phasesOf(entries: readonly Entry[]): readonly Phase[] {
  return entries.flatMap((entry) => (entry.kind === 'phase' ? [entry.phase] : []));
}
