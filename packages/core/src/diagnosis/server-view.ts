import type { LookupReport } from '../round-report.ts';

/** What a question came to, `absent` told apart by its reason. */
export type AnswerState = 'found' | 'no-such-name' | 'no-such-record' | 'unknown' | 'not-asked';

/** Whether a server takes TCP connections; undefined where nobody tried. */
export type TcpReach = { readonly kind: 'open' } | { readonly kind: 'closed'; readonly code: string };

/** A name that one answer shows to exist and another denies. */
export interface ContradictedName {
  readonly name: string;
  /** The denials, then the answers that prove the name. */
  readonly reports: readonly LookupReport[];
}

/**
 * What one server says of a Service; or all servers together, as a watcher has asked them. Findings are made from views, never from
 * lookups, so that what has just been asked and what a watcher has asked over minutes are judged alike.
 */
export interface ServerView {
  /** The server asked; undefined for a watcher's, and where the system names none. */
  readonly server: string | undefined;
  readonly tcp: TcpReach | undefined;
  /** Everything that was asked, in order. */
  readonly reports: readonly LookupReport[];
  /** What the set question came to, both families taken together. */
  readonly set: AnswerState;
  /** The addresses of the set, in order. */
  readonly addresses: readonly string[];
  /** Peer names that answers show. */
  readonly names: readonly string[];
  /** Names of declared peers, and of this pod, that answers deny. */
  readonly absentNames: readonly string[];
  /** Addresses of the set that no name accounts for; empty where that cannot be judged. */
  readonly unnamed: readonly string[];
  /** The Service has a cluster IP. */
  readonly isClusterIp: boolean;
  /** Names that exist although an answer denies them: the Service's first. */
  readonly contradicted: readonly ContradictedName[];
  /** Questions whose answers were refused as foreign. */
  readonly foreign: readonly LookupReport[];
  /** Other questions about the Service and its peers that failed. */
  readonly failed: readonly LookupReport[];
  /** Questions with long answers that failed, while short ones came through. */
  readonly tooLong: readonly LookupReport[];
  /** Cluster domains by the name of the API server's address. */
  readonly apiServerDomains: readonly string[];
}

export function stateOf(report: LookupReport | undefined): AnswerState {
  if (report === undefined) return 'not-asked';
  if (report.outcome !== 'absent') return report.outcome;
  return report.code === 'ENOTFOUND' ? 'no-such-name' : 'no-such-record';
}

/** Whether the answer shows that the name exists, with or without the record asked for. */
export function doesExist(report: LookupReport | undefined): boolean {
  const state = stateOf(report);
  return state === 'found' || state === 'no-such-record';
}

export function isAnswered(report: LookupReport): boolean {
  return report.outcome !== 'unknown';
}

/** The report of a question. */
export function reportOf({ reports }: Pick<ServerView, 'reports'>, type: LookupReport['type'], name: string): LookupReport | undefined {
  return reports.find((report) => report.type === type && report.name === name);
}

/** The reports of the set question, IPv4 first. */
export function setReports(view: Pick<ServerView, 'reports'>, host: string): readonly LookupReport[] {
  return [reportOf(view, 'A', host), reportOf(view, 'AAAA', host)].filter((report) => report !== undefined);
}

/** Nothing came back from the server, whatever it was asked. */
export function isSilent({ reports }: Pick<ServerView, 'reports'>): boolean {
  return reports.length > 0 && reports.every(({ code }) => code === 'ETIMEOUT' || code === 'ECONNREFUSED');
}
