import { InvalidOptionsError } from './errors.ts';
import type { OptionIssue } from './errors.ts';
import type { PeerIdentity } from './membership/peer.ts';
import type { Snapshot } from './membership/snapshot.ts';
import { optionIssue, unknownKeyIssue } from './option-issues.ts';
import { LARGEST_ORDINAL } from './service/dns-names.ts';

/** Who has to be there. All that is given must hold at the same time. */
export interface ReadyCriteria {
  /**
   * At least so many peers, 0 or more; or all `declared` ones, or the `majority` of them (more than half of the names declared). Default:
   * `declared` if `replicas` or `declare` said how many there are, else 1; no condition when `ordinals` or `self` is given.
   */
  peers?: number | 'declared' | 'majority' | undefined;
  /** These ordinals, each 0 or more; at least one. */
  ordinals?: readonly number[] | undefined;
  /** This pod itself, by the option `self`, POD_NAME or HOSTNAME. Default false. */
  self?: boolean | undefined;
  /** For so long without a change after which the criteria hold. 0 to 2147483647, default 0. */
  stableForMs?: number | undefined;
}

/** Whom to wait for, and for how long. */
export interface ReadyOptions extends ReadyCriteria {
  /** The longest wait. 0 to 2147483647 or Infinity, default 60000. */
  timeoutMs?: number | undefined;
  /** Aborting rejects with `signal.reason`. */
  signal?: AbortSignal | undefined;
}

/** The criteria with everything checked and filled in. Frozen. */
export interface ResolvedCriteria {
  /** Undefined: any number, the other criteria decide. */
  readonly peers: number | 'declared' | 'majority' | undefined;
  readonly ordinals: readonly number[];
  readonly self: boolean;
  readonly stableForMs: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/** What criteria are judged against. */
export interface ReadyContext {
  /** Undefined when nobody declared any; empty for `replicas: 0`. */
  readonly declared: readonly PeerIdentity[] | undefined;
  /** This pod's own name. */
  readonly self: string | undefined;
  /** Where the criteria stand in the caller's options: `until`. Paths of issues begin with it, but for `timeoutMs` and `signal`. */
  readonly path?: string;
}

const TIMEOUT_MS = 60_000;
const LONGEST_MS = 2 ** 31 - 1;
const KEYS: readonly string[] = ['peers', 'ordinals', 'self', 'stableForMs', 'timeoutMs', 'signal'];

/**
 * Checks what someone waits for and fills in the defaults.
 *
 * @throws {InvalidOptionsError} `INVALID_OPTIONS` with every rule that is broken, not only the first.
 */
export function parseReadyCriteria(input: ReadyOptions | undefined, context: ReadyContext): ResolvedCriteria {
  const isObject = typeof input === 'object' && input !== null && !Array.isArray(input);
  const issues = isObject ? issuesOf(input, context) : input === undefined ? [] : [noObject(input, context)];
  if (issues.length > 0) throw new InvalidOptionsError(issues);
  const { peers, ordinals = [], self = false, stableForMs = 0, timeoutMs = TIMEOUT_MS, signal } = input ?? {};
  const usual = ordinals.length > 0 || self ? undefined : context.declared === undefined ? 1 : 'declared';
  return Object.freeze({ peers: peers ?? usual, ordinals: Object.freeze([...ordinals]), self, stableForMs, timeoutMs, signal });
}

/** Whether everyone is there. Whether the snapshot may be believed (its age, its source) is not judged here. */
export function isReady(
  criteria: ResolvedCriteria,
  snapshot: Snapshot,
  declared: readonly PeerIdentity[] | undefined,
  self: string | undefined,
): boolean {
  const { peers } = snapshot;
  if (!isEnough(criteria.peers, peers, declared ?? [])) return false;
  if (criteria.self && !peers.some(({ name }) => name === self)) return false;
  if (criteria.ordinals.length === 0) return true;
  const present = new Set(peers.map(({ ordinal }) => ordinal));
  return criteria.ordinals.every((ordinal) => present.has(ordinal));
}

function isEnough(wanted: ResolvedCriteria['peers'], peers: readonly PeerIdentity[], declared: readonly PeerIdentity[]): boolean {
  if (wanted === undefined) return true;
  if (typeof wanted === 'number') return peers.length >= wanted;
  const present = new Set(peers.map(({ name }) => name));
  const count = declared.filter(({ name }) => present.has(name)).length;
  // Of nobody, everybody is there: all, and so the majority.
  return count === declared.length || (wanted === 'majority' && count > declared.length / 2);
}

function issuesOf(input: ReadyOptions, context: ReadyContext): readonly OptionIssue[] {
  const prefix = context.path === undefined ? '' : `${context.path}.`;
  const unknownKeys = Object.keys(input).filter((key) => !KEYS.includes(key));
  const found = [
    ...unknownKeys.map((key) => unknownKeyIssue(key, Reflect.get(input, key), KEYS)),
    ...peersIssues(input, context),
    ...ordinalsIssues(input),
    ...selfIssues(input, context),
    ...stableIssues(input),
  ];
  return [...found.map(({ path, value, rule }) => ({ path: `${prefix}${path}`, value, rule })), ...waitIssues(input)];
}

function peersIssues({ peers }: ReadyOptions, { declared }: ReadyContext): readonly OptionIssue[] {
  if (peers === undefined || isWhole(peers, LONGEST_MS)) return [];
  if (peers !== 'declared' && peers !== 'majority') {
    return [optionIssue('peers', peers, "must be a whole number of 0 or more, 'declared' or 'majority'")];
  }
  return declared === undefined
    ? [optionIssue('peers', peers, 'needs declared peers: give statefulSet and replicas, or call declare')]
    : [];
}

function ordinalsIssues({ ordinals }: ReadyOptions): readonly OptionIssue[] {
  if (ordinals === undefined) return [];
  if (!Array.isArray(ordinals) || ordinals.length === 0)
    return [optionIssue('ordinals', ordinals, 'must be a list of one ordinal or more')];
  return [...ordinals.entries()]
    .filter(([, ordinal]) => !isWhole(ordinal, LARGEST_ORDINAL))
    .map(([index, ordinal]) => optionIssue(`ordinals.${index}`, ordinal, `must be a whole number from 0 to ${LARGEST_ORDINAL}`));
}

function selfIssues(input: ReadyOptions, context: ReadyContext): readonly OptionIssue[] {
  if (input.self !== undefined && typeof input.self !== 'boolean') return [optionIssue('self', input.self, 'must be true or false')];
  if (input.self !== true || context.self !== undefined) return [];
  return [optionIssue('self', true, "needs this pod's name: give the option self, or set POD_NAME or HOSTNAME")];
}

function stableIssues({ stableForMs }: ReadyOptions): readonly OptionIssue[] {
  if (stableForMs === undefined || isWhole(stableForMs, LONGEST_MS)) return [];
  return [optionIssue('stableForMs', stableForMs, `must be a whole number of milliseconds from 0 to ${LONGEST_MS}`)];
}

function waitIssues({ timeoutMs, signal }: ReadyOptions): readonly OptionIssue[] {
  const isTime = timeoutMs === undefined || timeoutMs === Infinity || isWhole(timeoutMs, LONGEST_MS);
  const isSignal = signal === undefined || (typeof signal === 'object' && typeof signal?.addEventListener === 'function');
  return [
    ...(isTime ? [] : [optionIssue('timeoutMs', timeoutMs, `must be Infinity or a whole number of milliseconds from 0 to ${LONGEST_MS}`)]),
    ...(isSignal ? [] : [optionIssue('signal', signal, 'must be an AbortSignal')]),
  ];
}

function isWhole(value: unknown, most: number): boolean {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= most;
}

function noObject(input: unknown, { path = 'criteria' }: ReadyContext): OptionIssue {
  return optionIssue(path, input, 'must be an object');
}
