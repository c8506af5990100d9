import type { Observation } from '../source.ts';
import { decideRound } from './decide-round.ts';
import { memberOf } from './joiner.ts';
import { withDeparted } from './leave.ts';
import { nextMembership, withMembers } from './next-membership.ts';
import type { Membership } from './membership.ts';
import { comparePeers, isSamePeer } from './peer.ts';
import type { Peer } from './peer.ts';
import type { Policy } from './policy.ts';
import { withProblems } from './problems-of.ts';
import { observeLastKnown, withConfirmations } from './recall.ts';
import { readRound } from './round-evidence.ts';

type Evidence = Extract<Observation, { kind: 'evidence' }>;

/** What the watcher believes after one round. The same `members` and `snapshot` when the round changes nothing. */
export function observe(membership: Membership, observation: Observation, policy: Policy, nowMs: number): Membership {
  switch (observation.kind) {
    case 'complete':
      return withConfirmations(membership, observeComplete(membership, observation.peers, nowMs), nowMs);
    case 'evidence': {
      const after = observeEvidence(membership, observation, policy, nowMs);
      return withConfirmations(membership, after, nowMs);
    }
    case 'last-known':
      return observeLastKnown(membership, observation.peers, nowMs);
    default:
      return observation satisfies never;
  }
}

/** A source that knows everything: its word is final, without windows. */
function observeComplete(membership: Membership, peers: readonly Peer[], nowMs: number): Membership {
  const answered = nextMembership(membership, { lastAnswerAtMs: nowMs, failuresInARow: 0 });
  const unique = [...new Map(peers.map((peer) => [peer.name, peer])).values()].toSorted(comparePeers);
  const members = unique.map((peer) => {
    const known = membership.membersByName.get(peer.name);
    if (known === undefined || !isSamePeer(known.peer, peer)) return memberOf(membership, peer);
    return known.isLastKnown ? Object.freeze({ ...known, isLastKnown: false }) : known;
  });
  if (members.length === membership.members.length && members.every((member, i) => member === membership.members[i])) {
    return answered;
  }
  const names = new Set(members.map(({ peer }) => peer.name));
  const leavers = membership.members.filter(({ peer }) => !names.has(peer.name));
  return withMembers(withDeparted(answered, leavers), members, nowMs);
}

function observeEvidence(before: Membership, { lookups, memory }: Evidence, policy: Policy, nowMs: number): Membership {
  const evidence = readRound(before, lookups);
  // A round of a lone probe says nothing about anyone, nor about the state of the DNS.
  if (!evidence.isAsked && lookups.length > 0) return nextMembership(before, { memory });
  const membership = evidence.isAnswered
    ? nextMembership(before, { memory, lastAnswerAtMs: nowMs, failuresInARow: 0 })
    : nextMembership(before, { memory, failuresInARow: before.failuresInARow + 1 });
  const isNewlyCut = evidence.mayBeCut !== before.problems.some(({ code }) => code === 'ANSWER_MAY_BE_CUT');
  const isQuiet =
    evidence.isSettled && evidence.own.size === 0 && evidence.srv === undefined && lookups.every(({ refused }) => refused === 0);
  if (isQuiet && !isNewlyCut && isAtRest(before)) return membership;
  const next = decideRound({ membership, evidence, policy, nowMs });
  return withProblems(next, { evidence, lookups, policy });
}

/** Nothing is in motion that an answer which confirms everyone could change. */
function isAtRest({ unconfirmed, isWavering, hasLastKnown, unownedSinceMs, problems }: Membership): boolean {
  const isWell = problems.every(({ code }) => code === 'ANSWER_MAY_BE_CUT');
  return isWell && unconfirmed.length === 0 && !isWavering && !hasLastKnown && unownedSinceMs.size === 0;
}
