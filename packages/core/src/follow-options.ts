import { InvalidOptionsError } from './errors.ts';
import type { OptionIssue } from './errors.ts';
import type { Change } from './membership/diff.ts';
import { functionIssues, keyIssues, optionIssue } from './option-issues.ts';

/** How long a handler may take, and what happens when it fails. */
export interface FollowOptions {
  /** The longest run of the handler: then its signal aborts, and the run has failed. 1 to 2147483647 or Infinity, default 30000. */
  timeoutMs?: number | undefined;
  /**
   * Told of each run that failed, once: with what the handler threw, or with a `TimeoutError` at the limit. Default: the first of failures
   * in a row is a warning of the process (`PEERSET_FOLLOW_FAILED`), which ends nothing. What it throws itself is rethrown outside of the loop.
   */
  onError?: ((error: unknown, change: Change) => void) | undefined;
  /** The pause after a run that failed. 1 to 3600000, default 1000. */
  retryMs?: number | undefined;
}

/** The options with everything checked and filled in. Frozen. */
export interface ResolvedFollowOptions {
  readonly timeoutMs: number;
  readonly onError: FollowOptions['onError'];
  readonly retryMs: number;
}

const TIMEOUT_MS = 30_000;
const LONGEST_MS = 2 ** 31 - 1;
const RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 3_600_000;
const KEYS: readonly (keyof FollowOptions)[] = ['timeoutMs', 'onError', 'retryMs'];

/**
 * Checks how a watcher is to be followed and fills in the defaults.
 *
 * @throws {InvalidOptionsError} `INVALID_OPTIONS` with every rule that is broken.
 */
export function parseFollowOptions(handler: unknown, input: FollowOptions): ResolvedFollowOptions {
  const { timeoutMs = TIMEOUT_MS, onError, retryMs = RETRY_MS } = { ...input };
  const issues: readonly OptionIssue[] = [
    ...functionIssues('handler', handler),
    ...keyIssues(input, KEYS),
    ...(timeoutMs === Infinity || isWhole(timeoutMs, LONGEST_MS)
      ? []
      : [optionIssue('timeoutMs', timeoutMs, `must be Infinity or a whole number of milliseconds from 1 to ${LONGEST_MS}`)]),
    ...(onError === undefined ? [] : functionIssues('onError', onError)),
    ...(isWhole(retryMs, LONGEST_RETRY_MS)
      ? []
      : [optionIssue('retryMs', retryMs, `must be a whole number of milliseconds from 1 to ${LONGEST_RETRY_MS}`)]),
  ];
  if (issues.length > 0) throw new InvalidOptionsError(issues);
  return Object.freeze({ timeoutMs, onError, retryMs });
}

function isWhole(value: number, most: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= most;
}
