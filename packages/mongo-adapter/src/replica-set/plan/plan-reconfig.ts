import type { ReplicaSetObservation } from './observation.ts';
import type { ReplicaSetPlan } from './replica-set-plan.ts';
import { isSameDocument } from './same-document.ts';
import { blocked, readSetView } from './set-view.ts';
import { planSteps } from './steps.ts';

/** For the primary. */
export function planReconfig(observation: ReplicaSetObservation): ReplicaSetPlan {
  const view = readSetView(observation);
  if ('kind' in view) return view;
  const plan = planSteps(view) ?? { kind: 'none', reason: 'the configuration is as declared' };
  if (plan.kind !== 'reconfig') return plan;
  const refused = observation.memory.rejected.find(({ config }) => isSameDocument(config, plan.config));
  return refused ? blocked(`${plan.reason}: the server refused this document (code ${refused.code})`) : plan;
}
