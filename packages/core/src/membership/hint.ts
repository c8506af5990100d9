import { namespaceName, versionName } from '../diagnosis/diagnosis-context.ts';
import type { FindingContext } from '../diagnosis/diagnosis-context.ts';
import { findingsOf } from '../diagnosis/findings-of.ts';
import { doesExist, setReports, stateOf } from '../diagnosis/server-view.ts';
import type { ContradictedName, ServerView } from '../diagnosis/server-view.ts';
import { isAddressType } from '../lookup/outcome.ts';
import type { LookupReport } from '../round-report.ts';
import type { Membership } from './membership.ts';
import { namesOf } from './names-of.ts';
import { confirmedSnapshot } from './recall.ts';

/**
 * Why the wait for peers has not ended, from the lookups already made: one sentence for a person, and what to do. Asks nothing. It is the
 * most important thing that `diagnose` would find in those lookups.
 *
 * @param self - This pod's own name, where the wait is for it.
 */
export function hintOf(membership: Membership, lookups: readonly LookupReport[], self?: string): string {
  const { snapshot, hasLastKnown } = membership;
  if (!hasLastKnown) return reasonOf(membership, lookups, self);
  const confirmed = new Set(confirmedSnapshot(membership).peers);
  const others = snapshot.peers.filter((peer) => !confirmed.has(peer));
  return `${namesOf(others)} known from the last-known file alone, which does not count; ${reasonOf(membership, lookups, self)}`;
}

function reasonOf(membership: Membership, lookups: readonly LookupReport[], self: string | undefined): string {
  const { service, snapshot, lastAnswerAtMs } = membership;
  if (lookups.length === 0 && lastAnswerAtMs === undefined) return `no question about ${service.host} has been answered yet`;
  const findings = findingsOf([viewOf(membership, lookups, self)], contextOf(membership, self));
  const told = findings.find(({ severity }) => severity !== 'info');
  if (told !== undefined) return `${told.message}; ${told.remedy}`;
  return `${service.host} shows ${snapshot.peers.length} peers; more come when more pods are ready`;
}

/**
 * What a watcher's lookups say. They are of several rounds, the last of each question: what holds now is what the membership has made of
 * them, and its problems.
 */
function viewOf(membership: Membership, lookups: readonly LookupReport[], self: string | undefined): ServerView {
  const { service, owners, unnamed, problems } = membership;
  const { peers, missing } = confirmedSnapshot(membership);
  const codes = new Set<string>(problems.map(({ code }) => code));
  const set = setOf(membership, lookups);
  // Whether domain and namespace exist is asked while the set is denied: at other times the answers are old.
  const surroundings = [versionName(service.clusterDomain), namespaceName(service)];
  const reports = set === 'no-such-name' ? lookups : lookups.filter(({ name }) => !surroundings.includes(name));
  const names = peers.map(({ name }) => name);
  const isSelfMissing = self !== undefined && !names.includes(self);
  const absentNames = new Set([...missing.map(({ name }) => name), ...(isSelfMissing ? [self] : [])]);
  return {
    server: undefined,
    tcp: undefined,
    reports,
    set,
    addresses: [...owners.keys()],
    names,
    absentNames: [...absentNames],
    unnamed,
    isClusterIp: codes.has('NOT_HEADLESS'),
    contradicted: set === 'no-such-name' ? contradicted(reports, service.host) : [],
    foreign: codes.has('FOREIGN_ANSWER') ? reports.filter(({ refused }) => refused > 0) : [],
    failed: [],
    tooLong: codes.has('TCP_BLOCKED') ? setReports({ reports }, service.host).filter(({ outcome }) => outcome === 'unknown') : [],
    apiServerDomains: [],
  };
}

function setOf({ failuresInARow, memory, service }: Membership, reports: readonly LookupReport[]): ServerView['set'] {
  if (failuresInARow > 0) return 'unknown';
  return memory.setAbsence ?? (reports.length > 0 && setReports({ reports }, service.host).length === 0 ? 'not-asked' : 'found');
}

/** An existence probe is newer than the denial, or as old: only the last of them tells whether the name exists now. */
function contradicted(reports: readonly LookupReport[], host: string): readonly ContradictedName[] {
  const probe = reports.findLast(({ name, type }) => name === host && !isAddressType(type) && type !== 'SRV');
  const denials = setReports({ reports }, host).filter((report) => stateOf(report) === 'no-such-name');
  return denials.length > 0 && probe !== undefined && doesExist(probe) ? [{ name: host, reports: [...denials, probe] }] : [];
}

function contextOf({ service, statefulSet, declared, problems }: Membership, self: string | undefined): FindingContext {
  return {
    service,
    statefulSet,
    declared: declared ?? [],
    portName: undefined,
    isDomainGuessed: problems.some(({ code }) => code === 'CLUSTER_DOMAIN_GUESSED'),
    podNamespace: undefined,
    self: self === undefined ? undefined : { name: self, isCertain: true },
  };
}
