import { familyOf } from '../../../src/lookup/addresses.ts';
import { FAMILIES } from '../../../src/lookup/outcome.ts';
import type { Family, Lookup, Outcome, Question } from '../../../src/lookup/outcome.ts';
import type { Peer } from '../../../src/membership/peer.ts';
import type { Snapshot } from '../../../src/membership/snapshot.ts';
import type { Truth } from '../truth.ts';
import type { Round } from '../sync-watcher.ts';

/** Answers to one question in each family that was asked. */
export type ByFamily = Partial<Record<Family, Outcome>>;

/**
 * A round as the invariants see it: questions, answers, and what could be seen of the watcher before and after. Read here anew, so that a
 * mistake of the engine in reading its answers does not hide itself.
 */
export interface SeenRound {
  readonly round: Round;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly lookups: readonly Lookup[];
  readonly before: Snapshot;
  readonly after: Snapshot;
  /** Answers about the set. */
  readonly set: ByFamily;
  readonly isSetAsked: boolean;
  readonly isSetAnswered: boolean;
  /** No server said anything about the set, if it was asked for. */
  readonly isSetMute: boolean;
  /** Addresses that the set showed. */
  readonly shown: ReadonlySet<string>;
  /** Answers about names of peers. */
  readonly own: ReadonlyMap<string, ByFamily>;
  /** Addresses by the names that claim them. */
  readonly claims: ReadonlyMap<string, ReadonlySet<string>>;
  /** The last SRV answer, and the names in it. */
  readonly srv: Outcome | undefined;
  readonly srvNames: ReadonlySet<string>;
  readonly probes: readonly Lookup[];
  /** Every question had an answer, at once, and all of them were true. */
  readonly isWell: boolean;
  readonly truth: Truth;
}

const NONE: ReadonlySet<string> = new Set();
const NO_OWN: ReadonlyMap<string, ByFamily> = new Map();
const NO_CLAIMS: ReadonlyMap<string, ReadonlySet<string>> = new Map();

/** Reads a round. `isWell` is what the truth says of its answers. */
export function seeRound(round: Round, { isWell, truth }: { isWell: boolean; truth: Truth }): SeenRound {
  const { lookups } = round.observation;
  const { host } = round.after.service;
  const set: ByFamily = {};
  const others: Lookup[] = [];
  for (const each of lookups) {
    const { name, type } = each.question;
    if (name === host && type === 'A') set.ipv4 = each.outcome;
    else if (name === host && type === 'AAAA') set.ipv6 = each.outcome;
    else others.push(each);
  }
  const { ipv4, ipv6 } = set;
  const own = others.length === 0 ? NO_OWN : ownAnswers(others, host);
  const srv = others.length === 0 ? undefined : others.findLast(({ question }) => question.type === 'SRV')?.outcome;
  return {
    round,
    startedAtMs: round.startedAtMs,
    endedAtMs: round.endedAtMs,
    lookups,
    before: round.before.snapshot,
    after: round.after.snapshot,
    set,
    isSetAsked: ipv4 !== undefined || ipv6 !== undefined,
    isSetAnswered: (ipv4 !== undefined && ipv4.kind !== 'unknown') || (ipv6 !== undefined && ipv6.kind !== 'unknown'),
    isSetMute: isMute(ipv4) && isMute(ipv6),
    shown: ipv6?.kind === 'found' ? new Set([...addressesOf(ipv4), ...ipv6.addresses]) : new Set(addressesOf(ipv4)),
    own,
    claims: own.size === 0 ? NO_CLAIMS : claimsOf(own),
    srv,
    srvNames: srv?.kind === 'found' ? new Set(srv.targets.flatMap((target) => labelUnder(target.host, host) ?? [])) : NONE,
    probes: others.length === 0 ? others : others.filter(({ question }) => isProbe(question, host)),
    isWell,
    truth,
  };
}

export function addressesOf(outcome: Outcome | undefined): readonly string[] {
  return outcome?.kind === 'found' ? outcome.addresses : [];
}

/** The one label below the Service's name; undefined for every other name. */
export function labelUnder(name: string, host: string): string | undefined {
  if (!name.endsWith(`.${host}`)) return undefined;
  const label = name.slice(0, -host.length - 1);
  return label.includes('.') ? undefined : label;
}

/** Address -> the peers that hold it. */
export function ownersIn({ peers }: Snapshot): ReadonlyMap<string, string> {
  const owners = new Map<string, string>();
  for (const { name, addresses } of peers) for (const address of addresses) owners.set(address, name);
  return owners;
}

export function addressesIn(family: Family, { addresses }: Pick<Peer, 'addresses'>): readonly string[] {
  return addresses.filter((address) => familyOf(address) === family);
}

/** Not asked, timed out, or turned away. */
function isMute(outcome: Outcome | undefined): boolean {
  return outcome === undefined || (outcome.kind === 'unknown' && (outcome.code === 'ETIMEOUT' || outcome.code === 'ECONNREFUSED'));
}

function isProbe({ name, type }: Question, host: string): boolean {
  return type !== 'A' && type !== 'AAAA' && type !== 'SRV' && (name === host || labelUnder(name, host) !== undefined);
}

function ownAnswers(lookups: readonly Lookup[], host: string): ReadonlyMap<string, ByFamily> {
  let own: Map<string, ByFamily> | undefined;
  for (const { question, outcome } of lookups) {
    if (question.type !== 'A' && question.type !== 'AAAA') continue;
    const name = labelUnder(question.name, host);
    if (name === undefined) continue;
    own ??= new Map();
    const answers = own.get(name) ?? {};
    answers[question.type === 'A' ? 'ipv4' : 'ipv6'] = outcome;
    own.set(name, answers);
  }
  return own ?? NO_OWN;
}

function claimsOf(own: ReadonlyMap<string, ByFamily>): ReadonlyMap<string, ReadonlySet<string>> {
  const claims = new Map<string, Set<string>>();
  for (const [name, answers] of own) {
    for (const family of FAMILIES) {
      for (const address of addressesOf(answers[family])) claims.set(address, (claims.get(address) ?? new Set()).add(name));
    }
  }
  return claims;
}
