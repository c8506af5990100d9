import { namesOf } from '../membership/names-of.ts';
import { isDashedAddress, peerHost } from '../service/dns-names.ts';
import { expectedSelf } from './diagnosis-context.ts';
import type { FindingContext } from './diagnosis-context.ts';
import { finding, kubectl } from './finding.ts';
import type { Finding } from './finding.ts';
import { portQuestion } from './plan-questions.ts';
import { reportOf, stateOf } from './server-view.ts';
import type { ServerView } from './server-view.ts';

const UNREADY = 'publishNotReadyAddresses: true on the Service shows pods before they are ready';

/** This pod should be a member, and is none. */
export function selfMissing(view: ServerView, context: FindingContext): Finding | undefined {
  const { service } = context;
  const self = expectedSelf(context, view.names);
  if (self === undefined || !view.absentNames.includes(self)) return undefined;
  return finding('SELF_MISSING', 'warning', {
    message: `this pod, ${self}, is not among the members of ${service.host}${dashed(view)}`,
    evidence: evidenceOf(view, [self], context),
    remedy: `look at its readiness: ${kubectl(service, `get pod ${self} -o wide`)}; ${UNREADY}; its labels must match the selector of Service ${service.name}, and serviceName of its StatefulSet must be ${service.name}`,
  });
}

/** Declared peers that DNS does not show. */
export function peersMissing(view: ServerView, context: FindingContext): Finding | undefined {
  const { service, declared } = context;
  const self = expectedSelf(context, view.names);
  const absent = new Set(view.absentNames);
  const missing = declared.filter(({ name }) => name !== self && absent.has(name));
  const [first] = missing;
  if (first === undefined) return undefined;
  const present = view.names.map((name) => ({ name, ordinal: undefined, host: peerHost(name, service) }));
  const shown = present.length === 0 ? '' : `; DNS shows ${namesOf(present)}`;
  return finding('PEERS_MISSING', 'warning', {
    message: `${namesOf(missing)} not in DNS although declared: not ready, not started, or not of Service ${service.name}${shown}${dashed(view)}`,
    evidence: evidenceOf(
      view,
      missing.map(({ name }) => name),
      context,
    ),
    remedy: `look at their readiness: ${kubectl(service, `get pod ${first.name} -o wide`)}; ${UNREADY}; replicas, firstOrdinal and statefulSet must be those of the StatefulSet, and its serviceName must be ${service.name}`,
  });
}

/** Addresses that no name accounts for. */
export function unnamedAddress(view: ServerView, context: FindingContext): Finding | undefined {
  const { service } = context;
  if (view.unnamed.length === 0) return undefined;
  const named = view.unnamed.map((name) => ({ name, ordinal: undefined, host: name }));
  return finding('UNNAMED_ADDRESS', 'warning', {
    message: `no name was found for ${namesOf(named)} of ${service.host}`,
    evidence: [reportOf(view, 'A', service.host), reportOf(view, 'AAAA', service.host), reportOf(view, 'SRV', service.host)],
    remedy: 'give the Service a named port (SRV records need one), or pass statefulSet, so that addresses can be matched with pods',
  });
}

/** DNS does not tell names, or not the port asked for. */
export function noSrv(view: ServerView, context: FindingContext): Finding | undefined {
  const { service, statefulSet, portName } = context;
  const srv = reportOf(view, 'SRV', service.host);
  if (stateOf(srv) === 'no-such-record') {
    const isNamed = statefulSet !== undefined || view.names.length > 0;
    return finding('NO_SRV', isNamed ? 'info' : 'warning', {
      message: `${service.host} has no SRV records, since the Service has no ports: DNS tells neither the names of its pods nor their port`,
      evidence: [srv],
      remedy: `give Service ${service.name} a named port (ports: [{ name: db, port: 27017 }])${isNamed ? '' : ', or pass statefulSet, so that names can be had by ordinal'}; pass port where it is needed`,
    });
  }
  if (portName === undefined || stateOf(srv) !== 'found') return undefined;
  const named = reportOf(view, 'SRV', portQuestion(service.host, portName).name);
  if (named?.outcome !== 'absent') return undefined;
  return finding('NO_SRV', 'warning', {
    message: `Service ${service.name} has no TCP port with the name ${portName}: the ports of its peers stay unknown`,
    evidence: [named],
    remedy: `pass one of the names in ${kubectl(service, `get service ${service.name} -o jsonpath={.spec.ports}`)} as portName`,
  });
}

/** Pods that are known by address have no hostname under this Service. */
function dashed({ names }: ServerView): string {
  const [first] = names;
  if (first === undefined || !names.every(isDashedAddress)) return '';
  return `; it lists its pods by address (${first}), as a Service does that is not the serviceName of their StatefulSet`;
}

function evidenceOf(view: ServerView, names: readonly string[], { service }: FindingContext): ServerView['reports'] {
  const hosts = new Set(names.map((name) => peerHost(name, service)));
  const own = view.reports.filter(({ name }) => hosts.has(name));
  const srv = reportOf(view, 'SRV', service.host);
  return srv === undefined ? own : [srv, ...own];
}
