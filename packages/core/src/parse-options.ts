import { resolve } from 'node:path';
import { systemClock } from './clock.ts';
import { InvalidOptionsError } from './errors.ts';
import { canonicalAddress, parseCidr } from './lookup/addresses.ts';
import { canonicalServer } from './lookup/server-address.ts';
import type { PeerIdentity } from './membership/peer.ts';
import type { Policy } from './membership/policy.ts';
import { contradictions, lengthIssues, ordinalIssues } from './option-contradictions.ts';
import { optionIssue } from './option-issues.ts';
import { checkDnsOptions, checkOptions, replicasIssue } from './option-schema.ts';
import type { DnsSourceOptions, DnsSourceSettings, ResolvedOptions, ServiceOptions, WatchOptions } from './options.ts';
import { declaredIdentities } from './service/declared-peers.ts';
import { normalName } from './service/dns-names.ts';
import { findService } from './service/find-service.ts';
import type { FoundService } from './service/find-service.ts';
import { readPodEnvironment } from './service/pod-environment.ts';
import type { PodEnvironmentOverrides } from './service/pod-environment.ts';
import type { ServiceIdentity } from './service/service-identity.ts';

const POLL_INTERVAL_MS = 5_000;
const SETTLING_INTERVAL_MS = 1_000;
const LOOKUP_TIMEOUT_MS = 2_000;
const STALE_AFTER_MS = 30_000;

/** The part of the options that says which pods must exist. */
type DeclaredSet = Pick<ResolvedOptions, 'statefulSet' | 'replicas' | 'firstOrdinal'>;

/**
 * Checks the options, adds what the pod knows about itself and fills in the defaults. The input stays as it is.
 *
 * @param environment - What to take instead of this pod's environment and files; for tests.
 * @throws {InvalidOptionsError} `INVALID_OPTIONS` with every rule that is broken, not only the first.
 */
export function parseWatchOptions(input: WatchOptions, environment: PodEnvironmentOverrides = {}): ResolvedOptions {
  const { given, broken, issues } = checkOptions(input);
  const pollIntervalMs = given.pollIntervalMs ?? POLL_INTERVAL_MS;
  const { service: name } = given;
  const found: FoundService = name === undefined ? { kind: 'broken', issues: [] } : findService({ ...given, service: name }, environment);
  const set = declaredSet(given);
  const allIssues = [
    ...issues,
    ...contradictions({ given, broken }, pollIntervalMs),
    ...ordinalIssues(set),
    ...(found.kind === 'found' ? lengthIssues(found.service, set) : found.issues),
  ];
  if (allIssues.length > 0 || found.kind === 'broken') throw new InvalidOptionsError(allIssues);
  return Object.freeze({
    service: found.service,
    clusterDomainFrom: found.clusterDomainFrom,
    ...set,
    declared: declaredBy(found.service, set),
    ...addressing(given),
    ...timing(given, pollIntervalMs),
    self: found.podName?.value,
    serviceHostVariable: serviceHostVariable(found.service, environment),
    ...surroundings(given),
  });
}

/**
 * Checks how DNS is to be asked and fills in the defaults.
 *
 * @throws {InvalidOptionsError} `INVALID_OPTIONS` with every rule that is broken.
 */
export function parseDnsOptions(input: DnsSourceOptions): DnsSourceSettings {
  const { given, issues } = checkDnsOptions(input);
  if (issues.length > 0) throw new InvalidOptionsError(issues);
  const { family, servers, allowed } = addressing(given);
  return Object.freeze({ family, servers, allowed, lookupTimeoutMs: given.lookupTimeoutMs ?? LOOKUP_TIMEOUT_MS });
}

/**
 * The pods that exist once the StatefulSet has `replicas` of them: what `declare` declares.
 *
 * @throws {InvalidOptionsError} `INVALID_OPTIONS` when it is no size, or when the options name no StatefulSet.
 */
export function parseReplicas(replicas: number, options: ResolvedOptions): readonly PeerIdentity[] {
  const { service } = options;
  const set = { ...declaredSet(options), replicas };
  const issue = replicasIssue(replicas);
  const issues = issue === undefined ? [...ordinalIssues(set), ...lengthIssues(service, set)] : [issue];
  if (set.statefulSet === undefined) issues.push(optionIssue('replicas', replicas, 'needs the option statefulSet'));
  const declared = issues.length === 0 ? declaredBy(service, set) : undefined;
  if (declared === undefined) throw new InvalidOptionsError(issues);
  return declared;
}

/**
 * The names that must exist, from `statefulSet` and `replicas`; asks nobody. Empty without `replicas`. Takes the options of a watcher
 * too.
 *
 * @throws {InvalidOptionsError} `INVALID_OPTIONS`.
 */
export function declaredPeers(options: ServiceOptions): readonly PeerIdentity[] {
  return parseWatchOptions(options).declared ?? Object.freeze([]);
}

/** What the options say about deciding. */
export function policyOf(options: ResolvedOptions): Policy {
  const { pollIntervalMs, settlingIntervalMs, leaveAfterMs, staleAfterMs, port, portName } = options;
  return Object.freeze({
    pollIntervalMs,
    settlingIntervalMs,
    leaveAfterMs,
    staleAfterMs,
    port,
    portName,
    clusterIp: options.serviceHostVariable,
    isClusterDomainGuessed: options.clusterDomainFrom === 'default',
  });
}

function declaredSet(options: { readonly [Key in keyof DeclaredSet]?: DeclaredSet[Key] | undefined }): DeclaredSet {
  const { statefulSet, replicas, firstOrdinal = 0 } = options;
  return { statefulSet: lowered(statefulSet), replicas, firstOrdinal };
}

function declaredBy(service: ServiceIdentity, set: DeclaredSet): readonly PeerIdentity[] | undefined {
  const { statefulSet, replicas, firstOrdinal } = set;
  return statefulSet === undefined || replicas === undefined
    ? undefined
    : declaredIdentities({ service, statefulSet, replicas, firstOrdinal });
}

function addressing(given: Partial<WatchOptions>): Pick<ResolvedOptions, 'port' | 'portName' | 'family' | 'servers' | 'allowed'> {
  const { port, portName, family = 'auto', servers, allowedAddresses } = given;
  return {
    port,
    portName: lowered(portName),
    family,
    servers: servers && Object.freeze([...new Set(presentValues(servers, canonicalServer))]),
    allowed: allowedAddresses && Object.freeze(presentValues(allowedAddresses, parseCidr)),
  };
}

function timing(
  given: Partial<WatchOptions>,
  pollIntervalMs: number,
): Pick<ResolvedOptions, 'pollIntervalMs' | 'settlingIntervalMs' | 'lookupTimeoutMs' | 'leaveAfterMs' | 'staleAfterMs'> {
  return {
    pollIntervalMs,
    settlingIntervalMs: given.settlingIntervalMs ?? Math.min(SETTLING_INTERVAL_MS, pollIntervalMs),
    lookupTimeoutMs: given.lookupTimeoutMs ?? LOOKUP_TIMEOUT_MS,
    leaveAfterMs: given.leaveAfterMs ?? 'auto',
    staleAfterMs: given.staleAfterMs ?? Math.max(STALE_AFTER_MS, 3 * pollIntervalMs),
  };
}

function surroundings(
  given: Partial<WatchOptions>,
): Pick<ResolvedOptions, 'lastKnownFile' | 'persistent' | 'source' | 'clock' | 'random' | 'signal' | 'onListenerError'> {
  const { lastKnownFile, persistent = true, source, clock = systemClock, random = Math.random, signal, onListenerError } = given;
  return {
    // A later change of the working directory moves no file.
    lastKnownFile: lastKnownFile && resolve(lastKnownFile),
    persistent,
    source,
    clock,
    random,
    signal,
    onListenerError,
  };
}

/** kubelet sets it for every Service with a ClusterIP in the pod's own namespace: a headless one has none. */
function serviceHostVariable(service: ServiceIdentity, environment: PodEnvironmentOverrides): string | undefined {
  const { env = process.env } = environment;
  const value = env[`${service.name.toUpperCase().replaceAll('-', '_')}_SERVICE_HOST`];
  if (value === undefined || readPodEnvironment(environment).namespace?.value !== service.namespace) return undefined;
  return canonicalAddress(value);
}

function lowered(text: string | undefined): string | undefined {
  return text === undefined ? undefined : normalName(text);
}

function presentValues<Value>(texts: readonly string[], read: (text: string) => Value | undefined): Value[] {
  return texts.map(read).filter((value) => value !== undefined);
}
