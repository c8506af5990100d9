import { checkObservation } from './check-observation.ts';
import { memberStates } from '../replica-set-document.ts';
import type { ReplicaSetObservation } from './observation.ts';
import { planInitiate } from './plan-initiate.ts';
import { planReconfig } from './plan-reconfig.ts';
import type { ReplicaSetPlan } from './replica-set-plan.ts';
import { blocked, wait } from './set-view.ts';

/**
 * Decides what one sidecar does after one look at its replica set: one command, or none. Doubt is never a reason to act, waiting never turns
 * into founding, and nothing is ever forced. The same observation gives the same plan, byte for byte, so that of two sidecars that act at
 * the same time one wins by `version`. Facts: MongoDB 4.4 and later (server sources and documentation).
 *
 * @throws {InvalidOptionsError} `INVALID_OPTIONS` when the observation contradicts itself.
 */
export function planReplicaSet(observation: ReplicaSetObservation): ReplicaSetPlan {
  checkObservation(observation);
  const { local } = observation;
  switch (local.state) {
    case 'unreachable':
      return wait('the local server does not answer');
    case 'authRefused':
      return wait('the local server refuses the credentials, which does not tell whether it has a configuration');
    case 'notReplSet':
      return blocked('the local server was started without --replSet');
    case 'removed':
      return wait('the configuration of the local server does not name it; the primary adds it');
    case 'uninit':
      return planInitiate(observation);
    default:
      return local.isPrimary ? planReconfig(observation) : planAside(observation);
  }
}

/** A member that is not primary changes nothing, whatever it sees. */
function planAside({ set, local: { config, status } }: ReplicaSetObservation): ReplicaSetPlan {
  const names = [config?._id, status?.set].filter((name) => name !== undefined);
  if (names.some((name) => name !== set)) return blocked(`the configuration here is of another set than ${set}`);
  const hasPrimary = status?.members.some(({ health, state }) => health === 1 && state === memberStates.PRIMARY) === true;
  return hasPrimary ? { kind: 'none', reason: 'another member is primary, and its sidecar acts' } : wait('no primary is seen');
}
