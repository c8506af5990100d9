import { namesOf } from './membership/names-of.ts';
import type { Snapshot } from './membership/snapshot.ts';
import type { ResolvedCriteria } from './ready-criteria.ts';
import type { LookupReport } from './round-report.ts';

/**
 * What went wrong, as a word to branch on. `INVALID_OPTIONS`, `PEERS_NOT_READY`, `NOT_HEADLESS` and `CLOSED` come from core,
 * `UNUSABLE_SNAPSHOT` and `PORT_MISMATCH` from the adapters.
 */
export type DiscoveryErrorCode = 'INVALID_OPTIONS' | 'PEERS_NOT_READY' | 'NOT_HEADLESS' | 'CLOSED' | 'UNUSABLE_SNAPSHOT' | 'PORT_MISMATCH';

/** The base of every error this project throws. Branch on `code`; the text of `message` may change in any release. */
export class DiscoveryError extends Error {
  override readonly name: string = 'DiscoveryError';
  /** The word to branch on. */
  readonly code: DiscoveryErrorCode;

  constructor(code: DiscoveryErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** One rule that an option broke. */
export interface OptionIssue {
  /** The option, dotted for what is inside: `pollIntervalMs`, `allowedAddresses.0`. */
  readonly path: string;
  /** The value given, as text; `[hidden]` for a secret. */
  readonly value: string;
  /** What a good value looks like, with its bounds. */
  readonly rule: string;
}

/** The caller's options cannot be used. `code` is `INVALID_OPTIONS`; `issues` lists every broken rule, not only the first. */
export class InvalidOptionsError extends DiscoveryError {
  override readonly name: string = 'InvalidOptionsError';
  /** Every broken rule; at least one. */
  readonly issues: readonly OptionIssue[];

  constructor(issues: readonly OptionIssue[], options?: ErrorOptions) {
    super('INVALID_OPTIONS', issues.map(({ path, value, rule }) => `${path}: ${value} is refused, ${rule}`).join('; '), options);
    this.issues = Object.freeze([...issues]);
  }
}

/** The peers that someone waited for did not come in time. `code` is `PEERS_NOT_READY`. */
export class PeersNotReadyError extends DiscoveryError {
  override readonly name: string = 'PeersNotReadyError';
  /** What was waited for, defaults filled in. */
  readonly wanted: ResolvedCriteria;
  /** Who was there in the end. */
  readonly snapshot: Snapshot;
  /** The last report of each question. */
  readonly lookups: readonly LookupReport[];
  /** Why it may be, and what to change: a sentence computed from `lookups`. */
  readonly hint: string;

  constructor(details: { wanted: ResolvedCriteria; snapshot: Snapshot; lookups: readonly LookupReport[]; hint: string }) {
    const { wanted, snapshot, hint } = details;
    const names = namesOf(snapshot.peers) || 'nobody';
    super('PEERS_NOT_READY', `peers of ${snapshot.service.host} not ready after ${wanted.timeoutMs} ms: found ${names}; ${hint}`);
    this.wanted = wanted;
    this.snapshot = snapshot;
    this.lookups = details.lookups;
    this.hint = hint;
  }
}
