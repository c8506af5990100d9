import type { LookupMemory } from '../lookup/lookup-memory.ts';
import { memberOf } from './joiner.ts';
import { nextMembership, withMembers } from './next-membership.ts';
import type { Member, Membership } from './membership.ts';
import type { Peer } from './peer.ts';
import type { Snapshot } from './snapshot.ts';

/** Whether their ports and names still are what they were, SRV has not said yet: so it is asked in the first round that is answered. */
const SRV_UNKNOWN: LookupMemory['srv'] = Object.freeze({ outcome: Object.freeze({ kind: 'unknown', code: 'ENOTASKED' }), atMs: -Infinity });

/**
 * What was known before this process started, where no answer has said anything yet. Its peers are members whom no answer has confirmed;
 * from then on answers judge them as any others. The same membership once there was an answer.
 */
export function observeLastKnown(membership: Membership, peers: readonly Peer[], nowMs: number): Membership {
  if (membership.lastAnswerAtMs !== undefined || membership.members.length > 0 || peers.length === 0) return membership;
  const unique = [...new Map(peers.map((peer) => [peer.name, peer])).values()];
  const members = unique.map((peer) => Object.freeze({ ...memberOf(membership, peer), hasReturned: true, isLastKnown: true }));
  return withMembers(nextMembership(membership, { memory: Object.freeze({ ...membership.memory, srv: SRV_UNKNOWN }) }), members, nowMs);
}

/** The membership in which members from the last-known file that were confirmed count as a change: whoever waits for a quiet time waits from then on. */
export function withConfirmations(before: Membership, after: Membership, nowMs: number): Membership {
  if (!before.hasLastKnown || countLastKnown(before.members) === countLastKnown(after.members)) return after;
  return nextMembership(after, { lastChangeAtMs: nowMs });
}

/** The snapshot without members from the last-known file that no answer has confirmed. */
export function confirmedSnapshot({ snapshot, membersByName, hasLastKnown }: Membership): Snapshot {
  if (!hasLastKnown) return snapshot;
  return { ...snapshot, peers: snapshot.peers.filter(({ name }) => membersByName.get(name)?.isLastKnown !== true) };
}

function countLastKnown(members: readonly Member[]): number {
  return members.filter(({ isLastKnown }) => isLastKnown).length;
}
