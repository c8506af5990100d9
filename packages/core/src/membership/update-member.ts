import { familyOf } from '../lookup/addresses.ts';
import { largestTtlSeconds } from '../lookup/ttl-memory.ts';
import type { Family } from '../lookup/outcome.ts';
import type { Attribution } from './attribute.ts';
import type { RoundContext } from './decide-round.ts';
import { contradict } from './doubt.ts';
import type { Doubt } from './doubt.ts';
import { judge } from './judge.ts';
import type { Judgement } from './judge.ts';
import { nextFamilyState, pastWindowMs, withFamilies } from './member-addresses.ts';
import type { Member } from './membership.ts';
import { isMissed } from './round-evidence.ts';
import type { RoundEvidence } from './round-evidence.ts';

/** The members after one round, in their order: their addresses and their doubts. The same member where the round says nothing new of it. */
export function updateMembers(context: RoundContext, attributed: Attribution | undefined): readonly Member[] {
  const { evidence, membership } = context;
  const { members, unconfirmed, isWavering, hasLastKnown } = membership;
  const isAnyPending = unconfirmed.length > 0 || isWavering || hasLastKnown;
  return members.map((member) =>
    attributed?.name !== member.peer.name && !(isAnyPending && isPending(member)) && isPlainlyShown(member, evidence)
      ? member
      : updateMember(member, context, attributed),
  );
}

function updateMember(member: Member, context: RoundContext, attributed: Attribution | undefined): Member {
  const { evidence, membership, nowMs } = context;
  const judgement = attributed?.name === member.peer.name ? attributedJudgement(attributed) : judge(member, evidence, membership);
  const windowMs = pastWindowMs(largestTtlSeconds(membership.memory.ttls, nowMs));
  const options = {
    isConfirmed: judgement.verdict === 'confirmed',
    windowMs,
    isRecent: (address: string) => member.past.some((past) => past.address === address && nowMs - past.seenAtMs <= windowMs),
    nowMs,
  };
  const ipv4 = nextFamilyState(member.families.ipv4, judgement.news.ipv4, options);
  const ipv6 = nextFamilyState(member.families.ipv6, judgement.news.ipv6, options);
  const moved = withFamilies(member, { ipv4, ipv6 }, { windowMs, nowMs });
  const doubt = nextDoubt(member.doubt, judgement, nowMs);
  const isUnnamed = member.isUnnamed && !hasOwnAnswer(member, evidence);
  const isLastKnown = member.isLastKnown && judgement.verdict !== 'confirmed';
  const isShown = evidence.isAnswered ? !isMissed(evidence, moved) : member.isShown;
  const isSame = doubt === moved.doubt && isUnnamed === moved.isUnnamed && isLastKnown === moved.isLastKnown && isShown === moved.isShown;
  return isSame ? moved : Object.freeze({ ...moved, doubt, isUnnamed, isLastKnown, isShown });
}

function isPending({ families, doubt, isLastKnown }: Member): boolean {
  const { ipv4, ipv6 } = families;
  if (isLastKnown || doubt !== undefined) return true;
  return ipv4.loss !== undefined || ipv6.loss !== undefined || ipv4.moveBack !== undefined || ipv6.moveBack !== undefined;
}

/** The set shows all of it, as before, and nobody asked for its name: of a member of which nothing is pending, the round says nothing new. */
function isPlainlyShown({ peer, isShown }: Member, { missed, own }: RoundEvidence): boolean {
  if (!isShown || own.has(peer.name)) return false;
  for (const address of peer.addresses) if (missed.has(address)) return false;
  return peer.addresses.length > 0;
}

function nextDoubt(doubt: Doubt | undefined, { verdict, isOwnAbsent }: Judgement, nowMs: number): Doubt | undefined {
  switch (verdict) {
    case 'confirmed':
      return undefined;
    case 'contradicted':
      return contradict(doubt, { isOwnAbsent, nowMs });
    case 'nothing':
      return doubt;
    default:
      return verdict satisfies never;
  }
}

/** Attribution speaks for the name, whose own answer a negative cache hides. */
function attributedJudgement({ addresses }: Attribution): Judgement {
  const newsOf = (family: Family): Judgement['news'][Family] => {
    const named = addresses.filter((address) => familyOf(address) === family);
    return named.length === 0 ? { kind: 'nothing' } : { kind: 'named', addresses: named };
  };
  return { verdict: 'confirmed', isOwnAbsent: false, news: { ipv4: newsOf('ipv4'), ipv6: newsOf('ipv6') } };
}

function hasOwnAnswer({ peer }: Member, { own }: RoundEvidence): boolean {
  return Object.values(own.get(peer.name) ?? {}).some(({ kind }) => kind === 'found');
}
