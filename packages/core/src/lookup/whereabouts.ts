import type { ServiceIdentity } from '../service/service-identity.ts';
import type { Lookup, Outcome, Question } from './outcome.ts';

/** Whether the cluster domain and the namespace are there at all, asked while nothing is found under them. Frozen. */
export interface Whereabouts {
  readonly atMs: number;
  /** `dns-version.<cluster domain>` TXT, which every cluster DNS has to serve (Kubernetes DNS specification, 2.2). */
  readonly domain: Place;
  /** `<namespace>.svc.<cluster domain>` A: CoreDNS answers NODATA where the namespace exists. */
  readonly namespace: Place;
}

type Place = 'there' | 'absent' | 'unknown';

export const NO_WHEREABOUTS: Whereabouts = Object.freeze({ atMs: -Infinity, domain: 'unknown', namespace: 'unknown' });

const ASK_EVERY_MS = 60_000;

/** The two questions, when they were not asked within the last minute. */
export function whereaboutsQuestions(service: ServiceIdentity, { atMs }: Whereabouts, nowMs: number): readonly Question[] {
  return nowMs - atMs < ASK_EVERY_MS ? [] : [domainQuestion(service), namespaceQuestion(service)];
}

/** What is in the wrong place, if one thing is. Where the namespace answers, its domain is served, whatever else is. */
export function misplaced({ domain, namespace }: Whereabouts): 'cluster domain' | 'namespace' | undefined {
  if (namespace !== 'absent') return undefined;
  return domain === 'absent' ? 'cluster domain' : domain === 'there' ? 'namespace' : undefined;
}

/** The memory after a round. The same when it did not ask. */
export function rememberWhereabouts(
  before: Whereabouts,
  lookups: readonly Lookup[],
  { service, nowMs }: { service: ServiceIdentity; nowMs: number },
): Whereabouts {
  const domain = outcomeOf(domainQuestion(service), lookups);
  const namespace = outcomeOf(namespaceQuestion(service), lookups);
  if (domain === undefined || namespace === undefined) return before;
  return Object.freeze({ atMs: nowMs, domain: placeOf(domain), namespace: placeOf(namespace) });
}

function placeOf(outcome: Outcome): Place {
  if (outcome.kind === 'unknown') return 'unknown';
  return outcome.kind === 'absent' && outcome.reason === 'no-such-name' ? 'absent' : 'there';
}

function outcomeOf({ name, type }: Question, lookups: readonly Lookup[]): Outcome | undefined {
  return lookups.find(({ question }) => question.name === name && question.type === type)?.outcome;
}

function domainQuestion({ clusterDomain }: ServiceIdentity): Question {
  return { name: `dns-version.${clusterDomain}`, type: 'TXT' };
}

function namespaceQuestion({ namespace, clusterDomain }: ServiceIdentity): Question {
  return { name: `${namespace}.svc.${clusterDomain}`, type: 'A' };
}
