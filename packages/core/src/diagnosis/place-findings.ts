import { namespaceName, nearbyName, nobodysName, versionName } from './diagnosis-context.ts';
import type { FindingContext } from './diagnosis-context.ts';
import { finding, kubectl } from './finding.ts';
import type { Finding } from './finding.ts';
import type { LookupReport } from '../round-report.ts';
import type { ServiceIdentity } from '../service/service-identity.ts';
import { doesExist, reportOf, stateOf } from './server-view.ts';
import type { ServerView } from './server-view.ts';

/** The cluster domain is another one, or nobody asked serves it; undefined when nothing speaks for that. */
export function wrongDomain(views: readonly ServerView[], context: FindingContext): Finding | undefined {
  const { service, isDomainGuessed } = context;
  const { clusterDomain } = service;
  const byApiServer = views.flatMap(({ apiServerDomains }) => apiServerDomains).find((domain) => domain !== clusterDomain);
  const isFound = views.some((view) => isTrulyFound(view, context));
  // A name server may serve several domains. The API server's is the right one where the other was only a guess, and nothing is found there.
  const isContradicted = isDomainGuessed && !isFound && byApiServer !== undefined;
  if (isConfirmed(views, context) && !isContradicted) return undefined;
  const right = byApiServer ?? views.flatMap(({ reports }) => reports).flatMap((report) => domainOf(report.name, stateOf(report)))[0];
  const versions = views.flatMap((view) => reportOf(view, 'TXT', versionName(clusterDomain)) ?? []);
  if (right === undefined && !versions.some((report) => report.outcome === 'absent')) return undefined;
  const suggestion = views.flatMap((view) => reportOf(view, 'TXT', versionName(right ?? '')) ?? []);
  const pointers = views.flatMap(({ reports }) => reports.filter(({ name }) => name.endsWith('.arpa')));
  const proof = byApiServer === undefined ? `the DNS servers serve ${right}` : `the API server is called kubernetes.default.svc.${right}`;
  return finding('WRONG_CLUSTER_DOMAIN', 'error', {
    message:
      right === undefined
        ? `the DNS servers that were asked serve no cluster domain ${clusterDomain}`
        : `the cluster domain is not ${clusterDomain} but ${right}: ${proof}`,
    evidence: [...versions, ...suggestion, ...pointers],
    remedy: domainRemedy(right, service),
  });
}

function domainRemedy(right: string | undefined, { name, namespace, clusterDomain }: ServiceIdentity): string {
  return right === undefined
    ? `pass the clusterDomain of this cluster (kubelet --cluster-domain, or the search list in the /etc/resolv.conf of a pod); if it is ${clusterDomain}, then it is not the DNS of the cluster that is asked: look at nameserver in /etc/resolv.conf, at the pod's dnsPolicy (with hostNetwork it must be ClusterFirstWithHostNet) and at the option servers`
    : `pass clusterDomain: '${right}', or ${name}.${namespace}.svc.${right} as service`;
}

/** The cluster domain is a guess that no answer has confirmed, nor denied. */
export function guessedDomain(views: readonly ServerView[], context: FindingContext): Finding | undefined {
  const { service, isDomainGuessed } = context;
  const hasAnswer = views.some(({ set }) => set === 'found' || set === 'no-such-name' || set === 'no-such-record');
  if (!isDomainGuessed || !hasAnswer || isConfirmed(views, context)) return undefined;
  return finding('CLUSTER_DOMAIN_GUESSED', 'warning', {
    message: `nothing here says what the cluster domain is, so ${service.clusterDomain} was taken, and no answer confirms it`,
    evidence: views.flatMap((view) => reportOf(view, 'TXT', versionName(service.clusterDomain)) ?? []),
    remedy: `pass clusterDomain if the cluster uses another one (kubelet --cluster-domain)`,
  });
}

/** The namespace does not exist, while its domain does. */
export function wrongNamespace(view: ServerView, context: FindingContext): Finding | undefined {
  const { service } = context;
  const name = namespaceName(service);
  const probes = view.reports.filter((report) => report.name === name);
  const version = reportOf(view, 'TXT', versionName(service.clusterDomain));
  const isDenied = probes.some((report) => stateOf(report) === 'no-such-name') && !probes.some(doesExist);
  if (view.set !== 'no-such-name' || !isDenied || !isServing(view, service)) return undefined;
  const nearby = nearbyReport(view, context);
  const isNearby = doesExist(nearby);
  return finding('WRONG_NAMESPACE', 'error', {
    message: `there is no namespace ${service.namespace} in the cluster domain ${service.clusterDomain}${isNearby ? `, but there is a Service ${service.name} in namespace ${context.podNamespace}, where this pod is` : ''}`,
    evidence: [...probes, version, ...(isNearby ? [nearby] : [])],
    remedy: isNearby
      ? `pass namespace: '${context.podNamespace}', or ${service.name}.${context.podNamespace} as service`
      : `check the option namespace, or the namespace in the name of the Service: kubectl get services --all-namespaces --field-selector metadata.name=${service.name} shows where it is`,
  });
}

/** The question whether there is a Service of this name in the pod's own namespace. */
export function nearbyReport(view: ServerView, context: FindingContext): ServerView['reports'][number] | undefined {
  const name = nearbyName(context);
  return name === undefined ? undefined : view.reports.find((report) => report.name === name);
}

/** `kubectl` words for a Service that should be there. */
export function serviceCommands({ service }: FindingContext): string {
  return `${kubectl(service, `get service ${service.name}`)} must show it, and ${kubectl(service, `get endpointslices -l kubernetes.io/service-name=${service.name}`)} its ready pods`;
}

/** Found, by a server that does not find everything. */
function isTrulyFound(view: ServerView, { service }: FindingContext): boolean {
  return view.set === 'found' && stateOf(reportOf(view, 'A', nobodysName(service) ?? '')) !== 'found';
}

/** Whether the server has the record that every cluster DNS has of its domain. */
export function isServing(view: ServerView, service: ServiceIdentity): boolean {
  return isKnown(view, reportOf(view, 'TXT', versionName(service.clusterDomain)), service);
}

/** Whether an answer shows that a server asked serves the domain. A server without the record `dns-version` may still know a namespace from none. */
function isConfirmed(views: readonly ServerView[], context: FindingContext): boolean {
  const { service } = context;
  return views.some(
    (view) =>
      isServing(view, service) ||
      isKnown(view, reportOf(view, 'A', namespaceName(service)), service) ||
      isTrulyFound(view, context) ||
      view.apiServerDomains.includes(service.clusterDomain),
  );
}

/** Whether the name exists, by a server that does not say so of every name. */
function isKnown(view: ServerView, report: LookupReport | undefined, service: ServiceIdentity): boolean {
  const nobody = reportOf(view, 'A', nobodysName(service) ?? '');
  const isRecord = report?.type === 'TXT' && report.outcome === 'found';
  return doesExist(report) && (isRecord || !doesExist(nobody));
}

/** The domain in the name of a `dns-version` record that exists. */
function domainOf(name: string, state: ReturnType<typeof stateOf>): readonly string[] {
  const prefix = versionName('');
  return state === 'found' && name.startsWith(prefix) ? [name.slice(prefix.length)] : [];
}
