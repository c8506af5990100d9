import { checkKnownKeys } from './check-options.ts';
import type { Cancel } from './clock.ts';
import { checkRestartOptions, RESTART_KEYS, type RestartOptions, type SimulatedPod } from './pod.ts';

/** How a workload restarts all its pods. */
export interface RollingRestartOptions extends RestartOptions {
  /** Aborting ends the roll where it is: the pod under way comes back, no other restarts. */
  signal?: AbortSignal;
}

interface Roll {
  /** In the order in which they restart. */
  readonly pods: readonly SimulatedPod[];
  readonly options: RollingRestartOptions;
  /** Aborts when the world closes. */
  readonly closed: AbortSignal;
  readonly onEnd: () => void;
}

/** Refuses what `rollingRestart` cannot do. */
export function checkRollingRestartOptions(what: string, options: RollingRestartOptions): void {
  checkKnownKeys(`rollingRestart of ${what}`, options, [...RESTART_KEYS, 'signal']);
  const { signal: _, ...restart } = options;
  checkRestartOptions(what, restart);
}

/** Restarts pods in the order given, each once the one before is ready or deleted. The first restarts at once. */
export function startRollingRestart(roll: Roll): Promise<void> {
  const end = restartOneByOne(roll);
  // A roll nobody awaits must not bring the process down when the world closes under it.
  end.catch(() => {});
  return end;
}

async function restartOneByOne({ pods, options, closed, onEnd }: Roll): Promise<void> {
  const { signal, ...restart } = options;
  try {
    for (const pod of pods) {
      signal?.throwIfAborted();
      // A pod that was scaled away meanwhile needs no restart.
      if (pod.isEnding) continue;
      pod.restart(restart);
      await untilSettled(pod, signal === undefined ? [closed] : [closed, signal]);
    }
  } finally {
    onEnd();
  }
}

async function untilSettled(pod: SimulatedPod, signals: readonly AbortSignal[]): Promise<void> {
  const undo: Cancel[] = [];
  try {
    await new Promise<void>((resolve, reject) => {
      for (const signal of signals) {
        const onAbort = (): void => reject(signal.reason);
        signal.addEventListener('abort', onAbort, { once: true });
        undo.push(() => signal.removeEventListener('abort', onAbort));
        if (signal.aborted) onAbort();
      }
      undo.push(pod.whenSettled(resolve));
    });
  } finally {
    undo.forEach((step) => step());
  }
}
