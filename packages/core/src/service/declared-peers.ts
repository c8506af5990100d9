import type { PeerIdentity } from '../membership/peer.ts';
import { ordinalName, peerHost } from './dns-names.ts';
import type { ServiceIdentity } from './service-identity.ts';

/** The pods a StatefulSet of this size must have, in ordinal order, without asking anyone. Frozen. */
export function declaredIdentities(set: {
  readonly service: ServiceIdentity;
  readonly statefulSet: string;
  readonly replicas: number;
  readonly firstOrdinal: number;
}): readonly PeerIdentity[] {
  const { service, statefulSet, replicas, firstOrdinal } = set;
  return Object.freeze(
    Array.from({ length: replicas }, (_, index) => {
      const ordinal = firstOrdinal + index;
      const name = ordinalName(statefulSet, ordinal);
      return Object.freeze({ name, ordinal, host: peerHost(name, service) });
    }),
  );
}
