import type { ServiceIdentity } from '../service/service-identity.ts';
import { addressType, isAddressType, outcomesIn } from './outcome.ts';
import type { Family, Lookup, Outcome } from './outcome.ts';
import { NO_PROBES, rememberProbes } from './probe.ts';
import type { ProbeMemory } from './probe.ts';
import { NO_TTLS, rememberTtls } from './ttl-memory.ts';
import type { TtlMemory } from './ttl-memory.ts';
import { NO_WHEREABOUTS, rememberWhereabouts } from './whereabouts.ts';
import type { Whereabouts } from './whereabouts.ts';

/**
 * What the next round must know of the rounds before it. Frozen, replaced whole, part of the membership.
 *
 * @internal May change in any release; the API reference leaves it out.
 */
export interface LookupMemory {
  readonly families: Readonly<Record<Family, FamilyMemory>>;
  /** Why every authoritative answer about the set in the last round that had one was `absent`; undefined when one was not. */
  readonly setAbsence: 'no-such-name' | 'no-such-record' | undefined;
  /** The last outcome of the SRV question, and when. */
  readonly srv: { readonly outcome: Outcome; readonly atMs: number } | undefined;
  /** The port that all records of the last SRV answer agreed on. */
  readonly agreedPort: number | undefined;
  /** Which names were probed for existence. */
  readonly probes: ProbeMemory;
  /** The server that last gave an answer. */
  readonly server: string | undefined;
  /** When any peer was last asked by its own name. */
  readonly verifiedAtMs: number;
  /** When each peer name was last asked for its addresses. */
  readonly askedAtMs: ReadonlyMap<string, number>;
  readonly ttls: TtlMemory;
  readonly whereabouts: Whereabouts;
  /** In the last round no server said anything about the set: each question timed out or was turned away at the door. */
  readonly isUnreached: boolean;
}

/** How the set question in one family has gone. */
interface FamilyMemory {
  /** Rounds in a row in which the name had no such record while the other family was found. */
  readonly silentRounds: number;
  /** When the set was last asked in this family. */
  readonly askedAtMs: number;
  /** The set was found in this family at least once. */
  readonly wasFound: boolean;
}

const NO_FAMILY: FamilyMemory = Object.freeze({ silentRounds: 0, askedAtMs: -Infinity, wasFound: false });

export const NO_MEMORY: LookupMemory = Object.freeze({
  families: Object.freeze({ ipv4: NO_FAMILY, ipv6: NO_FAMILY }),
  setAbsence: undefined,
  srv: undefined,
  agreedPort: undefined,
  probes: NO_PROBES,
  server: undefined,
  verifiedAtMs: -Infinity,
  askedAtMs: new Map(),
  ttls: NO_TTLS,
  whereabouts: NO_WHEREABOUTS,
  isUnreached: false,
});

/** What Node says when a server sent nothing that could be read, by UDP or by TCP. */
const NO_ANSWER_CODES: ReadonlySet<string> = new Set(['ETIMEOUT', 'ECONNREFUSED']);
/** Longer than any interval at which an absent name is asked again. */
const ASKED_MEMORY_MS = 60_000;
/** Names that were guessed have their turn by when they were asked, however rarely that is: more than there are candidates at a time. */
const GUESSES_REMEMBERED = 128;

/** The memory after a round. `members` are the names whose ask times outlive a minute. */
export function remember(
  memory: LookupMemory,
  lookups: readonly Lookup[],
  { service, members, nowMs }: { service: ServiceIdentity; members: ReadonlyMap<string, unknown>; nowMs: number },
): LookupMemory {
  const set: SetOutcomes = { ipv4: setOutcome(lookups, service, 'ipv4'), ipv6: setOutcome(lookups, service, 'ipv6') };
  const outcomes = outcomesIn(set);
  // A round that asked nothing but the set says nothing of what else is remembered.
  const others = outcomes.length === lookups.length ? undefined : rememberOthers(memory, lookups, { service, members, nowMs });
  return Object.freeze({
    families: rememberFamilies(memory.families, set, nowMs),
    setAbsence: setAbsenceAfter(memory, outcomes),
    srv: others?.srv ?? memory.srv,
    agreedPort: others === undefined ? memory.agreedPort : others.agreedPort,
    probes: others?.probes ?? memory.probes,
    server: lookups.findLast(({ server }) => server !== undefined)?.server ?? memory.server,
    verifiedAtMs: others?.verifiedAtMs ?? memory.verifiedAtMs,
    askedAtMs: others?.askedAtMs ?? memory.askedAtMs,
    ttls: rememberTtls(memory.ttls, lookups, { host: service.host, nowMs }),
    whereabouts: others?.whereabouts ?? memory.whereabouts,
    isUnreached: isUnreachedAfter(memory, outcomes),
  });
}

/** What the set questions came to; undefined in a family that was not asked. */
type SetOutcomes = Readonly<Record<Family, Outcome | undefined>>;

function rememberOthers(
  memory: LookupMemory,
  lookups: readonly Lookup[],
  { service, members, nowMs }: { service: ServiceIdentity; members: ReadonlyMap<string, unknown>; nowMs: number },
): Pick<LookupMemory, 'srv' | 'agreedPort' | 'probes' | 'verifiedAtMs' | 'askedAtMs' | 'whereabouts'> {
  // Where a port is named, its records are asked first; the bare name, asked after that, gives names but not that port.
  const srvs = lookups.filter(({ question }) => question.type === 'SRV');
  const [portSrv, srv] = [srvs[0], srvs.at(-1)];
  return {
    srv: srv ? Object.freeze({ outcome: srv.outcome, atMs: nowMs }) : memory.srv,
    agreedPort: portSrv?.outcome.kind === 'found' ? agreedPort(portSrv.outcome) : memory.agreedPort,
    probes: rememberProbes(memory.probes, lookups, { service, nowMs }),
    verifiedAtMs: lookups.some((lookup) => isAboutPeer(lookup, service, members)) ? nowMs : memory.verifiedAtMs,
    askedAtMs: rememberAsked(memory.askedAtMs, lookups, { service, members, nowMs }),
    whereabouts: rememberWhereabouts(memory.whereabouts, lookups, { service, nowMs }),
  };
}

function setOutcome(lookups: readonly Lookup[], service: ServiceIdentity, family: Family): Outcome | undefined {
  const type = addressType(family);
  return lookups.find(({ question }) => question.type === type && question.name === service.host)?.outcome;
}

function rememberFamilies(families: LookupMemory['families'], outcomes: SetOutcomes, nowMs: number): LookupMemory['families'] {
  const next = (family: Family, other: Family): FamilyMemory => {
    const outcome = outcomes[family];
    if (outcome === undefined) return families[family];
    const { silentRounds, wasFound } = families[family];
    const isSilent = outcome.kind === 'absent' && outcome.reason === 'no-such-record' && outcomes[other]?.kind === 'found';
    return Object.freeze({
      silentRounds: isSilent ? silentRounds + 1 : outcome.kind === 'found' ? 0 : silentRounds,
      askedAtMs: nowMs,
      wasFound: wasFound || outcome.kind === 'found',
    });
  };
  return Object.freeze({ ipv4: next('ipv4', 'ipv6'), ipv6: next('ipv6', 'ipv4') });
}

function setAbsenceAfter(memory: LookupMemory, outcomes: readonly Outcome[]): LookupMemory['setAbsence'] {
  if (outcomes.some(({ kind }) => kind === 'found')) return undefined;
  const reasons = outcomes.flatMap((outcome) => (outcome.kind === 'absent' ? [outcome.reason] : []));
  if (reasons.length === 0) return memory.setAbsence;
  return reasons.includes('no-such-record') ? 'no-such-record' : 'no-such-name';
}

function isUnreachedAfter(memory: LookupMemory, outcomes: readonly Outcome[]): boolean {
  if (outcomes.length === 0) return memory.isUnreached;
  return outcomes.every((outcome) => outcome.kind === 'unknown' && NO_ANSWER_CODES.has(outcome.code));
}

function agreedPort({ targets }: Outcome & { kind: 'found' }): number | undefined {
  const port = targets[0]?.port;
  return targets.every((target) => target.port === port) ? port : undefined;
}

/** The name of a member was asked, or that of one to be. Names that are only guessed verify nobody. */
function isAboutPeer(
  { question: { name, type }, outcome }: Lookup,
  { host }: ServiceIdentity,
  members: ReadonlyMap<string, unknown>,
): boolean {
  if (name === host || !isAddressType(type) || !name.endsWith(`.${host}`)) return false;
  return outcome.kind === 'found' || members.has(name.slice(0, -host.length - 1));
}

function rememberAsked(
  askedAtMs: LookupMemory['askedAtMs'],
  lookups: readonly Lookup[],
  { service, members, nowMs }: { service: ServiceIdentity; members: ReadonlyMap<string, unknown>; nowMs: number },
): LookupMemory['askedAtMs'] {
  const suffix = `.${service.host}`;
  const own = lookups.filter(({ question: { name, type } }) => isAddressType(type) && name.endsWith(suffix));
  if (own.length === 0) return askedAtMs;
  const asked = new Set(own.map(({ question }) => question.name.slice(0, -suffix.length)));
  const isOld = (name: string, atMs: number): boolean => !members.has(name) && nowMs - atMs >= ASKED_MEMORY_MS;
  let surplus = -GUESSES_REMEMBERED;
  for (const [name, atMs] of askedAtMs) if (isOld(name, atMs)) surplus += 1;
  const next = new Map<string, number>();
  // The oldest come first, since those asked now go to the end.
  for (const [name, atMs] of askedAtMs) {
    if (asked.has(name)) continue;
    if (surplus > 0 && isOld(name, atMs)) surplus -= 1;
    else next.set(name, atMs);
  }
  for (const name of asked) next.set(name, nowMs);
  return next;
}
