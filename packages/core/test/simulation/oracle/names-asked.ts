import { FAMILIES } from '../../../src/lookup/outcome.ts';
import type { Lookup } from '../../../src/lookup/outcome.ts';
import type { Peer } from '../../../src/membership/peer.ts';
import { dashedName } from '../../../src/service/dns-names.ts';
import type { Knowledge } from './knowledge.ts';
import { isUnnamed } from './questions.ts';
import { labelUnder } from './seen-round.ts';
import type { SeenRound } from './seen-round.ts';
import type { Report, Watch } from './violations.ts';

const WHEREABOUTS_EVERY_MS = 60_000;
const GUESSED_BEYOND = 8;
/** A timer may fire a fraction of a millisecond early. */
const EARLY_MS = 1;

/** M10: no name is asked but those of section 2. */
export class NamesAsked implements Watch {
  readonly #report: Report;
  readonly #knowledge: Knowledge;
  readonly #statefulSet: string | undefined;
  readonly #firstOrdinal: number;
  readonly #askedAtMs = new Map<string, number>();
  #isSetAbsent = true;
  /** No server said anything about the set in the last poll. */
  #isUnreached = false;

  constructor(
    report: Report,
    knowledge: Knowledge,
    { statefulSet, firstOrdinal }: { statefulSet: string | undefined; firstOrdinal: number },
  ) {
    this.#report = report;
    this.#knowledge = knowledge;
    this.#statefulSet = statefulSet;
    this.#firstOrdinal = firstOrdinal;
  }

  round(seen: SeenRound): void {
    if (seen.lookups.length > Object.keys(seen.set).length) this.#judgeNames(seen);
    if (seen.isSetAsked) this.#isUnreached = seen.isSetMute;
    if (seen.isSetAnswered) this.#isSetAbsent = FAMILIES.every((family) => seen.set[family]?.kind !== 'found');
  }

  #judgeNames(seen: SeenRound): void {
    const members = new Set(seen.before.peers.map(({ name }) => name));
    for (const lookup of seen.lookups) {
      const why = this.#isStray(lookup, seen, members);
      if (why !== undefined) this.#report('M10', `${lookup.question.type} ${lookup.question.name} is asked: ${why}`);
    }
  }

  #isStray({ question: { name, type } }: Lookup, seen: SeenRound, members: ReadonlySet<string>): string | undefined {
    const { host } = seen.before.service;
    const { portName } = this.#knowledge.policy;
    const isAddress = type === 'A' || type === 'AAAA';
    if (type === 'SRV') return name === host || name === `_${portName}._tcp.${host}` ? undefined : 'not the SRV name of the Service';
    if (name === host) return isAddress || this.#isSetAbsent || this.#isUnreached ? undefined : 'the Service is known to exist';
    const label = labelUnder(name, host);
    if (label === undefined) return this.#isWhereabouts(name, seen);
    if (!isAddress) return this.#isProbed(label, seen) ? undefined : 'neither missing nor the next ordinal';
    if (members.has(label) || seen.srvNames.has(label)) return undefined;
    if (seen.probes.some(({ question, outcome }) => question.name === name && outcome.kind !== 'unknown')) return undefined;
    return this.#isInferred(label, seen) ? undefined : 'no member, not shown by SRV, and not inferred';
  }

  /** The domain and the namespace, once a minute while the set is absent and nobody was ever seen. */
  #isWhereabouts(name: string, { before, startedAtMs }: SeenRound): string | undefined {
    const { namespace, clusterDomain } = before.service;
    if (name !== `dns-version.${clusterDomain}` && name !== `${namespace}.svc.${clusterDomain}`) return 'not a name under the Service';
    if (!this.#isSetAbsent) return 'the Service is known to exist';
    const ageMs = startedAtMs - (this.#askedAtMs.get(name) ?? -Infinity);
    this.#askedAtMs.set(name, startedAtMs);
    return ageMs < WHEREABOUTS_EVERY_MS - EARLY_MS ? `asked ${ageMs} ms ago` : undefined;
  }

  #isProbed(label: string, { before }: SeenRound): boolean {
    if (before.missing.some(({ name }) => name === label)) return true;
    const split = splitName(label);
    const highest = Math.max(-1, ...[...before.peers, ...before.missing].map(({ ordinal }) => ordinal ?? -1));
    return split !== undefined && this.#bases(before.peers, []).has(split.base) && split.ordinal === highest + 1;
  }

  /** The dashed form of an address of the set, or an ordinal near those that are known while an address has no name. */
  #isInferred(label: string, { before, shown, srvNames, round, own }: SeenRound): boolean {
    if ([...shown].some((address) => dashedName(address) === label)) return true;
    const held = new Set(before.peers.flatMap(({ name, addresses }) => (own.has(name) ? [] : addresses)));
    const nameless = [...shown].filter((address) => !held.has(address)).length;
    const unnamed = isUnnamed(round) ? before.peers.length : 0;
    const split = splitName(label);
    if (split === undefined || nameless + unnamed === 0 || !this.#bases(before.peers, [...srvNames]).has(split.base)) return false;
    const known = [...before.peers, ...before.missing].flatMap(({ ordinal }) => ordinal ?? []);
    const listed = [...srvNames].flatMap((name) => splitName(name)?.ordinal ?? []);
    const highest = Math.max(this.#firstOrdinal - 1, ...known, ...listed);
    return split.ordinal >= this.#firstOrdinal && split.ordinal <= highest + nameless + unnamed + GUESSED_BEYOND;
  }

  /** Names of StatefulSets: the one given, else those of ordinals that are known. */
  #bases(peers: readonly Peer[], listed: readonly string[]): ReadonlySet<string> {
    if (this.#statefulSet !== undefined) return new Set([this.#statefulSet]);
    const named = peers.flatMap(({ name, ordinal }) => (ordinal === undefined ? [] : [name]));
    return new Set([...named, ...listed].flatMap((name) => splitName(name)?.base ?? []));
  }
}

function splitName(name: string): { readonly base: string; readonly ordinal: number } | undefined {
  const match = /^(.+)-(0|[1-9][0-9]*)$/.exec(name);
  return match === null ? undefined : { base: match[1] ?? '', ordinal: Number(match[2]) };
}
