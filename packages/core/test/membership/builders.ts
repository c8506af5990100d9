import type { Family, Lookup, Outcome, Question, RecordType } from '../../src/lookup/outcome.ts';
import { remember } from '../../src/lookup/lookup-memory.ts';
import { planRound } from '../../src/lookup/plan-round.ts';
import type { ResolvedOptions } from '../../src/options.ts';
import { compareAddresses, familyOf } from '../../src/lookup/addresses.ts';
import { startingMembership } from '../../src/membership/membership.ts';
import { withDeclared, withMembers } from '../../src/membership/next-membership.ts';
import type { Member, Membership } from '../../src/membership/membership.ts';
import { memberOf } from '../../src/membership/joiner.ts';
import { observe } from '../../src/membership/observe.ts';
import { isSettling } from '../../src/membership/schedule.ts';
import type { Peer } from '../../src/membership/peer.ts';
import type { Policy } from '../../src/membership/policy.ts';
import type { Snapshot } from '../../src/membership/snapshot.ts';
import { declaredIdentities } from '../../src/service/declared-peers.ts';
import { ordinalOf, peerHost } from '../../src/service/dns-names.ts';
import type { ServiceIdentity } from '../../src/service/service-identity.ts';

export const SERVICE: ServiceIdentity = Object.freeze({
  name: 'color-svc',
  namespace: 'default',
  clusterDomain: 'cluster.local',
  host: 'color-svc.default.svc.cluster.local',
});
const SUFFIX = `.${SERVICE.host}`;

/** `found('10.0.0.1', 'fd00::1')`; the TTL is 5 s. */
export function found(...addresses: readonly string[]): Outcome & { kind: 'found' } {
  return { kind: 'found', addresses, targets: [], ttlSeconds: 5 };
}

/** SRV records: names, or `[name, port]`; the port is 27017 else. */
export function srv(...records: readonly (string | readonly [name: string, port: number])[]): Outcome & { kind: 'found' } {
  const targets = records.map((record) => {
    const [name, port] = typeof record === 'string' ? [record, 27_017] : record;
    return { host: name === '' ? SERVICE.host : peerHost(name, SERVICE), port };
  });
  return { kind: 'found', addresses: [], targets, ttlSeconds: undefined };
}

export const NO_NAME: Outcome = Object.freeze({ kind: 'absent', reason: 'no-such-name', code: 'ENOTFOUND' });
export const NO_RECORD: Outcome = Object.freeze({ kind: 'absent', reason: 'no-such-record', code: 'ENODATA' });
export const UNKNOWN: Outcome = Object.freeze({ kind: 'unknown', code: 'ESERVFAIL' });

export function policy(overrides: Partial<Policy> = {}): Policy {
  return {
    pollIntervalMs: 5_000,
    settlingIntervalMs: 1_000,
    leaveAfterMs: 'auto',
    staleAfterMs: 30_000,
    port: undefined,
    portName: undefined,
    clusterIp: undefined,
    isClusterDomainGuessed: false,
    ...overrides,
  };
}

/**
 * A question in short: `A` and `AAAA` are the set, `SRV` the bare SRV question, `SRV _db._tcp` one with a port name, `A color-ss-0` a peer's own name.
 * Names outside the Service stay as they are.
 */
function short({ type, name }: Question): string {
  if (name === SERVICE.host) return type;
  return `${type} ${name.endsWith(SUFFIX) ? name.slice(0, -SUFFIX.length) : name}`;
}

/** The question that `short` makes that of. */
function question(text: string): Question {
  const [type = 'A', name] = text.split(' ');
  return { type: type as RecordType, name: name === undefined ? SERVICE.host : peerHost(name, SERVICE) };
}

export function lookup(text: string, outcome: Outcome, more: Partial<Lookup> = {}): Lookup {
  return { question: question(text), outcome, attempts: 1, durationMs: 1, server: '10.96.0.10', refused: 0, ...more };
}

export const DOMAIN_QUESTION = 'TXT dns-version.cluster.local';
export const NAMESPACE_QUESTION = 'A default.svc.cluster.local';

/**
 * Answers by short question. What is not in it is answered with `no-such-name`, SRV with a port name as the bare one; domain and namespace
 * are there.
 */
export type Answers = Readonly<Record<string, Outcome>>;

const DEFAULTS: Answers = { [DOMAIN_QUESTION]: { ...found(), ttlSeconds: undefined }, [NAMESPACE_QUESTION]: NO_RECORD };

function answerTo(asked: Question, answers: Answers): Outcome {
  return answers[short(asked)] ?? (asked.type === 'SRV' ? answers['SRV'] : undefined) ?? DEFAULTS[short(asked)] ?? NO_NAME;
}

/** What CoreDNS answers when these pods are ready, by name. SRV names them all. */
export function pods(addressesByName: Readonly<Record<string, readonly string[]>>): Answers {
  const names = Object.keys(addressesByName);
  const all = [...new Set(Object.values(addressesByName).flat())];
  const answers: Record<string, Outcome> = {
    A: inFamily(all, 'ipv4'),
    AAAA: inFamily(all, 'ipv6'),
    SRV: names.length > 0 ? srv(...names) : NO_NAME,
  };
  for (const [name, addresses] of Object.entries(addressesByName)) {
    answers[`A ${name}`] = inFamily(addresses, 'ipv4');
    answers[`AAAA ${name}`] = inFamily(addresses, 'ipv6');
  }
  return answers;
}

function inFamily(addresses: readonly string[], family: Family): Outcome {
  const some = addresses.filter((address) => familyOf(address) === family);
  return some.length > 0 ? found(...some) : addresses.length > 0 ? NO_RECORD : NO_NAME;
}

/** `ss(0)` is `color-ss-0`. */
export function ss(ordinal: number): string {
  return `color-ss-${ordinal}`;
}

/** The pods of StatefulSet `color-ss`, `10.0.0.<1 + ordinal>` each. */
export function setOf(...ordinals: readonly number[]): Record<string, readonly string[]> {
  return Object.fromEntries(ordinals.map((ordinal) => [ss(ordinal), [`10.0.0.${ordinal + 1}`]]));
}

export function peer(name: string, addresses: readonly string[] = [], port: number | undefined = 27_017): Peer {
  return Object.freeze({
    name,
    ordinal: ordinalOf(name, undefined, addresses),
    host: peerHost(name, SERVICE),
    addresses: Object.freeze(addresses.toSorted(compareAddresses)),
    port,
  });
}

export function snapshot(peers: readonly Peer[], revision = 1, missing: Snapshot['missing'] = []): Snapshot {
  return Object.freeze({ service: SERVICE, revision, peers, missing });
}

export interface WalkOptions {
  readonly policy?: Partial<Policy>;
  readonly statefulSet?: string;
  readonly firstOrdinal?: number;
  readonly replicas?: number;
  readonly family?: ResolvedOptions['family'];
}

/** A membership that rounds lead through states, asked and observed as dns-source and the watcher do. Reports which questions were asked. */
export interface Walk {
  membership: Membership;
  nowMs: number;
  /** One round `afterMs` after the one before. Returns the questions in short, in the order in which they were asked. */
  round(answers: Answers, afterMs?: number): readonly string[];
  /** The same round several times. Returns what each asked. */
  rounds(count: number, answers: Answers, afterMs?: number): readonly (readonly string[])[];
  declare(replicas: number): void;
  /** `color-ss-0 10.0.0.1`, one text for each peer. */
  peers(): readonly string[];
  member(name: string): Member;
  readonly policy: Policy;
}

export function walk(options: WalkOptions = {}): Walk {
  const { statefulSet, firstOrdinal = 0, replicas, family = 'ipv4' } = options;
  const declared = (size: number) =>
    declaredIdentities({ service: SERVICE, statefulSet: statefulSet ?? 'color-ss', replicas: size, firstOrdinal });
  const rules = policy(options.policy);
  const self: Walk = {
    policy: rules,
    nowMs: 0,
    membership: startingMembership({
      service: SERVICE,
      statefulSet,
      firstOrdinal,
      declared: replicas === undefined ? undefined : declared(replicas),
      nowMs: 0,
    }),
    round(answers, afterMs = 1_000) {
      self.nowMs += afterMs;
      const { membership, nowMs } = self;
      const lookups: Lookup[] = [];
      for (;;) {
        const questions = planRound(
          {
            service: SERVICE,
            membership,
            policy: rules,
            nowMs,
            isSettling: isSettling(membership, { isAwaited: false, nowMs }),
            isProbeOnly: false,
          },
          lookups,
          family,
        );
        if (questions.length === 0) break;
        lookups.push(...questions.map((asked) => lookup('', answerTo(asked, answers), { question: asked })));
      }
      const memory = remember(membership.memory, lookups, { service: SERVICE, members: membership.membersByName, nowMs });
      self.membership = observe(membership, { kind: 'evidence', lookups, memory }, rules, nowMs);
      return lookups.map((each) => short(each.question));
    },
    rounds: (count, answers, afterMs) => Array.from({ length: count }, () => self.round(answers, afterMs)),
    declare(size) {
      self.membership = withDeclared(self.membership, declared(size), self.nowMs);
    },
    peers: () => self.membership.snapshot.peers.map(({ name, addresses }) => [name, ...addresses].join(' ')),
    member(name) {
      const member = self.membership.membersByName.get(name);
      if (member === undefined) throw new Error(`${name} is no member`);
      return member;
    },
  };
  return self;
}

/** A walk on which these pods have been found, and which has been quiet for a minute. */
export function walkWith(addressesByName: Readonly<Record<string, readonly string[]>>, options: WalkOptions = {}): Walk {
  const self = walk(options);
  self.rounds(3, pods(addressesByName));
  self.round(pods(addressesByName), 60_000);
  return self;
}

/** The codes of what is wrong. */
export function problemCodes({ problems }: Membership): readonly string[] {
  return problems.map(({ code }) => code);
}

/** A membership of just these peers, as after a first round at time 0. */
export function membershipOf(peers: readonly Peer[], overrides: Partial<Membership> = {}): Membership {
  const start = startingMembership({ service: SERVICE, statefulSet: undefined, firstOrdinal: 0, declared: undefined, nowMs: 0 });
  return {
    ...withMembers(
      start,
      peers.map((each) => memberOf(start, each)),
      0,
    ),
    ...overrides,
  };
}

/** The questions of a round without existence probes, which ask in types that carry nothing, and those after domain and namespace. */
export function withoutProbes(asked: readonly string[]): readonly string[] {
  return asked.filter((each) => /^(?:A|AAAA|SRV)(?: |$)/.test(each) && each !== NAMESPACE_QUESTION);
}
