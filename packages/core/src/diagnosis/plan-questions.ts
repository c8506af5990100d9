import { addressType, FAMILIES, isAddressType } from '../lookup/outcome.ts';
import type { Question, RecordType } from '../lookup/outcome.ts';
import { keyOf } from '../lookup/outcome.ts';
import { LONGEST_NAME, peerHost, peerNameUnder } from '../service/dns-names.ts';
import type { ServiceIdentity } from '../service/service-identity.ts';
import { expectedSelf, namespaceName, nearbyName, nobodysName, versionName } from './diagnosis-context.ts';
import type { DiagnosisContext } from './diagnosis-context.ts';
import { isServing } from './place-findings.ts';
import { readView, SRV_RECORDS_TRUSTED } from './read-view.ts';
import type { ServerAnswers } from './read-view.ts';
import { doesExist, isSilent, reportOf, setReports, stateOf } from './server-view.ts';
import type { ServerView } from './server-view.ts';

/** Types in which names are probed for existence. Not TXT: CoreDNS denies it of namespaces that exist. */
const PROBE_TYPES: readonly RecordType[] = ['MX', 'NS', 'CNAME', 'NAPTR', 'CAA', 'PTR'];
/** Where SRV shows who is there, probing the others only tells denied names from absent ones. */
const PROBED_BESIDE_SRV = 64;

/**
 * The type in which one preflight probes, by a random number from 0 to 1. A denial stays in caches for half a minute, by type: whoever looks
 * again and again must not see his own questions denied, and a watcher, which probes in turn with seven types, loses one of them at most.
 */
export function probeType(random: number): RecordType {
  return PROBE_TYPES[Math.min(PROBE_TYPES.length - 1, Math.floor(random * PROBE_TYPES.length))] ?? 'NAPTR';
}

/** What every server is asked at first. */
export function firstQuestions({ service, family, portName, apiServerPointer }: DiagnosisContext): readonly Question[] {
  const { host } = service;
  const families = family === 'auto' || family === 'dual' ? FAMILIES : [family];
  const nobody = nobodysName(service);
  return fitting([
    ...families.map((each): Question => ({ name: host, type: addressType(each) })),
    { name: host, type: 'SRV' },
    ...(portName === undefined ? [] : [portQuestion(host, portName)]),
    { name: versionName(service.clusterDomain), type: 'TXT' },
    { name: namespaceName(service), type: 'A' },
    ...(nobody === undefined ? [] : [{ name: nobody, type: 'A' } as const]),
    ...(apiServerPointer === undefined ? [] : [{ name: apiServerPointer, type: 'PTR' } as const]),
  ]);
}

/** The SRV question of a named port. */
export function portQuestion(host: string, portName: string): Question {
  return { name: `_${portName}._tcp.${host}`, type: 'SRV' };
}

/** What each server is asked next, in their order; nobody anything when all is asked. */
export function followUps(answers: readonly ServerAnswers[], context: DiagnosisContext): readonly (readonly Question[])[] {
  const views = answers.map((each) => readView(each, context));
  const main = mainView(views, context.service);
  return views.map((view) => {
    const asked = new Set(view.reports.map(({ type, name }) => keyOf({ type, name })));
    const questions = [...domainQuestions(view, context), ...(view === main ? mainQuestions(view, context) : [])];
    const open = new Map(fitting(questions).map((question) => [keyOf(question), question]));
    return [...open].filter(([key]) => !asked.has(key)).map(([, question]) => question);
  });
}

/**
 * The server whose answers tell of the Service: the first that finds it; else the first that denies it and serves its domain, else that denies
 * it at all, else the first.
 */
export function mainView(views: readonly ServerView[], service: ServiceIdentity): ServerView | undefined {
  const denying = views.filter(({ set }) => set === 'no-such-name' || set === 'no-such-record');
  const serving = denying.find((view) => isServing(view, service));
  return views.find(({ set }) => set === 'found') ?? serving ?? denying[0] ?? views[0];
}

/** Whether the server serves one of the other domains, where it does not serve this one. */
function domainQuestions(view: ServerView, { service, otherDomains }: DiagnosisContext): readonly Question[] {
  const { clusterDomain } = service;
  if (isSilent(view) || isServing(view, service)) return [];
  const others = new Set([...view.apiServerDomains, ...otherDomains].filter((domain) => domain !== clusterDomain));
  return [...others].map((domain) => ({ name: versionName(domain), type: 'TXT' }));
}

function mainQuestions(view: ServerView, context: DiagnosisContext): readonly Question[] {
  if (view.set === 'no-such-name') return absenceQuestions(view, context);
  return view.set === 'found' && !view.isClusterIp ? nameQuestions(view, context) : [];
}

/** Why there is nobody: the name may be there after all, the namespace may not, and the Service may be next door. */
function absenceQuestions(view: ServerView, context: DiagnosisContext): readonly Question[] {
  const { service, probe } = context;
  const nearby = nearbyName(context);
  const isNamespaceDenied = !doesExist(reportOf(view, 'A', namespaceName(service)));
  return [
    { name: service.host, type: probe },
    ...(isNamespaceDenied ? [{ name: namespaceName(service), type: probe }] : []),
    ...(nearby === undefined ? [] : [{ name: nearby, type: probe }]),
  ];
}

/**
 * Names that SRV shows are asked for their addresses. Those that should be there and are not are only probed, until one turns out to exist: an
 * early question for its address would be denied for half a minute longer, in every cache on the way.
 */
function nameQuestions(view: ServerView, context: DiagnosisContext): readonly Question[] {
  const { service, declared, probe } = context;
  const srv = reportOf(view, 'SRV', service.host);
  const limit = stateOf(srv) === 'found' && (srv?.records ?? 0) < SRV_RECORDS_TRUSTED ? PROBED_BESIDE_SRV : Infinity;
  const types = setReports(view, service.host)
    .filter((report) => stateOf(report) === 'found')
    .map(({ type }) => type);
  const shown = new Set(view.names);
  const self = expectedSelf(context, view.names);
  const wanted = new Set([...(self === undefined ? [] : [self]), ...declared.map(({ name }) => name)]);
  const unseen = [...wanted].filter((name) => !shown.has(name)).slice(0, limit);
  const doubted = view.reports.filter((report) => isAddressType(report.type) && stateOf(report) === 'no-such-name' && isPeer(report.name));
  return [
    ...view.names.flatMap((name) => types.map((type): Question => ({ name: peerHost(name, service), type }))),
    ...[...new Set([...unseen.map((name) => peerHost(name, service)), ...doubted.map(({ name }) => name)])].map((name): Question => ({
      name,
      type: probe,
    })),
  ];

  function isPeer(name: string): boolean {
    return name !== nobodysName(service) && peerNameUnder(name, service) !== undefined;
  }
}

/** What does not fit into a DNS message cannot exist. */
function fitting(questions: readonly Question[]): readonly Question[] {
  return questions.filter(({ name }) => name.length <= LONGEST_NAME);
}
