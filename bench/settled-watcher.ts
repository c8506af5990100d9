import { systemClock, watchPeers } from '@peerset/core';
import type { Clock, PeerWatcher } from '@peerset/core';
import { CLUSTER_DOMAIN, NAMESPACE, serviceOf } from './services.ts';

/** A watcher that has found all its peers and has calmed down. It looks only when it is told to. */
export interface SettledWatcher {
  /** One look, asked for: `refresh()`. */
  refresh(): Promise<unknown>;
  /** Looks of its own, one after another with a pause of `PAUSE_MS` before each but the first. */
  poll(looks: number): Promise<void>;
  /** How many questions a look asks, counted over some. */
  questionsPerLook(): Promise<number>;
  close(): Promise<void>;
}

/** Instead of the interval: a pause long enough to go through a real timer. */
export const PAUSE_MS = 1;

const POLL_INTERVAL_MS = 300_000;
/** Jitter lengthens a pause to this at most; what sleeps longer is no pause between looks. */
const LONGEST_PAUSE_MS = 1.2 * POLL_INTERVAL_MS;
/** A watcher calms down 15 s after its last change, and forgets after a minute what it still might have to ask. */
const CALM_MS = 61_000;
const COUNTED_LOOKS = 20;

export async function settledWatcher(peers: number, servers: readonly string[]): Promise<SettledWatcher> {
  const { clock, letRun, jump } = openClock();
  const watcher = watchPeers({ ...subject(peers), servers, family: 'ipv4', pollIntervalMs: POLL_INTERVAL_MS, clock });
  await watcher.ready({ peers, timeoutMs: 30_000 });
  jump(CALM_MS);
  await watcher.refresh();
  if (watcher.status.phase !== 'settled') throw new Error(`the watcher of ${peers} peers is ${watcher.status.phase}, not settled`);
  return {
    refresh: () => watcher.refresh(),
    async poll(looks) {
      await letRun(looks - 1);
    },
    questionsPerLook: () => questionsPerLook(watcher),
    close: () => watcher.close(),
  };
}

interface ShorteningClock {
  readonly clock: Clock;
  /** Makes the next `pauses` short; resolves when the one after them begins. */
  readonly letRun: (pauses: number) => Promise<void>;
  readonly jump: (ms: number) => void;
}

function openClock(): ShorteningClock {
  let aheadMs = 0;
  let shortPauses = 0;
  let onEnd: (() => void) | undefined;
  /** Ends the long pause that is on. */
  let endPause: (() => void) | undefined;
  return {
    clock: {
      nowMs: () => systemClock.nowMs() + aheadMs,
      sleep(ms, signal) {
        if (ms > LONGEST_PAUSE_MS) return systemClock.sleep(ms, signal);
        if (shortPauses > 0) {
          shortPauses -= 1;
          return systemClock.sleep(PAUSE_MS, signal);
        }
        onEnd?.();
        return Promise.race([
          systemClock.sleep(ms, signal),
          new Promise<void>((resolve) => {
            endPause = resolve;
          }),
        ]);
      },
    },
    letRun(pauses) {
      shortPauses = pauses;
      // The end of the long pause is the first look.
      endPause?.();
      return new Promise((resolve) => {
        onEnd = resolve;
      });
    },
    jump(ms) {
      aheadMs += ms;
    },
  };
}

function subject(peers: number): { service: string; statefulSet: string; namespace: string; clusterDomain: string } {
  const { service, statefulSet } = serviceOf(peers);
  return { service, statefulSet, namespace: NAMESPACE, clusterDomain: CLUSTER_DOMAIN };
}

async function questionsPerLook(watcher: PeerWatcher): Promise<number> {
  let questions = 0;
  const stop = watcher.on('round', ({ lookups }) => {
    questions += lookups.length;
  });
  for (let i = 0; i < COUNTED_LOOKS; i += 1) await watcher.refresh();
  stop();
  return questions / COUNTED_LOOKS;
}
