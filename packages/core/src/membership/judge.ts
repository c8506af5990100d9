import { FAMILIES } from '../lookup/outcome.ts';
import type { Family } from '../lookup/outcome.ts';
import type { Verdict } from './doubt.ts';
import type { FamilyNews } from './member-addresses.ts';
import type { Member } from './membership.ts';
import type { RoundEvidence } from './round-evidence.ts';

/** What one round says of one member. */
export interface Judgement {
  readonly verdict: Verdict;
  /** Its own name was asked, and every family answered that there is none. */
  readonly isOwnAbsent: boolean;
  readonly news: Readonly<Record<Family, FamilyNews>>;
}

const NO_NEWS: FamilyNews = Object.freeze({ kind: 'nothing' });
const KEPT: FamilyNews = Object.freeze({ kind: 'kept' });
const DENIED: FamilyNews = Object.freeze({ kind: 'denied' });

/**
 * One positive answer confirms. A contradiction is an authoritative answer that should have shown the member and did not, in every family
 * that was asked: a found set without its addresses, an absent set, or an absent own name. `unknown` is neither.
 */
export function judge(member: Member, evidence: RoundEvidence): Judgement {
  const own = evidence.own.get(member.peer.name);
  const answers = Object.values(own ?? {});
  const news = { ipv4: familyNews(member, evidence, 'ipv4'), ipv6: familyNews(member, evidence, 'ipv6') };
  const isOwnAbsent = answers.length > 0 && answers.every(({ kind }) => kind === 'absent');
  const isConfirmed = answers.some(({ kind }) => kind === 'found') || news.ipv4.kind === 'kept' || news.ipv6.kind === 'kept';
  const isContradicted = !isConfirmed && (isOwnAbsent || doesSetDeny(evidence));
  return { verdict: isConfirmed ? 'confirmed' : isContradicted ? 'contradicted' : 'nothing', isOwnAbsent, news };
}

function familyNews({ peer, families }: Member, { set, shown, own }: RoundEvidence, family: Family): FamilyNews {
  const answer = own.get(peer.name)?.[family];
  if (answer?.kind === 'found') return { kind: 'named', addresses: answer.addresses };
  if (families[family].addresses.some((address) => shown.has(address))) return KEPT;
  const outcome = set[family];
  const isDenied = answer?.kind === 'absent' || (outcome !== undefined && outcome.kind !== 'unknown');
  return isDenied ? DENIED : NO_NEWS;
}

/** Called for members that no answer shows: then every family that was asked must have answered. */
function doesSetDeny({ set }: RoundEvidence): boolean {
  const asked = FAMILIES.flatMap((family) => set[family] ?? []);
  return asked.length > 0 && asked.every(({ kind }) => kind !== 'unknown');
}
