import { dashedName, isDashedAddress, isLabel } from '../service/dns-names.ts';
import type { RoundContext } from './decide-round.ts';
import { joiner } from './joiner.ts';
import type { Member } from './membership.ts';

/** Behind a cache that denies its name, an address may be unowned for a while, however short the window. */
const SHORTEST_UNNAMED_MS = 15_000;

/**
 * The members with those for addresses that the set shows and nobody has owned for a whole leave window (15 s at least): they get their
 * dashed names, so that nothing is held for ever. After twice as long where the servers leave unanswered whether a member has moved there.
 */
export function withUnnamed(
  members: readonly Member[],
  unownedSinceMs: ReadonlyMap<string, number>,
  windowMs: number,
  context: RoundContext,
): readonly Member[] {
  const { nowMs } = context;
  const overdueMs = Math.max(windowMs, SHORTEST_UNNAMED_MS);
  const isOverdue = (sinceMs: number): boolean => {
    const ageMs = nowMs - sinceMs;
    return ageMs >= 2 * overdueMs || (ageMs >= overdueMs && !isMoverUnanswered(members, sinceMs));
  };
  const addresses = [...unownedSinceMs].flatMap(([address, sinceMs]) => (isOverdue(sinceMs) ? [address] : []));
  if (addresses.length === 0) return members;
  const unnamed = new Map(
    addresses.map((address) => {
      const dashed = dashedName(address);
      // `2001:db8::` ends in a dash, which no label does: with its last group written out it is the same address and a name.
      const member = joiner(isLabel(dashed) ? dashed : `${dashed}0`, [address], context);
      return [member.peer.name, Object.freeze({ ...member, isUnnamed: true })] as const;
    }),
  );
  // Where the name is a member already, which had lost the address to another name, it has it again.
  return [...members.filter(({ peer }) => !unnamed.has(peer.name)), ...unnamed.values()];
}

/** Whether a member that the set leaves out has had no answer to its own name since: it may have moved. One named by its address does not. */
function isMoverUnanswered(members: readonly Member[], sinceMs: number): boolean {
  return members.some(
    ({ peer, isShown, doubt }) =>
      !isShown && !isDashedAddress(peer.name) && doubt !== undefined && (doubt.ownAbsentAtMs ?? -Infinity) < sinceMs,
  );
}
