import { isClusterIp } from '../membership/cluster-ip.ts';
import type { Member } from '../membership/membership.ts';
import { isHeld, isMissed } from '../membership/round-evidence.ts';
import type { RoundEvidence } from '../membership/round-evidence.ts';
import { dashedName, isDashedAddress, LARGEST_ORDINAL, ordinalName, ordinalOf, statefulSetOf } from '../service/dns-names.ts';
import type { Question } from './outcome.ts';
import { compareTimes, isDue, lastAskedMs, ownQuestions } from './plan-context.ts';
import type { PlanContext } from './plan-context.ts';

/** How often a name is looked for again for a member that has none. */
const NAME_MEMORY_MS = 60_000;
/** Candidates between, above and below the known ordinals, each beyond as many as are looked for. */
const GUESSED_BEYOND = 8;

/**
 * Names for addresses that SRV could not name: the next ordinals of the StatefulSet, else the dashed names of CoreDNS.
 *
 * @param beside - Names that are asked at the same time: each may account for an address.
 */
export function guessedNames(context: PlanContext, beside: ReadonlySet<string>): readonly Question[] {
  const { membership, evidence, policy, nowMs, windowMs } = context;
  if (evidence.unowned.length + membership.unnamed.length === 0 || isClusterIp(evidence, membership.service, policy)) return [];
  const statefulSet = membership.statefulSet ?? inferredStatefulSet(membership.members, evidence);
  const ordinals = statefulSet === undefined ? [] : nextOrdinals(statefulSet, beside, context);
  if (ordinals.length > 0 || beside.size > 0) return ordinals;
  const hasNames = statefulSet !== undefined || evidence.srvNames.length > 0;
  return evidence.unowned
    .filter((address) => !hasNames || nowMs - (membership.unownedSinceMs.get(address) ?? nowMs) >= windowMs)
    .map(dashedName)
    .filter((name) => isDue(name, context))
    .flatMap((name) => ownQuestions(name, context));
}

/**
 * Ordinals for the addresses without a name that no missed member may account for; wrong guesses of this round count. The search goes a
 * little above what is known, and below it, since a set may begin anywhere: those asked least recently first, and of those the lowest that
 * is not below every known one. For members without a name it is made again once a minute.
 */
function nextOrdinals(statefulSet: string, beside: ReadonlySet<string>, context: PlanContext): readonly Question[] {
  const { membership, evidence, nowMs, againMs } = context;
  const nameless = evidence.unowned.length > 0 ? evidence.unowned.length : membership.unnamed.length;
  const count = nameless - undeniedMissed(context) - beside.size - wrongGuesses(statefulSet, context);
  if (count <= 0) return [];
  const paceMs = evidence.unowned.length > 0 ? againMs : NAME_MEMORY_MS;
  const { lowest, highest } = knownOrdinals(statefulSet, context);
  const limit = count + GUESSED_BEYOND;
  const strangers = [
    ...strangersIn(statefulSet, { from: lowest, to: highest, limit }, { context, beside }),
    ...strangersIn(statefulSet, { from: highest + 1, to: LARGEST_ORDINAL, limit }, { context, beside }),
    ...strangersIn(statefulSet, { from: membership.firstOrdinal, to: lowest - 1, limit }, { context, beside }),
  ];
  const due = strangers.filter((name) => nowMs - lastAskedMs(name, context) >= paceMs);
  // The sort is stable: of equal age, the first found comes first.
  const byAge = due.toSorted((a, b) => compareTimes(lastAskedMs(a, context), lastAskedMs(b, context)));
  return byAge.slice(0, count).flatMap((name) => ownQuestions(name, context));
}

/** The first few names in a range of ordinals that are neither members nor asked in this round. The range may be vast: ordinals come from DNS. */
function strangersIn(
  statefulSet: string,
  { from, to, limit }: { from: number; to: number; limit: number },
  { context: { membership, evidence }, beside }: { context: PlanContext; beside: ReadonlySet<string> },
): readonly string[] {
  const names: string[] = [];
  for (let ordinal = from; ordinal <= to && names.length < limit; ordinal += 1) {
    const name = ordinalName(statefulSet, ordinal);
    if (!membership.membersByName.has(name) && !evidence.own.has(name) && !beside.has(name)) names.push(name);
  }
  return names;
}

/** Missed members that may have moved: not asked in this round, and not denied by name since they are missed. */
function undeniedMissed({ membership, evidence }: PlanContext): number {
  return membership.members.filter(
    (member) => !evidence.own.has(member.peer.name) && member.doubt?.ownAbsentAtMs === undefined && isMissed(evidence, member),
  ).length;
}

/** Guesses of this round that name no address without a name: a server to which every name exists must not lead from one to the next. */
function wrongGuesses(statefulSet: string, { membership, evidence }: PlanContext): number {
  const { own, claims, shown } = evidence;
  const isNameless = (address: string): boolean => shown.has(address) && !isHeld(membership, own, address);
  const right = new Set([...claims].flatMap(([address, name]) => (isNameless(address) ? [name] : [])));
  return [...own.keys()].filter((name) => statefulSetOf(name) === statefulSet && !membership.membersByName.has(name) && !right.has(name))
    .length;
}

/** The lowest and the highest ordinal that are declared, those of a member, or shown by SRV; around the first when there are none. */
function knownOrdinals(statefulSet: string, { membership, evidence }: PlanContext): { lowest: number; highest: number } {
  const { declared, members, firstOrdinal } = membership;
  const known = [...(declared ?? []), ...members.map(({ peer }) => peer)].flatMap(({ ordinal }) => ordinal ?? []);
  const shown = evidence.srvNames.flatMap((name) => ordinalOf(name, statefulSet, []) ?? []);
  let [lowest, highest] = [Infinity, firstOrdinal - 1];
  for (const ordinal of [...known, ...shown]) {
    lowest = Math.min(lowest, ordinal);
    highest = Math.max(highest, ordinal);
  }
  return { lowest: lowest === Infinity ? firstOrdinal : lowest, highest };
}

/**
 * The StatefulSet of all names with an ordinal, those of members and those that SRV shows (its answer may be cut); undefined when they are of
 * several, or there are none.
 */
function inferredStatefulSet(members: readonly Member[], { srvNames: shown }: RoundEvidence): string | undefined {
  const known = members.flatMap(({ peer }) => (peer.ordinal === undefined ? [] : [peer.name]));
  // A dashed address looks like an ordinal name, and is none.
  const named = shown.filter((name) => !isDashedAddress(name));
  const sets = new Set([...known, ...named].flatMap((name) => statefulSetOf(name) ?? []));
  const [statefulSet, ...others] = sets;
  return others.length === 0 ? statefulSet : undefined;
}
