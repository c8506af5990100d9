import type { LookupReport } from '../round-report.ts';
import { versionName } from './diagnosis-context.ts';
import type { FindingContext } from './diagnosis-context.ts';
import { finding } from './finding.ts';
import type { Finding } from './finding.ts';
import { isServing } from './place-findings.ts';
import { isAnswered, isSilent, reportOf, setReports, stateOf } from './server-view.ts';
import type { ServerView } from './server-view.ts';

const ADDRESSES_TOLD = 5;

/** What to look at, by the way in which questions fail. */
const REMEDIES: Readonly<Record<string, string>> = {
  ETIMEOUT:
    'nothing comes back: allow UDP and TCP port 53 to the DNS servers (NetworkPolicy), and see whether they run: kubectl -n kube-system get pods -l k8s-app=kube-dns',
  ECONNREFUSED:
    'nobody listens there: compare nameserver in /etc/resolv.conf, or the option servers, with kubectl -n kube-system get service kube-dns',
  ESERVFAIL:
    'the DNS server cannot tell: it may not be in step with the API server yet, see kubectl -n kube-system logs -l k8s-app=kube-dns',
  EREFUSED: 'the DNS server refuses: it does not serve this domain, or not this client; check clusterDomain and the option servers',
};
const OTHER_REMEDY = 'check that UDP and TCP port 53 to the DNS servers are open, and that what answers there is the DNS of the cluster';

/** Servers that give no answer about the set which nothing else explains. */
export function failingServers(views: readonly ServerView[], context: FindingContext): readonly Finding[] {
  const isForeign = (view: ServerView): boolean => setReports(view, context.service.host).some(({ code }) => code === 'EFOREIGN');
  const failing = views.filter((view) => view.set === 'unknown' && view.tooLong.length === 0 && !isForeign(view));
  return failing.length === views.length && failing.length > 0
    ? [lookupsFailing(views, context)]
    : failing.map((view) => serverFailing(view, context));
}

/** Servers from which nothing comes back. Where the domain is wrong, that others refuse or deny it is no failure of theirs. */
export function silentServers(views: readonly ServerView[], context: FindingContext): readonly Finding[] {
  return views.filter(isSilent).map((view) => serverFailing(view, context));
}

function lookupsFailing(views: readonly ServerView[], { service }: FindingContext): Finding {
  const failures = views.map((view) => ({ view, reports: failedReports(view, service.host) }));
  const codes = failures.map(({ view, reports }) => (views.length === 1 ? codesOf(reports) : `${nameOf(view)}: ${codesOf(reports)}`));
  const evidence = failures.flatMap(({ reports }) => reports);
  return finding('LOOKUPS_FAILING', 'error', {
    message: `DNS gives no usable answer for ${service.host} (${codes.join('; ')})`,
    evidence,
    remedy: remedyFor(evidence),
  });
}

function serverFailing(view: ServerView, { service }: FindingContext): Finding {
  const evidence = failedReports(view, service.host);
  return finding('SERVER_FAILING', 'warning', {
    message: `${serverOf(view)} gives no usable answer for ${service.host} (${codesOf(evidence)})`,
    evidence,
    remedy: `${remedyFor(evidence)}; or take it out of /etc/resolv.conf or the option servers: whoever asks it first has to wait for the next`,
  });
}

/** Servers that answer, but not alike, or do not serve the domain that another serves. */
export function serversDisagreeing(views: readonly ServerView[], main: ServerView, { service }: FindingContext): readonly Finding[] {
  const version = (view: ServerView): LookupReport | undefined => reportOf(view, 'TXT', versionName(service.clusterDomain));
  const others = views.filter((view) => view !== main && view.set !== 'unknown' && view.set !== 'not-asked');
  return others.flatMap((view) => {
    const evidence = [main, view].flatMap((each) => [...setReports(each, service.host), version(each)]);
    if (isServing(main, service) && stateOf(version(view)) === 'no-such-name' && view.set !== 'found') {
      return finding('SERVERS_DISAGREE', 'error', {
        message: `${serverOf(view)} does not serve ${service.clusterDomain}, as ${nameOf(main)} does: it denies ${service.host}`,
        evidence,
        remedy: `take ${nameOf(view)} out of /etc/resolv.conf or the option servers: its denial is taken for the truth when it answers first`,
      });
    }
    if (isSame(view, main)) return [];
    return finding('SERVERS_DISAGREE', 'warning', {
      message: `DNS servers do not agree about ${service.host}: ${nameOf(main)} ${shows(main, view)}, ${nameOf(view)} ${shows(view, main)}`,
      evidence,
      remedy:
        'ask again after the TTL (30 s at most in most clusters): caches and replicas lag; if it stays, check that both serve the same cluster',
    });
  });
}

/** Long answers do not come through, or will not once there are that many peers. */
export function tcpBlocked(view: ServerView): Finding | undefined {
  const { tcp, tooLong } = view;
  const isClosed = tcp?.kind === 'closed';
  const isAlive = view.reports.some(isAnswered);
  if (!isAlive || (tooLong.length === 0 && !isClosed)) return undefined;
  const questions = tooLong.map(({ type, name }) => `${type} ${name}`).join(' and ');
  const why = isClosed ? `it takes no TCP connection (${tcp.code})` : `over TCP nothing usable comes back (${codesOf(tooLong)})`;
  const remedy =
    'allow TCP port 53 beside UDP, both in NetworkPolicies of this namespace (egress) and in firewalls between the nodes; answers that do not fit into 512 bytes, such as 29 IPv4 addresses, come by TCP';
  if (tooLong.length === 0) {
    return finding('TCP_BLOCKED', 'warning', {
      message: `${serverOf(view)} answers by UDP, but ${why}: lists of more than 28 peers will not come through`,
      evidence: view.reports.filter(isAnswered).slice(0, 1),
      remedy,
    });
  }
  return finding('TCP_BLOCKED', 'error', {
    message: `${serverOf(view)} answers short questions, but not ${questions}, whose answer is too long for UDP: ${why}`,
    evidence: tooLong,
    remedy,
  });
}

/** The set was found, but other questions about the Service and its peers failed. */
export function someFailing({ failed }: ServerView, { service }: FindingContext): Finding | undefined {
  const [first] = failed;
  if (first === undefined) return undefined;
  // Many DNS servers of IPv4 clusters fail for AAAA for ever: peers are found without.
  const isFamilyOnly = failed.every(({ name, type }) => name === service.host && type === 'AAAA');
  const more = failed.length > 1 ? ` and ${failed.length - 1} more questions` : '';
  return finding('LOOKUPS_FAILING', isFamilyOnly ? 'info' : 'warning', {
    message: `DNS gives no usable answer to ${first.type} ${first.name}${more} (${codesOf(failed)})`,
    evidence: failed,
    remedy: isFamilyOnly ? "pass family: 'ipv4', if the cluster has no IPv6" : remedyFor(failed),
  });
}

function serverOf({ server }: ServerView): string {
  return server === undefined ? 'the DNS server' : `DNS server ${server}`;
}

/** Where there are several, each has a name. */
function nameOf({ server = 'the system' }: ServerView): string {
  return server;
}

function failedReports(view: ServerView, host: string): readonly LookupReport[] {
  return setReports(view, host).filter((report) => !isAnswered(report));
}

function codesOf(reports: readonly LookupReport[]): string {
  return [...new Set(reports.map(({ code }) => code))].join(', ');
}

function remedyFor(reports: readonly LookupReport[]): string {
  const remedies = reports.map(({ code }) => REMEDIES[code ?? ''] ?? OTHER_REMEDY);
  return [...new Set(remedies)].join('; ');
}

function isSame(a: ServerView, b: ServerView): boolean {
  return a.set === b.set && a.addresses.length === b.addresses.length && a.addresses.every((address, i) => address === b.addresses[i]);
}

/** What one server shows beside another. */
function shows(view: ServerView, other: ServerView): string {
  if (view.set !== 'found') return 'denies it';
  const others = new Set(other.addresses);
  const alone = view.addresses.filter((address) => !others.has(address));
  const told = alone.slice(0, ADDRESSES_TOLD).join(', ');
  const more = alone.length > ADDRESSES_TOLD ? ` and ${alone.length - ADDRESSES_TOLD} more` : '';
  return alone.length === 0 ? `shows ${view.addresses.length} addresses` : `shows ${view.addresses.length} addresses, alone ${told}${more}`;
}
