import type { LookupReport } from '../round-report.ts';
import type { ServiceIdentity } from '../service/service-identity.ts';

/** What `diagnose` found, as a word to branch on. Where a watcher sees the same thing, `Problem.code` is the same word. */
export type FindingCode =
  | 'LOOKUPS_FAILING'
  | 'TCP_BLOCKED'
  | 'WRONG_CLUSTER_DOMAIN'
  | 'WRONG_NAMESPACE'
  | 'NOT_HEADLESS'
  | 'FOREIGN_ANSWER'
  | 'DENIAL_CACHING'
  | 'NO_SUCH_SERVICE_OR_NONE_READY'
  | 'SERVERS_DISAGREE'
  | 'SERVER_FAILING'
  | 'SELF_MISSING'
  | 'PEERS_MISSING'
  | 'UNNAMED_ADDRESS'
  | 'NO_SRV'
  | 'ANSWER_MAY_BE_CUT'
  | 'CLUSTER_DOMAIN_GUESSED';

/** `error`: peers cannot be found, or not be trusted. `warning`: they are found, but something is amiss. `info`: good to know. */
export type FindingSeverity = 'error' | 'warning' | 'info';

/** One thing that `diagnose` found. Frozen. */
export interface Finding {
  readonly code: FindingCode;
  readonly severity: FindingSeverity;
  /** What was seen, in one sentence, with names and values. */
  readonly message: string;
  /**
   * The questions it was seen by and what they came to, 20 at most. `server` is the server that was asked, whatever came of it: each was asked
   * by itself.
   */
  readonly evidence: readonly LookupReport[];
  /** What to do: the field to change, or the command that shows more. */
  readonly remedy: string;
}

/** What a preflight came to. Frozen. */
export interface Diagnosis {
  /** Nothing was found that is an error or a warning. */
  readonly healthy: boolean;
  /** Errors first, then warnings, then what is good to know; each by importance. */
  readonly findings: readonly Finding[];
}

/** The most important first: what stands further up explains what stands below. */
const IMPORTANCE: readonly FindingCode[] = [
  'LOOKUPS_FAILING',
  'TCP_BLOCKED',
  'WRONG_CLUSTER_DOMAIN',
  'WRONG_NAMESPACE',
  'NOT_HEADLESS',
  'FOREIGN_ANSWER',
  'DENIAL_CACHING',
  'NO_SUCH_SERVICE_OR_NONE_READY',
  'SERVERS_DISAGREE',
  'SERVER_FAILING',
  'SELF_MISSING',
  'PEERS_MISSING',
  'UNNAMED_ADDRESS',
  'NO_SRV',
  'ANSWER_MAY_BE_CUT',
  'CLUSTER_DOMAIN_GUESSED',
];
const SEVERITIES: readonly FindingSeverity[] = ['error', 'warning', 'info'];
const MOST_EVIDENCE = 20;

/** A finding, frozen, its evidence bounded. */
export function finding(
  code: FindingCode,
  severity: FindingSeverity,
  told: { readonly message: string; readonly evidence: readonly (LookupReport | undefined)[]; readonly remedy: string },
): Finding {
  const evidence = told.evidence.filter((report) => report !== undefined).slice(0, MOST_EVIDENCE);
  return Object.freeze({ code, severity, message: told.message, evidence: Object.freeze(evidence), remedy: told.remedy });
}

/** The order in which findings are told. */
export function compareFindings(a: Finding, b: Finding): number {
  return SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) || IMPORTANCE.indexOf(a.code) - IMPORTANCE.indexOf(b.code);
}

/** `kubectl` for what lies in the Service's namespace. */
export function kubectl({ namespace }: ServiceIdentity, command: string): string {
  return `kubectl -n ${namespace} ${command}`;
}
