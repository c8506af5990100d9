import type { ReplicaSetConfig } from '../replica-set-document.ts';
import type { LocalView } from './observation.ts';
import type { ReplicaSetPlan } from './replica-set-plan.ts';
import { isSameTerm } from './same-term.ts';

/**
 * Whether a plan still fits what the server says right before it is sent: the same `(term, version)`, still primary; or still without
 * configuration. A plan that was made from an older look is dropped, whatever it was.
 */
export function mayStillSend(plan: ReplicaSetPlan, planned: LocalView, now: LocalView): boolean {
  switch (plan.kind) {
    case 'initiate':
      return now.state === 'uninit';
    case 'reconfig':
    case 'step-down':
      return now.state === 'member' && now.isPrimary && isSameVersion(planned.config, now.config);
    default:
      return false;
  }
}

function isSameVersion(planned: ReplicaSetConfig | undefined, now: ReplicaSetConfig | undefined): boolean {
  return planned !== undefined && now !== undefined && planned.version === now.version && isSameTerm(planned.term, now.term);
}
