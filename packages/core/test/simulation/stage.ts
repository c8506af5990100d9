import { createWorld } from '@peerset/testkit';
import type { Deployment, Fault, FaultOptions, Pod, StatefulSet, VirtualClock, World, WorldClock } from '@peerset/testkit';
import type { Arrangement } from './arrangement.ts';
import { SET } from './arrangement.ts';

/** The world of a history, with one Service in it. */
export interface Stage {
  readonly world: World;
  /** The Service's name in DNS. */
  readonly host: string;
  /** Undefined where the Service has a cluster IP and no pods that could be found. */
  readonly workload: StatefulSet | Deployment | undefined;
  /** Counts whatever happens in the world, by itself or by a deed. */
  readonly happenings: () => number;
  /** To be called after a deed. */
  readonly touch: () => void;
  /** Switches on a fault that ends by itself. */
  fault(options: FaultOptions & { forMs: number }): void;
  /** Faults that were switched on, with their hits. */
  readonly faults: readonly Fault[];
}

/** Sets up what was arranged. */
export function openStage(
  { world: options, service: traits, workload }: Pick<Arrangement, 'world' | 'service' | 'workload'>,
  clock: VirtualClock,
  seed: number,
): Stage {
  let happenings = 0;
  const touch = (): void => void (happenings += 1);
  const world = createWorld({ seed, queryLogLimit: 0, ...options, clock: watched(clock, touch) });
  const faults: Fault[] = [];
  const common = {
    world,
    happenings: () => happenings,
    touch,
    faults,
    fault(fault: FaultOptions & { forMs: number }): void {
      const active = world.fault(fault);
      faults.push(active);
      // A fault that is over but not cleared is looked at for every question.
      world.clock.schedule(fault.forMs, () => active.clear());
    },
  };
  if (workload.kind === 'cluster-ip') {
    const { host } = world.clusterIpService('color-svc', { ...traits, ...workload.options });
    return { ...common, host, workload: undefined };
  }
  const service = world.headlessService('color-svc', traits);
  const pods =
    workload.kind === 'stateful-set' ? service.statefulSet(SET, workload.options) : service.deployment('color', workload.options);
  return { ...common, host: service.host, workload: pods };
}

/** The same clock, telling of every timer that fires: pods change by timers only, and by deeds. */
function watched(clock: WorldClock, onTimer: () => void): WorldClock {
  return {
    nowMs: () => clock.nowMs(),
    schedule: (delayMs, callback) =>
      clock.schedule(delayMs, () => {
        onTimer();
        callback();
      }),
  };
}

/** Pods that run. */
export function runningPods({ workload }: Stage): readonly Pod[] {
  return (workload?.pods ?? []).filter(({ phase }) => phase === 'running');
}
