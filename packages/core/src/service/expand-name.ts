import { InvalidOptionsError } from '../errors.ts';
import { optionIssue } from '../option-issues.ts';
import { expandNameIn } from './dns-names.ts';
import { NAMESPACE_FILE, readPodEnvironment } from './pod-environment.ts';
import type { PodEnvironment } from './pod-environment.ts';

/**
 * The absolute name behind a short one, without asking anyone: `color-ss-0.color-svc` is
 * `color-ss-0.color-svc.default.svc.cluster.local` in namespace `default`. One label is a Service, two are pod.service, three
 * pod.service.namespace; `...svc` lacks only the cluster domain, and a name that ends in the cluster domain is only normalised.
 *
 * @param environment - Default: what this pod knows about itself, see `readPodEnvironment`.
 * @throws {InvalidOptionsError} `INVALID_OPTIONS` when it is no such name, or when it needs a namespace and nothing says one.
 */
export function expandName(name: string, environment: PodEnvironment = readPodEnvironment()): string {
  const { namespace, clusterDomain } = environment;
  const expanded = expandNameIn(name, { namespace: namespace?.value, clusterDomain: clusterDomain.value });
  if (expanded.kind === 'expanded') return expanded.host;
  if (expanded.kind === 'broken') throw new InvalidOptionsError([optionIssue('name', name, expanded.rule)]);
  const rule = `must be given where the pod does not say it, as POD_NAMESPACE or in ${NAMESPACE_FILE}, or be part of the name`;
  throw new InvalidOptionsError([optionIssue('namespace', undefined, rule)]);
}
