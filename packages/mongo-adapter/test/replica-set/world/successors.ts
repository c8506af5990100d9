import type { ReplicaSetObservation } from '../../../src/replica-set/plan/observation.ts';
import { memberStates } from '../../../src/replica-set/replica-set-document.ts';
import { hostOf, ordinalOf } from './observe.ts';
import { isElectable } from './server.ts';

/** The same look from each pod that could be elected if the primary stepped down now: that pod is primary, and the old one a secondary. */
export function successorsOf(observation: ReplicaSetObservation): readonly ReplicaSetObservation[] {
  const { config, status } = observation.local;
  if (!config || !status) return [];
  return config.members.flatMap((member): readonly ReplicaSetObservation[] => {
    const ordinal = ordinalOf(member.host);
    const state = status.members.find(({ _id }) => _id === member._id);
    const isSecondary = state?.health === 1 && state.state === memberStates.SECONDARY;
    if (ordinal === undefined || state?.self === true || !isSecondary || !isElectable(member)) return [];
    const members = status.members.map(({ self, configVersion: _version, ...each }) => {
      if (each._id === member._id) return { ...each, state: memberStates.PRIMARY, self: true, configVersion: config.version };
      return self === true ? { ...each, state: memberStates.SECONDARY } : each;
    });
    const { hosts, local } = observation;
    const self = { ordinal, host: hosts[ordinal] ?? hostOf(ordinal) };
    return [{ ...observation, self, local: { ...local, status: { ...status, members } } }];
  });
}
