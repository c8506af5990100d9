import { nobodysName } from './diagnosis-context.ts';
import type { FindingContext } from './diagnosis-context.ts';
import { finding, kubectl } from './finding.ts';
import type { Finding } from './finding.ts';
import { nearbyReport, serviceCommands } from './place-findings.ts';
import { SRV_RECORDS_TRUSTED, SRV_TOO_LONG } from './read-view.ts';
import { doesExist, reportOf, setReports, stateOf } from './server-view.ts';
import type { ServerView } from './server-view.ts';

/** One answer of 64 KiB holds about as many. */
const MOST_RECORDS = { A: 4_000, AAAA: 2_300 } as const;

/** There is nobody: DNS says the same of no Service and of none ready. */
export function nobodyThere(view: ServerView, context: FindingContext): Finding | undefined {
  const { service } = context;
  const evidence = setReports(view, service.host);
  if (view.set === 'no-such-record') {
    return finding('NO_SUCH_SERVICE_OR_NONE_READY', 'error', {
      message: `${service.host} exists, but has no address of the kind that was asked for`,
      evidence,
      remedy: `check the option family against ${kubectl(service, `get service ${service.name} -o jsonpath={.spec.ipFamilies}`)}`,
    });
  }
  if (view.set !== 'no-such-name') return undefined;
  const nearby = nearbyReport(view, context);
  const hint = doesExist(nearby) ? `; a Service ${service.name} is in namespace ${context.podNamespace}, where this pod is` : '';
  return finding('NO_SUCH_SERVICE_OR_NONE_READY', 'error', {
    message: `DNS knows no ${service.host}: there is no such Service, or none of its pods is ready${hint}`,
    evidence: [...evidence, ...(doesExist(nearby) ? [nearby] : [])],
    remedy: `${serviceCommands(context)}; its selector must match the labels of the pods; pods that must find each other before they are ready need publishNotReadyAddresses: true; what has become ready just now, a DNS cache may still deny for half a minute`,
  });
}

/** The Service hides its pods behind a virtual address. */
export function notHeadless(view: ServerView, { service }: FindingContext): Finding | undefined {
  if (!view.isClusterIp) return undefined;
  return finding('NOT_HEADLESS', 'error', {
    message: `${service.host} has a cluster IP (${view.addresses.join(', ')}): its DNS name shows a virtual address and no pods`,
    evidence: [...setReports(view, service.host), reportOf(view, 'SRV', service.host)],
    remedy: `set clusterIP: None on Service ${service.name} in namespace ${service.namespace} (it must be made anew for that), or watch the headless Service that the StatefulSet names in serviceName`,
  });
}

/** The name is there after all: something between keeps an old denial. */
export function denialCaching(view: ServerView, { service }: FindingContext): Finding | undefined {
  const [first, ...others] = view.contradicted;
  const [denial] = first?.reports ?? [];
  if (first === undefined || denial === undefined) return undefined;
  const proof = first.reports.find(doesExist);
  const more = others.length > 0 ? `, and so it is with ${others.length} more names` : '';
  return finding('DENIAL_CACHING', view.set === 'found' ? 'warning' : 'error', {
    message: `${first.name} exists, as ${proof?.type} shows, but ${denial.type} is denied (${denial.code}): a DNS cache keeps an old denial, or replicas are not in step${more}`,
    evidence: [first, ...others].flatMap(({ reports }) => reports),
    remedy: `it passes within the TTL, half a minute in most clusters, and watchers see past it by existence probes (declare replicas, so that all names are probed); to end it, give the cache plugin of the Corefile the line "disable denial ${service.clusterDomain}", or "denial 9984 1" on node-local caches`,
  });
}

/** Somebody answers with what cannot belong to a peer. */
export function foreignAnswer(views: readonly ServerView[], { service }: FindingContext): Finding | undefined {
  const evidence = views.flatMap(({ foreign }) => foreign);
  const [first] = evidence;
  if (first === undefined) return undefined;
  const isWildcard = first.name === nobodysName(service) && first.refused === 0;
  const isHarmless = !isWildcard && views.some(({ set }) => set === 'found');
  return finding('FOREIGN_ANSWER', isHarmless ? 'warning' : 'error', {
    message: isWildcard
      ? `DNS finds ${first.name}, which nobody has: it finds every name`
      : `records that cannot belong to a peer were refused in the answer to ${first.type} ${first.name}`,
    evidence,
    remedy:
      'look for a wildcard record, a rewrite or the autopath plugin in the DNS servers, and whether they are those of the cluster; addresses outside the pod network are let in by allowedAddresses',
  });
}

/** The answer is as long as one can be: that of the set, or that which names the pods. */
export function mayBeCut(view: ServerView, context: FindingContext): Finding | undefined {
  const { service } = context;
  const evidence = setReports(view, service.host).filter(
    (report) => stateOf(report) === 'found' && report.records >= MOST_RECORDS[report.type === 'AAAA' ? 'AAAA' : 'A'],
  );
  if (evidence.length === 0) return srvMayBeCut(view, context);
  return finding('ANSWER_MAY_BE_CUT', 'warning', {
    message: `the answer for ${service.host} is as long as a DNS message can be (${evidence.map(({ type, records }) => `${records} ${type}`).join(', ')}): it may lack members`,
    evidence,
    remedy: 'members still join by their names, but none can be seen to leave; split the Service, or watch EndpointSlices',
  });
}

function srvMayBeCut(view: ServerView, { service, statefulSet }: FindingContext): Finding | undefined {
  const srv = reportOf(view, 'SRV', service.host);
  const isLong = srv?.code === SRV_TOO_LONG ? view.addresses.length >= SRV_RECORDS_TRUSTED : (srv?.records ?? 0) >= SRV_RECORDS_TRUSTED;
  const isNamed = statefulSet !== undefined || view.names.length >= view.addresses.length;
  if (srv === undefined || !isLong) return undefined;
  const what = srv.code === SRV_TOO_LONG ? `cannot be read (${srv.code})` : `has ${srv.records} records, and may lack some`;
  return finding('ANSWER_MAY_BE_CUT', isNamed ? 'info' : 'warning', {
    message: `${view.addresses.length} pods are more than the SRV answer for ${service.host} is sure to hold: it ${what}`,
    evidence: [srv],
    remedy: isNamed ? 'nothing: the names of the others are had by ordinal' : 'pass statefulSet, so that names can be had by ordinal',
  });
}
