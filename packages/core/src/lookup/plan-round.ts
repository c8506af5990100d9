import { addressType, FAMILIES } from './outcome.ts';
import type { Family, Lookup, Question } from './outcome.ts';
import { largestTtlSeconds } from './lookup-memory.ts';
import { isClusterIp } from '../membership/cluster-ip.ts';
import { hasFamily } from '../membership/membership.ts';
import type { Member } from '../membership/membership.ts';
import { askAgainAfterMs, leaveWindowMs } from '../membership/policy.ts';
import { isMissed, ownFamilies, readRound } from '../membership/round-evidence.ts';
import type { RoundEvidence } from '../membership/round-evidence.ts';
import { dashedName, ordinalName, peerHost, statefulSetOf } from '../service/dns-names.ts';
import type { ResolvedOptions } from '../options.ts';
import type { LookRequest } from '../source.ts';

/** Thousands of clients may watch one Service: a mass outage must not become a query storm. */
const MISSED_ASKED = 8;
const MISSED_ASKED_WHILE_ABSENT = 4;
/** A family that had no record this often, while the other was found, is left alone. */
const SILENT_ROUNDS = 3;
const SILENT_LOOK_MS = 600_000;
const NO_SRV_MEMORY_MS = 60_000;

interface PlanContext extends LookRequest {
  readonly evidence: RoundEvidence;
  readonly asked: ReadonlySet<string>;
  readonly againMs: number;
  readonly windowMs: number;
}

/**
 * The questions that what is known so far calls for: at first those about the set, then, when the set is not just the members, those
 * that tell who is meant. Called again with all answers of the round until it has no more questions.
 */
export function planRound(request: LookRequest, lookups: readonly Lookup[], family: ResolvedOptions['family']): readonly Question[] {
  const { membership, policy, nowMs } = request;
  if (lookups.length === 0) return setQuestions(request, family);
  const evidence = readRound(membership, lookups);
  if (!evidence.isAnswered) return [];
  const windowMs = leaveWindowMs(policy, largestTtlSeconds(membership.memory, nowMs));
  const context: PlanContext = {
    ...request,
    evidence,
    asked: new Set(lookups.map(({ question }) => keyOf(question))),
    againMs: askAgainAfterMs(policy, windowMs),
    windowMs,
  };
  if (evidence.isSettled) return srvRecords(context);
  for (const step of [missedMembers, srvRecords, srvNames, guessedNames, contestedOwners]) {
    const questions = step(context);
    if (questions.length > 0) return questions;
  }
  return [];
}

function setQuestions({ membership, nowMs }: LookRequest, option: ResolvedOptions['family']): readonly Question[] {
  const families = option === 'auto' ? FAMILIES.filter(isWorthAsking) : option === 'dual' ? FAMILIES : [option];
  return families.map((family) => ({ name: membership.service.host, type: addressType(family) }));

  function isWorthAsking(family: Family): boolean {
    const { families: known, isSetAbsent } = membership.memory;
    const { silentRounds, askedAtMs } = known[family];
    const isSilent = silentRounds >= SILENT_ROUNDS && !hasFamily(membership, family);
    return !isSilent || isSetAbsent || nowMs - askedAtMs >= SILENT_LOOK_MS;
  }
}

/** Members that the set leaves out, by their own names: least recently asked first, a few a round. */
function missedMembers(context: PlanContext): readonly Question[] {
  const { membership, evidence } = context;
  const limit = evidence.isSetAbsent ? MISSED_ASKED_WHILE_ABSENT : MISSED_ASKED;
  const askedAlready = membership.members.filter(({ peer }) => evidence.own.has(peer.name)).length;
  if (askedAlready >= limit) return [];
  return missedAndDue(membership.members, context)
    .toSorted((a, b) => lastAskedMs(a.peer.name, context) - lastAskedMs(b.peer.name, context))
    .slice(0, limit - askedAlready)
    .flatMap(({ peer }) => ownQuestions(peer.name, context));
}

/** The names and ports behind addresses that nobody owns; asked again while its answers fail and so the ports are not known. */
function srvRecords({ membership, policy, evidence, asked, nowMs }: PlanContext): readonly Question[] {
  const { srv } = membership.memory;
  const isOwed = srv?.outcome.kind === 'unknown' && policy.port === undefined;
  if (evidence.unowned.length === 0 && !isOwed) return [];
  const hasNone = srv?.outcome.kind === 'absent' && srv.outcome.reason === 'no-such-record' && nowMs - srv.atMs < NO_SRV_MEMORY_MS;
  const { host } = membership.service;
  const question: Question = { name: policy.portName === undefined ? host : `_${policy.portName}._tcp.${host}`, type: 'SRV' };
  return hasNone || asked.has(keyOf(question)) ? [] : [question];
}

/** Names that SRV shows and that are new, or members that the set leaves out: SRV says that they exist, so these are asked every time. */
function srvNames(context: PlanContext): readonly Question[] {
  const { membership, evidence } = context;
  const listed = evidence.srvNames.filter((name) => {
    const member = membership.membersByName.get(name);
    return member === undefined ? isDue(name, context) : isMissed(evidence, member, { isAny: true });
  });
  return listed.flatMap((name) => ownQuestions(name, context));
}

/** Names for addresses that SRV could not name: the next ordinals of the StatefulSet, else the dashed names of CoreDNS. */
function guessedNames(context: PlanContext): readonly Question[] {
  const { membership, evidence, policy, nowMs, windowMs } = context;
  if (evidence.unowned.length === 0 || isClusterIp(evidence, membership.service, policy)) return [];
  const statefulSet = membership.statefulSet ?? inferredStatefulSet(membership.members);
  const ordinals = statefulSet === undefined ? [] : nextOrdinals(statefulSet, context);
  if (ordinals.length > 0) return ordinals;
  const hasNames = statefulSet !== undefined || evidence.srvNames.length > 0;
  return evidence.unowned
    .filter((address) => !hasNames || nowMs - (membership.unownedSinceMs.get(address) ?? nowMs) >= windowMs)
    .map(dashedName)
    .filter((name) => isDue(name, context))
    .flatMap((name) => ownQuestions(name, context));
}

/** The lowest ordinals that are not members, as many as there are unowned addresses: guesses that were wrong count. */
function nextOrdinals(statefulSet: string, context: PlanContext): readonly Question[] {
  const { membership, evidence } = context;
  const wrong = [...evidence.own].filter(
    ([name, answers]) =>
      statefulSetOf(name) === statefulSet &&
      !membership.membersByName.has(name) &&
      !Object.values(answers).some(({ kind }) => kind === 'found'),
  ).length;
  const names: string[] = [];
  for (let ordinal = membership.firstOrdinal; names.length < evidence.unowned.length - wrong; ordinal += 1) {
    const name = ordinalName(statefulSet, ordinal);
    if (!membership.membersByName.has(name) && !evidence.own.has(name) && isDue(name, context)) names.push(name);
  }
  return names.flatMap((name) => ownQuestions(name, context));
}

/** Owners of addresses that another name's answer holds: one of the two is out of date. */
function contestedOwners(context: PlanContext): readonly Question[] {
  const { membership, evidence } = context;
  const owners = [...evidence.claims].flatMap(([address, name]) => {
    const owner = membership.owners.get(address);
    return owner === undefined || owner === name ? [] : [owner];
  });
  return [...new Set(owners)].flatMap((name) => ownQuestions(name, context));
}

function missedAndDue(members: readonly Member[], context: PlanContext): readonly Member[] {
  const { membership, evidence } = context;
  // Whoever is missed may be the one who moved to an address that was not there before.
  const hasNewAddress = evidence.unowned.some((address) => !membership.unownedSinceMs.has(address));
  return members.filter((member) => {
    const { name } = member.peer;
    if (evidence.own.has(name) || !isMissed(evidence, member, { isAny: true })) return false;
    const isFirstMiss = member.doubt === undefined && isMissed(evidence, member, { isAny: false });
    return isFirstMiss || hasNewAddress || isDue(name, context);
  });
}

function isDue(name: string, context: PlanContext): boolean {
  return context.nowMs - lastAskedMs(name, context) >= context.againMs;
}

function lastAskedMs(name: string, { membership }: PlanContext): number {
  return membership.memory.askedAtMs.get(name) ?? -Infinity;
}

function ownQuestions(name: string, { membership, evidence, asked }: PlanContext): readonly Question[] {
  const host = peerHost(name, membership.service);
  const questions = ownFamilies(evidence).map((family) => ({ name: host, type: addressType(family) }));
  return questions.filter((question) => !asked.has(keyOf(question)));
}

/** The StatefulSet of all members that have an ordinal; undefined when they are of several, or none has one. */
function inferredStatefulSet(members: readonly Member[]): string | undefined {
  const sets = new Set(members.flatMap(({ peer }) => (peer.ordinal === undefined ? [] : (statefulSetOf(peer.name) ?? []))));
  const [statefulSet, ...others] = sets;
  return others.length === 0 ? statefulSet : undefined;
}

function keyOf({ type, name }: Question): string {
  return `${type} ${name}`;
}
