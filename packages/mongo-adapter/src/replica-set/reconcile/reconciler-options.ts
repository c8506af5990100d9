import type { OptionIssue, PeerWatcher } from '@peerset/core';
import { InvalidOptionsError } from '@peerset/core/errors';
import type { MongoCredentials } from '../../connection-string/credentials.ts';
import type { UriOptionSet } from '../../connection-string/uri-option-set.ts';
import { hidden, shownName, shownValue } from '../../connection-string/uri-text.ts';
import type { MemberAttributes } from '../plan/observation.ts';
import type { MongoDriver } from './mongo-driver.ts';

/** What a reconciler works with. */
export interface ReplicaSetReconcilerOptions {
  /** Watches the headless Service of the StatefulSet, which publishes addresses that are not ready. Stays the caller's: it is not closed. */
  readonly watcher: PeerWatcher;
  /** The `mongodb` module of the caller, version 5 or later. */
  readonly driver: MongoDriver;
  /** Name of the replica set, as in `--replSet`. */
  readonly set: string;
  readonly statefulSet: string;
  /** How many members there shall be, 1 to 50. Never derived from DNS. Changed by `declare`. */
  readonly replicas: number;
  /** This pod's name. Default: `POD_NAME`, else the first label of `HOSTNAME`. */
  readonly podName?: string;
  /** Where the server beside this sidecar listens, an IP address. Default `127.0.0.1`: the localhost exception holds only there. */
  readonly localAddress?: string;
  /** Its port there. Default: `port`. */
  readonly localPort?: number;
  /** The port of all members. Default 27017. */
  readonly port?: number;
  /** A user with the role `clusterManager`, or more. Until it exists, the localhost exception is used. Default: none. */
  readonly credentials?: MongoCredentials;
  /** TLS and other options of all connections. Default: none. */
  readonly uriOptions?: UriOptionSet;
  /** Allows to initiate a set of one member. Default false. */
  readonly single?: boolean;
  /** What members shall have beside votes, by ordinal. Default: the server's defaults. */
  readonly attributes?: Readonly<Record<number, MemberAttributes>>;
  /** Between two ticks, in ms, 100 to 600,000, with a jitter of 20 %. A fifth of it after a change, up to 16 times as much after failures. Default 5,000. */
  readonly intervalMs?: number;
  /** How long a server is waited for before it counts as unreachable, in ms, 50 to 60,000. Default 2,000. */
  readonly reachTimeoutMs?: number;
}

/** The options, defaults filled in. */
export interface ResolvedReconcilerOptions extends Required<Omit<ReplicaSetReconcilerOptions, 'podName' | 'credentials' | 'replicas'>> {
  readonly ordinal: number;
  readonly credentials: MongoCredentials | undefined;
}

const keys: readonly string[] = [
  'watcher',
  'driver',
  'set',
  'statefulSet',
  'replicas',
  'podName',
  'localAddress',
  'localPort',
  'port',
  'credentials',
  'uriOptions',
  'single',
  'attributes',
  'intervalMs',
  'reachTimeoutMs',
] satisfies readonly (keyof ReplicaSetReconcilerOptions)[];

/**
 * Checks what only the reconciler knows of: what goes into connection strings and into observations is checked there, before anything is sent.
 *
 * @throws {InvalidOptionsError} `INVALID_OPTIONS` naming each option, its value and the rule.
 */
export function resolveReconcilerOptions(options: ReplicaSetReconcilerOptions, podNameHere: string | undefined): ResolvedReconcilerOptions {
  const { podName = podNameHere, localAddress = '127.0.0.1', port = 27_017, single = false, attributes = {} } = options;
  const { localPort = port, intervalMs = 5_000, reachTimeoutMs = 2_000, uriOptions = {} } = options;
  const ordinal = ordinalOf(podName, options.statefulSet);
  const issues = [
    ...Object.keys(options).flatMap((key) =>
      keys.includes(key) ? [] : [{ path: shownName(key), value: hidden, rule: `must be one of ${keys.join(', ')}` }],
    ),
    ...(isObject(options.watcher) ? [] : [issue('watcher', options.watcher, 'must be a watcher of core')]),
    ...(isObject(options.driver) && 'MongoClient' in options.driver ? [] : [issue('driver', options.driver, 'must be the module mongodb')]),
    ...(isText(options.set) ? [] : [issue('set', options.set, 'must be the name of the replica set')]),
    ...(isText(options.statefulSet) ? [] : [issue('statefulSet', options.statefulSet, 'must be the name of the StatefulSet')]),
    ...(ordinal === undefined ? [issue('podName', podName, `must be ${options.statefulSet}-<ordinal>`)] : []),
    ...(isText(localAddress) ? [] : [issue('localAddress', localAddress, 'must be an IP address')]),
    ...replicasIssues(options.replicas),
    ...rangeIssues('port', port, 1, 65_535),
    ...rangeIssues('localPort', localPort, 1, 65_535),
    ...rangeIssues('intervalMs', intervalMs, 100, 600_000),
    ...rangeIssues('reachTimeoutMs', reachTimeoutMs, 50, 60_000),
  ];
  if (issues.length > 0 || ordinal === undefined) throw new InvalidOptionsError(issues);
  const { watcher, driver, set, statefulSet, credentials } = options;
  return {
    watcher,
    driver,
    set,
    statefulSet,
    credentials,
    localAddress,
    localPort,
    port,
    uriOptions,
    single,
    attributes,
    intervalMs,
    reachTimeoutMs,
    ordinal,
  };
}

/** The server's limit. */
export function replicasIssues(replicas: unknown): readonly OptionIssue[] {
  return rangeIssues('replicas', replicas, 1, 50);
}

function rangeIssues(path: string, value: unknown, least: number, most: number): readonly OptionIssue[] {
  const isGood = typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
  return isGood ? [] : [issue(path, value, `must be an integer from ${least} to ${most}`)];
}

function ordinalOf(podName: unknown, statefulSet: unknown): number | undefined {
  if (typeof podName !== 'string' || typeof statefulSet !== 'string' || !podName.startsWith(`${statefulSet}-`)) return undefined;
  const digits = podName.slice(statefulSet.length + 1);
  return /^(?:0|[1-9]\d{0,8})$/.test(digits) ? Number(digits) : undefined;
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function issue(path: string, value: unknown, rule: string): OptionIssue {
  return { path, value: shownValue(value), rule };
}
