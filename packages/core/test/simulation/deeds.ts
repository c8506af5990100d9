import type { Pod } from '@peerset/testkit';
import { breakDns, disturbServer } from './dns-deeds.ts';
import type { Dice } from './seeded-random.ts';
import { runningPods } from './stage.ts';
import type { Stage } from './stage.ts';

/** One kind of thing that happens to the world. Tells in words what it did; undefined when there was nothing to do it to. */
type Deed = (stage: Stage, dice: Dice) => string | undefined;

/** What happens to pods, each as often as it stands here. */
const POD_DEEDS: readonly [string, Deed][] = [
  ['scale', scale],
  ['scale', scale],
  ['restart', restart],
  ['restart', restart],
  ['restart', restart],
  ['readiness', blip],
  ['readiness', blip],
  ['mass restart', restartAll],
  ['mass readiness', blipAll],
  ['roll', roll],
  ['swap', swap],
];

/** Does one thing to the world, or breaks its DNS for a while. */
export function act(stage: Stage, dice: Dice): { readonly kind: string; readonly told: string } | undefined {
  const [kind, deed] = anyDeed(dice);
  const told = deed(stage, dice);
  stage.touch();
  return told === undefined ? undefined : { kind, told };
}

function anyDeed(dice: Dice): readonly [string, Deed] {
  if (dice.chance(0.55)) return POD_DEEDS[dice.roll(POD_DEEDS.length)] ?? ['scale', scale];
  return dice.chance(0.15) ? ['server', disturbServer] : ['fault', breakDns];
}

/** Makes every pod ready. */
export function mend(stage: Stage): void {
  // One that is ready may end another that was in its way.
  for (const pod of runningPods(stage)) if (pod.phase === 'running' && !pod.isReady) pod.setReady(true);
  stage.touch();
}

function scale({ workload }: Stage, dice: Dice): string | undefined {
  if (workload === undefined) return undefined;
  const { replicas } = workload;
  const wanted = dice.pick([
    0,
    Math.max(0, replicas - 1),
    replicas + 1,
    replicas + 1 + dice.roll(4),
    dice.roll(replicas + 2),
    1 + dice.roll(12),
  ]);
  // A large set stays large: its rounds cost much, and what is small about it is tested with the small ones.
  const next = replicas > 20 ? Math.max(20, replicas + dice.roll(41) - 20) : wanted;
  workload.scale(next);
  return `scale from ${replicas} to ${next}`;
}

function restart(stage: Stage, dice: Dice): string | undefined {
  const pod = anyPod(stage, dice);
  if (pod === undefined) return undefined;
  const downMs = dice.pick([0, 2_000, 8_000, 40_000]);
  const keepAddresses = dice.chance(0.1);
  pod.restart({ downMs, keepAddresses });
  return `restart ${pod.name}, down ${downMs} ms${keepAddresses ? ', same address' : ''}`;
}

function restartAll(stage: Stage, dice: Dice): string {
  const downMs = dice.pick([0, 0, 3_000, 25_000]);
  for (const pod of runningPods(stage)) if (pod.phase === 'running') pod.restart({ downMs });
  return `restart all, down ${downMs} ms`;
}

function blip(stage: Stage, dice: Dice): string | undefined {
  const pod = anyPod(stage, dice);
  if (pod === undefined) return undefined;
  pod.setReady(!pod.isReady);
  return `${pod.name} is ${pod.isReady ? 'ready' : 'not ready'}`;
}

function blipAll(stage: Stage, dice: Dice): string {
  const { clock } = stage.world;
  const forMs = dice.pick([1_000, 5_000, 14_000, 45_000]);
  const pods = runningPods(stage);
  for (const pod of pods) if (pod.phase === 'running') pod.setReady(false);
  clock.schedule(forMs, () => {
    for (const pod of pods) if (pod.phase === 'running' && !pod.isReady) pod.setReady(true);
  });
  return `nobody is ready for ${forMs} ms`;
}

/** One after the other, highest first, each when the one before is ready again. */
function roll(stage: Stage, dice: Dice): string | undefined {
  const { clock } = stage.world;
  const downMs = dice.pick([0, 1_000, 3_000]);
  const left = [...(stage.workload?.pods ?? [])];
  if (left.length > 20) return undefined;
  const next = (current: Pod | undefined): void => {
    if (current !== undefined && !current.isReady && current.phase !== 'deleted') {
      clock.schedule(250, () => next(current));
      return;
    }
    const pod = left.pop();
    if (pod === undefined) return;
    if (pod.phase === 'running') pod.restart({ downMs });
    clock.schedule(250, () => next(pod));
  };
  next(undefined);
  return `rolling restart, down ${downMs} ms each`;
}

function swap({ workload }: Stage, dice: Dice): string | undefined {
  if (workload?.kind !== 'StatefulSet' || workload.pods.length > 20) return undefined;
  const pods = workload.pods.filter(({ addresses }) => addresses.length > 0);
  const [one, other] = [pods[dice.roll(pods.length)], pods[dice.roll(pods.length)]];
  if (one === undefined || other === undefined || one === other) return undefined;
  workload.swapAddresses(one.ordinal, other.ordinal);
  return `${one.name} and ${other.name} swap addresses`;
}

function anyPod(stage: Stage, dice: Dice): Pod | undefined {
  const running = runningPods(stage);
  return running[dice.roll(Math.max(1, running.length))];
}
