import type { ReplicaSetPlan } from './replica-set-plan.ts';
import type { SetView } from './set-view.ts';
import { add, remove, rename } from './staffing-steps.ts';
import { firstPlan } from './step.ts';
import { demote, drift, promote } from './voting-steps.ts';

interface Step {
  /** What the primary's sidecar does in it, for those who wait for that. */
  readonly task: string;
  /** Undefined when there is nothing to do in this step. */
  readonly plan: (view: SetView) => ReplicaSetPlan | undefined;
}

/** In this order, one at a time: the server takes one change of voters a reconfiguration. */
const steps: readonly Step[] = [
  { task: 'rename a member', plan: rename },
  { task: 'remove a member', plan: remove },
  { task: 'add a member', plan: add },
  { task: 'give a member a vote', plan: promote },
  { task: 'take a vote from a member', plan: demote },
  { task: 'change attributes', plan: drift },
];

/** A step that is kept from acting lets later ones act: a primary that must go needs an heir, whom they may make. */
export function planSteps(view: SetView): ReplicaSetPlan | undefined {
  return firstPlan(lazily(view));
}

/** The first thing that is not as declared, whether it can be done now or not. */
export function firstTask(view: SetView): string | undefined {
  return steps.find(({ plan }) => plan(view) !== undefined)?.task;
}

function* lazily(view: SetView): Generator<ReplicaSetPlan | undefined> {
  for (const { plan } of steps) yield plan(view);
}
