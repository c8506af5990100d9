import type { ServiceIdentity } from '../service/service-identity.ts';
import type { Peer, PeerIdentity } from './peer.ts';

/** Who is there now. Frozen; while members and `missing` stay the same, it is the same object. */
export interface Snapshot {
  /** Whose members these are. */
  readonly service: ServiceIdentity;
  /** 0 for the first snapshot (nobody, all declared peers missing), one more for each that differs. */
  readonly revision: number;
  /** In order of ordinal, then name. Members whose latest answers are in doubt are still here: see `Status.unconfirmed`. */
  readonly peers: readonly Peer[];
  /** Declared peers that are not in `peers`, in the same order. */
  readonly missing: readonly PeerIdentity[];
}
