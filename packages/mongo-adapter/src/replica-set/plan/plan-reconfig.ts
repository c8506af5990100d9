import type { ReplicaSetObservation } from './observation.ts';
import type { ReplicaSetPlan } from './replica-set-plan.ts';
import { isSameDocument } from './same-document.ts';
import type { SetView } from './set-view.ts';
import { blocked, readSetView } from './set-view.ts';
import { add, remove, rename } from './staffing-steps.ts';
import { firstPlan } from './step.ts';
import { demote, drift, promote } from './voting-steps.ts';

/** In this order, one at a time: the server takes one change of voters a reconfiguration. */
const steps = [rename, remove, add, promote, demote, drift];

/** For the primary. A step that is kept from acting lets later ones act: a primary that must go needs an heir, whom they may make. */
export function planReconfig(observation: ReplicaSetObservation): ReplicaSetPlan {
  const view = readSetView(observation);
  if ('kind' in view) return view;
  const plan = firstPlan(lazily(view)) ?? { kind: 'none', reason: 'the configuration is as declared' };
  if (plan.kind !== 'reconfig') return plan;
  const refused = observation.memory.rejected.find(({ config }) => isSameDocument(config, plan.config));
  return refused ? blocked(`${plan.reason}: the server refused this document (code ${refused.code})`) : plan;
}

function* lazily(view: SetView): Generator<ReplicaSetPlan | undefined> {
  for (const step of steps) yield step(view);
}
