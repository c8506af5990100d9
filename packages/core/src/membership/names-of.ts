import type { PeerIdentity } from './peer.ts';

const NAMES_TOLD = 5;

/** Names for a message: the first few of many. */
export function namesOf(peers: readonly PeerIdentity[]): string {
  const names = peers.slice(0, NAMES_TOLD).map(({ name }) => name);
  return peers.length > NAMES_TOLD ? `${names.join(', ')} and ${peers.length - NAMES_TOLD} more` : names.join(', ');
}
