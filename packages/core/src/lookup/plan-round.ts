import { familyOf } from './addresses.ts';
import { addressType, FAMILIES } from './outcome.ts';
import type { Family, Lookup, Question } from './outcome.ts';
import { isClusterIp } from '../membership/cluster-ip.ts';
import { hasFamily, wasAnyoneSeen } from '../membership/membership.ts';
import type { Member, Membership } from '../membership/membership.ts';
import { claimsOf } from '../membership/ownership.ts';
import { askAgainAfterMs, leaveWindowMs } from '../membership/policy.ts';
import { isMissed, isPartlyMissed, ownFamilies, readRound } from '../membership/round-evidence.ts';
import type { RoundEvidence } from '../membership/round-evidence.ts';
import type { ResolvedOptions } from '../options.ts';
import type { LookRequest } from '../source.ts';
import { peerHost, peerNameUnder } from '../service/dns-names.ts';
import { guessedNames } from './guess-names.ts';
import { compareTimes, isAsked, isDue, lastAskedMs, ownQuestions } from './plan-context.ts';
import type { PlanContext } from './plan-context.ts';
import { pollProbes } from './poll-probe.ts';
import { isProbeDue, nextProbe } from './probe.ts';
import { largestTtlSeconds } from './ttl-memory.ts';
import { whereaboutsQuestions } from './whereabouts.ts';

/** Thousands of clients may watch one Service: a mass outage must not become a query storm. */
const MISSED_ASKED = 8;
const MISSED_ASKED_WHILE_ABSENT = 4;
/** A family that had no record this often, while the other was found, is left alone. */
const SILENT_ROUNDS = 3;
const SILENT_LOOK_MS = 600_000;
const VERIFY_EVERY_MS = 30_000;
const SRV_MEMORY_MS = 60_000;
/** An SRV answer of this many names may have been cut. */
const SRV_NAMES_TRUSTED = 600;
const NOBODY: ReadonlySet<string> = new Set();

/**
 * The questions that what is known so far calls for: at first those about the set, then, when the set is not just the members, those
 * that tell who is meant. Called again with all answers of the round until it has no more questions.
 */
export function planRound(request: LookRequest, lookups: readonly Lookup[], family: ResolvedOptions['family']): readonly Question[] {
  const { membership, policy, nowMs } = request;
  if (lookups.length === 0) return firstQuestions(request, family);
  const evidence = readRound(membership, lookups);
  // A probe between polls: if the name exists now, a whole round is worth it.
  if (!evidence.isAsked) return evidence.proven.length > 0 ? setQuestions(request, family) : [];
  if (!evidence.isAnswered) return [];
  if (isNothingOpen(evidence, membership)) return [];
  const windowMs = leaveWindowMs(policy, largestTtlSeconds(membership.memory.ttls, nowMs));
  const context: PlanContext = {
    service: request.service,
    membership,
    policy,
    nowMs,
    isSettling: request.isSettling,
    isProbeOnly: request.isProbeOnly,
    lookups,
    evidence,
    families: ownFamilies(evidence, membership),
    againMs: askAgainAfterMs(policy, windowMs),
    windowMs,
  };
  for (const step of stepsFor(context)) {
    const questions = step(context);
    if (questions.length > 0) return questions;
  }
  return [];
}

/** A settled poll, as nearly all are: everyone is confirmed, nothing else was asked, no name or port is owed. No step would ask anything. */
function isNothingOpen(evidence: RoundEvidence, { unnamed, problems, memory }: Membership): boolean {
  const isSetAlone = evidence.isSettled && evidence.own.size === 0 && evidence.srv === undefined && evidence.proven.length === 0;
  return isSetAlone && unnamed.length === 0 && problems.length === 0 && memory.srv?.outcome.kind !== 'unknown';
}

function firstQuestions(request: LookRequest, family: ResolvedOptions['family']): readonly Question[] {
  const { membership, policy, nowMs } = request;
  const probe = nextProbe(membership, policy);
  if (request.isProbeOnly) return isProbeDue(probe, nowMs) ? [probe.question] : [];
  return [...setQuestions(request, family), ...verification(request), ...pollProbes(membership, probe, nowMs), ...whereabouts(request)];
}

/** While nobody was ever found: whether the domain and the namespace are the right ones. */
function whereabouts({ membership, nowMs }: LookRequest): readonly Question[] {
  const { memory, service } = membership;
  if (memory.setAbsence !== 'no-such-name' || wasAnyoneSeen(membership)) return [];
  return whereaboutsQuestions(service, memory.whereabouts, nowMs);
}

type Step = (context: PlanContext) => readonly Question[];

function stepsFor({ membership, evidence, policy }: PlanContext): readonly Step[] {
  const wasClusterIp = membership.problems.some(({ code }) => code === 'NOT_HEADLESS');
  // Its pods are not to be found from it: only what SRV says is looked at, to see whether that has changed.
  if (wasClusterIp && (evidence.srv === undefined || isClusterIp(evidence, membership.service, policy))) return [srvRecords];
  // Everyone is confirmed: there may still be names or ports to learn.
  if (evidence.isSettled && evidence.unowned.length === 0) return [contestedOwners, provenNames, srvRecords, srvNames, guesses];
  return [contestedOwners, missedMembers, provenNames, srvRecords, srvNames, guesses];
}

/** Names for addresses that SRV could not name, where nothing else is left to ask. */
function guesses(context: PlanContext): readonly Question[] {
  return guessedNames(context, NOBODY);
}

function setQuestions({ membership, nowMs }: LookRequest, option: ResolvedOptions['family']): readonly Question[] {
  const families = option === 'auto' ? FAMILIES.filter(isWorthAsking) : option === 'dual' ? FAMILIES : [option];
  return families.map((family) => ({ name: membership.service.host, type: addressType(family) }));

  function isWorthAsking(family: Family): boolean {
    const { families: known, setAbsence } = membership.memory;
    const { silentRounds, askedAtMs } = known[family];
    const isSilent = silentRounds >= SILENT_ROUNDS && !hasFamily(membership, family);
    return !isSilent || setAbsence !== undefined || nowMs - askedAtMs >= SILENT_LOOK_MS;
  }
}

/**
 * In a settled round, now and then, the member that was asked least recently, by its own name: two pods that swapped their addresses look
 * the same in the set.
 */
function verification({ membership, isSettling, nowMs }: LookRequest): readonly Question[] {
  const { members, memory, service } = membership;
  if (isSettling || members.length === 0 || nowMs - memory.verifiedAtMs < VERIFY_EVERY_MS) return [];
  let oldest: Member | undefined;
  let oldestMs = Infinity;
  for (const member of members) {
    const askedMs = memory.askedAtMs.get(member.peer.name) ?? -Infinity;
    if (oldest === undefined || askedMs < oldestMs) [oldest, oldestMs] = [member, askedMs];
  }
  const { peer, families } = oldest ?? {};
  if (peer === undefined || families === undefined) return [];
  // An address without a name may be its own, in a family that it seems to lack.
  const isWorthAsking = (family: Family): boolean =>
    families[family].addresses.length > 0 || membership.unnamed.some((address) => familyOf(address) === family);
  return FAMILIES.filter(isWorthAsking).map((each) => ({ name: peerHost(peer.name, service), type: addressType(each) }));
}

/** Members that the set leaves out, by their own names: least recently asked first, a few a round. */
function missedMembers(context: PlanContext): readonly Question[] {
  const { membership, evidence } = context;
  const limit = evidence.isSetAbsent ? MISSED_ASKED_WHILE_ABSENT : MISSED_ASKED;
  const askedAlready = membership.members.filter(({ peer }) => evidence.own.has(peer.name)).length;
  if (askedAlready >= limit) return [];
  return missedAndDue(membership.members, context, evidence.unowned)
    .toSorted((a, b) => compareTimes(lastAskedMs(a.peer.name, context), lastAskedMs(b.peer.name, context)))
    .slice(0, limit - askedAlready)
    .flatMap(({ peer }) => ownQuestions(peer.name, context));
}

/** Missing peers that a probe has shown to exist: nobody asked for their addresses before, so no cache denies them. */
function provenNames(context: PlanContext): readonly Question[] {
  const { membership, evidence } = context;
  const names = evidence.proven.flatMap((host) => peerNameUnder(host, membership.service) ?? []);
  return names.filter((name) => !membership.membersByName.has(name) && isDue(name, context)).flatMap((name) => ownQuestions(name, context));
}

/**
 * The names and ports behind addresses that nobody owns. For members without a name, and while ports are unknown because the last answer
 * failed, it is asked again too: once a minute, for ports sooner while something is in motion.
 */
function srvRecords(context: PlanContext): readonly Question[] {
  const { membership, policy, evidence, nowMs, isSettling, againMs } = context;
  const { srv } = membership.memory;
  const ageMs = srv === undefined ? Infinity : nowMs - srv.atMs;
  const hasNone = ageMs < SRV_MEMORY_MS && srv?.outcome.kind === 'absent' && srv.outcome.reason === 'no-such-record';
  const isPortOwed = srv?.outcome.kind === 'unknown' && policy.port === undefined && ageMs >= (isSettling ? againMs : SRV_MEMORY_MS);
  const isNameOwed = membership.unnamed.length > 0 && ageMs >= SRV_MEMORY_MS;
  const isProven = evidence.proven.length > 0 && ageMs >= againMs;
  const isOwed = isProven || evidence.unowned.length > 0 || isPortOwed || isNameOwed || isOwnerDenied(context);
  if (hasNone || !isOwed) return [];
  const { host } = membership.service;
  const named: Question = { name: policy.portName === undefined ? host : `_${policy.portName}._tcp.${host}`, type: 'SRV' };
  if (!isAsked(named, context)) return [named];
  // A port that does not exist, or has no name, hides the names as well: the bare name shows them.
  const bare: Question = { name: host, type: 'SRV' };
  return evidence.srv?.kind === 'absent' && !isAsked(bare, context) ? [bare] : [];
}

/** A member's own name is denied, but the set shows its address and no other name claims it: it may be another's by now. */
function isOwnerDenied({ membership, evidence }: PlanContext): boolean {
  for (const [name, answers] of evidence.own) {
    const addresses = membership.membersByName.get(name)?.peer.addresses;
    const isShown = addresses?.some((address) => evidence.shown.has(address) && !evidence.claims.has(address)) === true;
    if (isShown && Object.values(answers).every(({ kind }) => kind === 'absent')) return true;
  }
  return false;
}

/** Names that SRV shows and that are new, or members that the set leaves out, these beyond the few of a round. */
function srvNames(context: PlanContext): readonly Question[] {
  const { membership, evidence } = context;
  const nameless = [...evidence.unowned, ...membership.unnamed];
  const known = evidence.srvNames.flatMap((name) => membership.membersByName.get(name) ?? []);
  const missed = missedAndDue(known, context, nameless);
  const partly = missed.filter((member) => !isMissed(evidence, member)).slice(0, MISSED_ASKED * nameless.length);
  const names = new Set([...missed.filter((member) => isMissed(evidence, member)), ...partly].map(({ peer }) => peer.name));
  const isAnyNew = hasNewAddress(context);
  const isNewAndDue = (name: string): boolean =>
    !membership.membersByName.has(name) && !evidence.own.has(name) && (isAnyNew || isDue(name, context));
  const asked = evidence.srvNames.filter((name) => names.has(name) || isNewAndDue(name));
  // So long an answer leaves names out: those are guessed beside the others, and not a round trip later.
  const others = asked.length > 0 && evidence.srvNames.length >= SRV_NAMES_TRUSTED ? guessedNames(context, new Set(asked)) : [];
  return [...asked.flatMap((name) => ownQuestions(name, context)), ...others];
}

/** Owners of addresses that another name's answer holds: one of the two is out of date. */
function contestedOwners(context: PlanContext): readonly Question[] {
  const { membership, evidence } = context;
  const owners = new Set<string>();
  for (const [address, name] of evidence.claims) {
    const owner = membership.owners.get(address);
    if (owner !== undefined && owner !== name) owners.add(owner);
  }
  return [...owners].flatMap((name) => ownQuestions(name, context));
}

function missedAndDue(members: readonly Member[], context: PlanContext, nameless: readonly string[]): readonly Member[] {
  const { evidence, families: asked } = context;
  const isAnyNew = hasNewAddress(context);
  // A move back needs several answers in a row: they are not waited for, where they can come.
  const isMovingBack = ({ families }: Member): boolean => asked.some((family) => families[family].moveBack !== undefined);
  return members.filter((member) => {
    // A verification may have asked in one family only.
    if (evidence.own.has(member.peer.name) && ownQuestions(member.peer.name, context).length === 0) return false;
    const isAllMissed = isMissed(evidence, member);
    if (!isAllMissed && !isPartlyMissed(evidence, member, nameless)) return false;
    const isFirstMiss = isAllMissed && member.isShown;
    return isFirstMiss || isAnyNew || isMovingBack(member) || isDue(member.peer.name, context);
  });
}

/**
 * Whoever is missed or new may be the one behind an address that was not there before: no pace holds then. One that a member is about to
 * move back to was there before.
 */
function hasNewAddress({ membership: { unownedSinceMs, isWavering, members }, evidence }: PlanContext): boolean {
  const fresh = evidence.unowned.filter((address) => !unownedSinceMs.has(address));
  if (fresh.length === 0 || !isWavering) return fresh.length > 0;
  const claimed = new Set(members.flatMap(({ families }) => claimsOf(families)));
  return fresh.some((address) => !claimed.has(address));
}
