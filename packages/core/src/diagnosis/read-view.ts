import { compareAddresses } from '../lookup/addresses.ts';
import { isAddressType } from '../lookup/outcome.ts';
import type { Lookup, Outcome } from '../lookup/outcome.ts';
import { keyOf } from '../lookup/outcome.ts';
import { isClusterIp } from '../membership/cluster-ip.ts';
import { lookupReport } from '../round-report.ts';
import type { LookupReport } from '../round-report.ts';
import { isDnsName, peerHost, peerNameUnder } from '../service/dns-names.ts';
import type { ServiceIdentity } from '../service/service-identity.ts';
import { expectedSelf, namespaceName, nobodysName, versionName } from './diagnosis-context.ts';
import type { DiagnosisContext } from './diagnosis-context.ts';
import { doesExist, isAnswered, reportOf, setReports, stateOf } from './server-view.ts';
import type { AnswerState, ContradictedName, ServerView, TcpReach } from './server-view.ts';

/** What one server was asked and what it answered. */
export interface ServerAnswers {
  readonly server: string | undefined;
  readonly tcp: TcpReach | undefined;
  readonly lookups: readonly Lookup[];
}

/** An SRV answer of this many records may have been cut: what it does not show may be there. */
export const SRV_RECORDS_TRUSTED = 600;
/** What becomes of an SRV answer of which only the additional addresses were cut: c-ares cannot put it together again (at 730 to 990 pods). */
export const SRV_TOO_LONG = 'EFORMERR';
/** So many SRV records with their addresses fit into 512 bytes, which is what comes by UDP. */
const SRV_FITS = 3;
/** What becomes of a long answer, which comes by TCP, where TCP does not come through. */
const LONG_ANSWER_CODES: readonly (string | undefined)[] = ['ECONNREFUSED', 'ECONNRESET', 'ETIMEOUT'];

/** What one server's answers, all of one moment, say of the Service. */
export function readView({ server, tcp, lookups }: ServerAnswers, context: DiagnosisContext): ServerView {
  const { service } = context;
  const reports = lookups.map((lookup) => reportBy(lookup, server));
  const asked = { reports };
  const setOutcomes = lookups.filter(({ question }) => question.name === service.host && isAddressType(question.type));
  const addresses = [...new Set(setOutcomes.flatMap(({ outcome }) => addressesOf(outcome)))];
  const srv = lookups.findLast(({ question }) => question.name === service.host && question.type === 'SRV')?.outcome;
  const names = readNames(reports, { srv, context });
  const tooLong = tooLongReports(asked, addresses.length, context);
  const isVirtual = isClusterIp({ srv, shown: new Set(addresses) }, service, context);
  return {
    server,
    tcp,
    reports,
    set: setState(setReports(asked, service.host)),
    addresses: addresses.toSorted(compareAddresses),
    ...names,
    unnamed: isVirtual ? [] : unnamedAddresses(lookups, addresses, { srv, names, context }),
    isClusterIp: isVirtual,
    foreign: foreignReports(asked, context),
    failed: failedReports(asked, { tooLong, addressCount: addresses.length, context }),
    tooLong,
    apiServerDomains: apiServerDomains(lookups, context),
  };
}

/** Found in one family is found. A name denied in one type does not exist in another; short of that, a failure leaves it open. */
function setState(reports: readonly LookupReport[]): AnswerState {
  const states = reports.map(stateOf);
  const order: readonly AnswerState[] = ['found', 'no-such-name', 'unknown', 'no-such-record'];
  return order.find((state) => states.includes(state)) ?? 'not-asked';
}

/** Each server is asked by itself: the report says which, also where nothing came back. */
function reportBy(lookup: Lookup, server: string | undefined): LookupReport {
  return lookupReport({ ...lookup, server: lookup.server ?? server });
}

/** Which peer names the answers show, which they deny, and which they do both. */
function readNames(
  reports: readonly LookupReport[],
  { srv, context }: { srv: Outcome | undefined; context: DiagnosisContext },
): Pick<ServerView, 'names' | 'absentNames' | 'contradicted'> {
  const { service, declared } = context;
  const nobody = nobodysName(service);
  // A server that says of every name that it exists, but has no such record, proves nothing by it.
  const isProof = doesExist(reportOf({ reports }, 'A', nobody ?? '')) ? ({ outcome }: LookupReport) => outcome === 'found' : doesExist;
  const own = byHost(
    reports.filter(({ name }) => name !== nobody),
    service,
  );
  const exists = (host: string): boolean => own.get(host)?.some(isProof) ?? false;
  const isDenied = (host: string): boolean =>
    !exists(host) && (own.get(host)?.some((report) => stateOf(report) === 'no-such-name') ?? false);
  const shown = [...new Set(targetsOf(srv))].filter((host) => host !== service.host && !isDenied(host));
  const hosts = new Set([...shown, ...[...own.keys()].filter((host) => host !== service.host && exists(host))]);
  const names = [...hosts].flatMap((host) => peerNameUnder(host, service) ?? []);
  const isSrvWhole = srv?.kind === 'found' && srv.targets.length < SRV_RECORDS_TRUSTED;
  const self = expectedSelf(context, names);
  const wanted = new Set([...declared.map(({ name }) => name), ...(self === undefined ? [] : [self])]);
  const isAbsent = (name: string): boolean => {
    const host = peerHost(name, service);
    return !hosts.has(host) && (isDenied(host) || isSrvWhole);
  };
  return {
    names,
    absentNames: [...wanted].filter(isAbsent),
    contradicted: [...own].flatMap(([host, answers]) => contradiction(host, answers, isProof)),
  };
}

/** What was asked of the Service, which comes first, and of each peer. */
function byHost(reports: readonly LookupReport[], service: ServiceIdentity): ReadonlyMap<string, readonly LookupReport[]> {
  const hosts = new Map<string, LookupReport[]>([[service.host, []]]);
  for (const report of reports) {
    if (report.name !== service.host && peerNameUnder(report.name, service) === undefined) continue;
    const others = hosts.get(report.name);
    if (others === undefined) hosts.set(report.name, [report]);
    else others.push(report);
  }
  return hosts;
}

function contradiction(
  name: string,
  reports: readonly LookupReport[],
  isProof: (report: LookupReport) => boolean,
): readonly ContradictedName[] {
  const denials = reports.filter((report) => stateOf(report) === 'no-such-name');
  const proofs = reports.filter(isProof);
  return denials.length === 0 || proofs.length === 0 ? [] : [{ name, reports: [...denials, ...proofs] }];
}

/** Judged only where every name is known and has told its addresses. */
function unnamedAddresses(
  lookups: readonly Lookup[],
  addresses: readonly string[],
  {
    srv,
    names,
    context: { service },
  }: { srv: Outcome | undefined; names: Pick<ServerView, 'names' | 'contradicted'>; context: DiagnosisContext },
): readonly string[] {
  if (srv?.kind !== 'found' || srv.targets.length >= SRV_RECORDS_TRUSTED || names.contradicted.length > 0) return [];
  const ofAddresses = lookups.filter(({ question }) => isAddressType(question.type));
  const types = ofAddresses.filter(({ question, outcome }) => question.name === service.host && outcome.kind === 'found');
  const own = ofAddresses.filter(({ question }) => peerNameUnder(question.name, service) !== undefined);
  const told = new Set(own.filter(({ outcome }) => outcome.kind !== 'unknown').map(({ question }) => keyOf(question)));
  const isTold = (name: string): boolean => types.every(({ question: { type } }) => told.has(keyOf({ type, name })));
  if (!targetsOf(srv).every(isTold)) return [];
  const owned = new Set(own.flatMap(({ outcome }) => addressesOf(outcome)));
  return addresses.filter((address) => !owned.has(address));
}

function foreignReports(asked: Pick<ServerView, 'reports'>, { service }: DiagnosisContext): readonly LookupReport[] {
  const nobody = reportOf(asked, 'A', nobodysName(service) ?? '');
  return asked.reports.filter((report) => report.refused > 0 || (report === nobody && report.outcome === 'found'));
}

/** Long answers are those of the set, where no family of it is found, and of SRV, where there are more than a few pods. */
function tooLongReports(asked: Pick<ServerView, 'reports'>, addressCount: number, { service }: DiagnosisContext): readonly LookupReport[] {
  const short = [
    reportOf(asked, 'A', nobodysName(service) ?? ''),
    reportOf(asked, 'A', namespaceName(service)),
    reportOf(asked, 'TXT', versionName(service.clusterDomain)),
  ];
  if (!short.some((report) => report !== undefined && isAnswered(report))) return [];
  const set = setReports(asked, service.host);
  const isSetOpen = setState(set) === 'unknown';
  const srv = isSetOpen || addressCount > SRV_FITS ? reportOf(asked, 'SRV', service.host) : undefined;
  const long = [...(isSetOpen ? set : []), srv].filter((report) => report !== undefined);
  return long.filter(({ code }) => LONG_ANSWER_CODES.includes(code));
}

/** Without what is told by another name. */
function failedReports(
  { reports }: Pick<ServerView, 'reports'>,
  { tooLong, addressCount, context: { service } }: { tooLong: readonly LookupReport[]; addressCount: number; context: DiagnosisContext },
): readonly LookupReport[] {
  const isAbout = (name: string): boolean => name === service.host || name.endsWith(`.${service.host}`);
  const isTold = (report: LookupReport): boolean =>
    report.code === 'EFOREIGN' ||
    tooLong.includes(report) ||
    (report.type === 'SRV' && report.code === SRV_TOO_LONG && addressCount >= SRV_RECORDS_TRUSTED);
  return reports.filter((report) => report.outcome === 'unknown' && isAbout(report.name) && !isTold(report));
}

/** Only what is a domain: a pointer is text that somebody else has written. */
function apiServerDomains(lookups: readonly Lookup[], { apiServerPointer }: DiagnosisContext): readonly string[] {
  const prefix = 'kubernetes.default.svc.';
  const pointers = lookups.filter(({ question }) => question.type === 'PTR' && question.name === apiServerPointer);
  const names = pointers.flatMap(({ outcome }) => targetsOf(outcome));
  return names
    .filter((name) => name.startsWith(prefix))
    .map((name) => name.slice(prefix.length))
    .filter(isDnsName);
}

function addressesOf(outcome: Outcome | undefined): readonly string[] {
  return outcome?.kind === 'found' ? outcome.addresses : [];
}

function targetsOf(outcome: Outcome | undefined): readonly string[] {
  return outcome?.kind === 'found' ? outcome.targets.map(({ host }) => host) : [];
}
