export { DiscoveryError, InvalidOptionsError } from './errors.ts';
export type { DiscoveryErrorCode, OptionIssue } from './errors.ts';
export type { ServiceIdentity } from './service/service-identity.ts';
export type { Peer, PeerIdentity } from './membership/peer.ts';
export type { Snapshot } from './membership/snapshot.ts';
