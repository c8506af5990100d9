import { checkObservation } from './check-observation.ts';
import type { ReplicaSetObservation } from './observation.ts';
import { planAside } from './plan-aside.ts';
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
      return undeclared(observation) ?? wait('the configuration of the local server does not name it: the primary adds it');
    case 'uninit':
      return undeclared(observation) ?? planInitiate(observation);
    default:
      return local.isPrimary ? planReconfig(observation) : planAside(observation);
  }
}

function undeclared({ self, replicas }: ReplicaSetObservation): ReplicaSetPlan | undefined {
  if (self.ordinal < replicas) return undefined;
  return { kind: 'none', reason: `this member, ordinal ${self.ordinal}, is not one of the ${replicas} declared, and in no configuration` };
}
