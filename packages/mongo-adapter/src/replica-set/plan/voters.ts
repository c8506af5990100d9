import type { MemberView } from './member-view.ts';
import type { SetView } from './set-view.ts';

/** The server's limit. */
export const MOST_VOTERS = 7;

/** Who shall vote, by ordinal: the lowest ordinals, as many as members of something else leave votes for. */
export function electors({ members, declared }: SetView): readonly MemberView[] {
  const others = members.filter(({ ordinal, isVoter }) => ordinal === undefined && isVoter).length;
  return [...declared.values()].filter(({ isVoter, isSpecial }) => isVoter || !isSpecial).slice(0, Math.max(0, MOST_VOTERS - others));
}

/** Who has a vote that a lower ordinal shall have and could use now. By ordinal. */
export function surplusVoters(view: SetView): readonly MemberView[] {
  const chosen = electors(view);
  if (!chosen.some(({ isVoter, isSecondary }) => !isVoter && isSecondary)) return [];
  return [...view.declared.values()].filter((member) => member.isVoter && !chosen.includes(member));
}
