import type { OptionIssue } from '../errors.ts';
import { optionIssue } from '../option-issues.ts';
import type { ServiceOptions } from '../options.ts';
import { isDnsName, isLabel, labelRule, normalName, parseServiceName, serviceIdentity } from './dns-names.ts';
import { NAMESPACE_FILE, readPodEnvironment } from './pod-environment.ts';
import type { PodEnvironmentOverrides, PodFact, PodFactSource } from './pod-environment.ts';
import type { ServiceIdentity } from './service-identity.ts';

/** The Service that valid options name, with what the pod adds to them; or what keeps it from being named. */
export type FoundService =
  | {
      readonly kind: 'found';
      readonly service: ServiceIdentity;
      readonly clusterDomainFrom: PodFactSource;
      readonly podName: PodFact | undefined;
    }
  | { readonly kind: 'broken'; readonly issues: readonly OptionIssue[] };

/** Joins the options, of which each alone is valid, with the pod's environment. */
export function findService(options: ServiceOptions & { self?: string | undefined }, overrides: PodEnvironmentOverrides): FoundService {
  const name = parseServiceName(options.service);
  if (name.kind === 'broken') return { kind: 'broken', issues: [optionIssue('service', options.service, name.rule)] };
  const disagreements = [
    ...disagreement('namespace', options.namespace, name.namespace),
    ...disagreement('clusterDomain', options.clusterDomain, name.clusterDomain),
  ];
  const { namespace, clusterDomain, podName } = readPodEnvironment({
    ...overrides,
    namespace: name.namespace ?? options.namespace ?? overrides.namespace,
    clusterDomain: name.clusterDomain ?? options.clusterDomain ?? overrides.clusterDomain,
    podName: options.self ?? overrides.podName,
  });
  const issues = [...disagreements, ...namespaceIssues(namespace), ...clusterDomainIssues(clusterDomain), ...podNameIssues(podName)];
  if (namespace === undefined || issues.length > 0) return { kind: 'broken', issues };
  const service = serviceIdentity({ name: name.name, namespace: namespace.value, clusterDomain: clusterDomain.value });
  // A pod's name may have dots or be longer than a label; its hostname, by which peers know it, then is another, which HOSTNAME has.
  const self = podName !== undefined && isLabel(podName.value) ? podName : undefined;
  return { kind: 'found', service, clusterDomainFrom: clusterDomain.from, podName: self };
}

function disagreement(path: 'namespace' | 'clusterDomain', given: string | undefined, inName: string | undefined): readonly OptionIssue[] {
  if (given === undefined || inName === undefined || normalName(given) === inName) return [];
  return [optionIssue(path, given, `must agree with service, which says ${inName}`)];
}

function namespaceIssues(namespace: PodFact | undefined): readonly OptionIssue[] {
  if (namespace === undefined) {
    const places = `service, POD_NAMESPACE, ${NAMESPACE_FILE}, the search list of /etc/resolv.conf and /etc/hosts`;
    return [optionIssue('namespace', undefined, `must be given where the pod does not say it, looked for in ${places}`)];
  }
  return isLabel(namespace.value)
    ? []
    : [optionIssue(placeOf(namespace, 'namespace', 'POD_NAMESPACE'), namespace.value, labelRule(namespace.value))];
}

function clusterDomainIssues(clusterDomain: PodFact): readonly OptionIssue[] {
  return isDnsName(clusterDomain.value) ? [] : [optionIssue('clusterDomain', clusterDomain.value, 'must be labels joined by dots')];
}

function podNameIssues(podName: PodFact | undefined): readonly OptionIssue[] {
  if (podName === undefined || isDnsName(podName.value)) return [];
  return [optionIssue(placeOf(podName, 'self', 'POD_NAME'), podName.value, labelRule(podName.value))];
}

/** How a fact that is no option is called in an issue. */
function placeOf(fact: PodFact, option: string, variable: string): string {
  if (fact.from === 'env') return `env ${variable}`;
  return fact.from === 'service-account' ? `file ${NAMESPACE_FILE}` : option;
}
