import type { LookupMemory } from '../lookup/lookup-memory.ts';
import { FAMILIES } from '../lookup/outcome.ts';
import type { Family, Outcome } from '../lookup/outcome.ts';
import type { Verdict } from './doubt.ts';
import type { FamilyNews } from './member-addresses.ts';
import type { Member, Membership } from './membership.ts';
import type { OutcomeByFamily, RoundEvidence } from './round-evidence.ts';

/** What one round says of one member. */
export interface Judgement {
  readonly verdict: Verdict;
  /** Its own name was asked, and every family answered that there is none. */
  readonly isOwnAbsent: boolean;
  readonly news: Readonly<Record<Family, FamilyNews>>;
}

const NO_NEWS: FamilyNews = Object.freeze({ kind: 'nothing' });
const KEPT: FamilyNews = Object.freeze({ kind: 'kept' });
const DENIED: FamilyNews = Object.freeze({ kind: 'denied', isByName: false });
const DENIED_BY_NAME: FamilyNews = Object.freeze({ kind: 'denied', isByName: true });

/**
 * One positive answer confirms. A contradiction is an authoritative answer that should have shown the member and did not, in every family
 * that was asked: a found set without its addresses, an absent set, or an absent own name. `unknown` is neither; only in a family that no
 * answer ever showed it says nothing (AAAA fails for ever in many IPv4 clusters).
 */
export function judge(member: Member, evidence: RoundEvidence, { memory }: Membership): Judgement {
  const own = evidence.own.get(member.peer.name) ?? {};
  const news = { ipv4: familyNews(member, evidence, 'ipv4'), ipv6: familyNews(member, evidence, 'ipv6') };
  const isOwnAbsent = isDenied(own, memory, ({ kind }) => kind === 'absent');
  const isConfirmed = news.ipv4.kind === 'named' || news.ipv6.kind === 'named' || news.ipv4.kind === 'kept' || news.ipv6.kind === 'kept';
  const doesSetDeny = !evidence.mayBeCut && isDenied(evidence.set, memory, ({ kind }) => kind !== 'unknown');
  const isContradicted = !isConfirmed && (isOwnAbsent || doesSetDeny);
  return { verdict: isConfirmed ? 'confirmed' : isContradicted ? 'contradicted' : 'nothing', isOwnAbsent, news };
}

function familyNews({ peer, families }: Member, { set, shown, own, mayBeCut }: RoundEvidence, family: Family): FamilyNews {
  const answer = own.get(peer.name)?.[family];
  if (answer?.kind === 'found') return { kind: 'named', addresses: answer.addresses };
  if (families[family].addresses.some((address) => shown.has(address))) return KEPT;
  if (answer?.kind === 'absent') return DENIED_BY_NAME;
  const outcome = set[family];
  return outcome !== undefined && outcome.kind !== 'unknown' && !mayBeCut ? DENIED : NO_NEWS;
}

/** Whether the families that were asked all deny, where at least one does. */
function isDenied(outcomes: OutcomeByFamily, memory: LookupMemory, denies: (outcome: Outcome) => boolean): boolean {
  const judged = FAMILIES.flatMap((family) => {
    const outcome = outcomes[family];
    const isMute = outcome?.kind === 'unknown' && !memory.families[family].wasFound;
    return outcome === undefined || isMute ? [] : [outcome];
  });
  return judged.length > 0 && judged.every(denies);
}
