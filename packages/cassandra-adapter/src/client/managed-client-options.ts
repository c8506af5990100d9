import type { PeerWatcher } from '@peerset/core';
import type { DeclaredNode } from '../seeds/choose-seeds.ts';
import { declaredIssues } from '../seeds/seed-shape.ts';
import type { CassandraDriver, DriverClient } from './cassandra-driver.ts';
import { rangeIssues, refuse, refuseNoObject, shapeIssues, textIssues, unknownKeyIssues } from '../check-options.ts';
import type { ReplacementPolicy } from './decide-replacement.ts';

/** What a managed client works with. */
export interface ManagedClientOptions<C extends DriverClient = DriverClient> {
  /** The caller's module `cassandra-driver`. */
  readonly driver: CassandraDriver<C>;
  /** Watches the headless Service. Stays the caller's: it is not closed. When it closes, the client stays as it is. */
  readonly watcher: PeerWatcher;
  /** The data centre whose nodes are asked. */
  readonly datacenter: string;
  /** Where all nodes speak CQL, 1..65535. Default 9042. */
  readonly port?: number;
  /** Where nodes stand, for the order of contact points. Default: all in one rack. */
  readonly declared?: readonly DeclaredNode[];
  /**
   * Options of the driver, which win over those of `cassandraClientOptions`; called for each client, since policies belong to one. Not
   * `contactPoints` and `localDataCenter`. With `pooling.warmup: false` pools fill after a client has connected: one that is made for a host
   * without connections has `unconnectedAfterMs` for it before it is judged. Default: none.
   */
  readonly clientOptions?: () => object;
  /** How long `connect` tries, 0..600,000 ms. Default 60,000. */
  readonly connectTimeoutMs?: number;
  /** How long requests of a replaced client may take to end, 0..600,000 ms. Default 30,000. */
  readonly drainMs?: number;
  /** How often the client is looked at, 50..60,000 ms. Default 1,000. */
  readonly checkIntervalMs?: number;
  /** No client is replaced when it is younger, 0..600,000 ms. Default 5,000. */
  readonly minAgeMs?: number;
  /** Moved and added nodes count once members have been the same for so long, 0..600,000 ms. Default 5,000. */
  readonly settleMs?: number;
  /**
   * A local host may be up without a connection for so long, 100..600,000 ms. Where a fresh client does not connect to it either, no other is
   * made for it until something has changed. Default 2,000.
   */
  readonly unconnectedAfterMs?: number;
  /**
   * Requests may find no host for so long while DNS shows other addresses, 0..600,000 ms. They count until one goes well, a host is connected
   * again, or, where connections may be dead, until the last one is 15 s older than this. Default 2,000.
   */
  readonly noHostAfterMs?: number;
  /**
   * The longest pause after attempts that failed, 1,000..3,600,000 ms; pauses double from 1 s. At most 5 s where all nodes have moved or none is
   * reached, and none once DNS shows something else. Default 60,000.
   */
  readonly mostRetryMs?: number;
}

/** The options, defaults filled in. */
export interface ResolvedClientOptions<C extends DriverClient> extends ReplacementPolicy {
  readonly driver: CassandraDriver<C>;
  readonly watcher: PeerWatcher;
  readonly datacenter: string;
  readonly port: number;
  readonly declared: readonly DeclaredNode[] | undefined;
  readonly clientOptions: () => object;
  readonly connectTimeoutMs: number;
  readonly drainMs: number;
  readonly checkIntervalMs: number;
  readonly mostRetryMs: number;
}

const anyMs: readonly [number, number] = [0, 600_000];

/** Defaults and bounds of what is a number. */
const numbers = {
  port: [9_042, [1, 65_535]],
  connectTimeoutMs: [60_000, anyMs],
  drainMs: [30_000, anyMs],
  checkIntervalMs: [1_000, [50, 60_000]],
  minAgeMs: [5_000, anyMs],
  settleMs: [5_000, anyMs],
  unconnectedAfterMs: [2_000, [100, 600_000]],
  noHostAfterMs: [2_000, anyMs],
  mostRetryMs: [60_000, [1_000, 3_600_000]],
} as const satisfies Record<string, readonly [number, readonly [number, number]]>;

type NumberKey = keyof typeof numbers;

const keys: readonly string[] = ['driver', 'watcher', 'datacenter', 'declared', 'clientOptions', ...Object.keys(numbers)];

/** @throws {InvalidOptionsError} `INVALID_OPTIONS` naming each option, its value and the rule. */
export function resolveClientOptions<C extends DriverClient>(options: ManagedClientOptions<C>): ResolvedClientOptions<C> {
  refuseNoObject('options', options);
  const { driver, watcher, datacenter, declared, clientOptions = () => ({}) } = options;
  const valueOf = (key: NumberKey): number => options[key] ?? numbers[key][0];
  refuse([
    ...shapeIssues('driver', driver, ['Client', 'policies'], 'must be the module cassandra-driver'),
    ...shapeIssues(
      'watcher',
      watcher,
      ['snapshot', 'status', 'clock', 'closed', 'on', 'ready', 'refresh'],
      'must be what watchPeers returns',
    ),
    ...(declared === undefined ? [] : declaredIssues(declared)),
    ...textIssues('datacenter', datacenter, 'must be the name of a data centre'),
    ...(typeof clientOptions === 'function'
      ? []
      : [{ path: 'clientOptions', value: '[hidden]', rule: 'must be a function that makes options for each client' }]),
    ...numberKeys().flatMap((key) => rangeIssues(key, valueOf(key), numbers[key][1])),
    ...unknownKeyIssues(options, keys),
  ]);
  return {
    driver,
    watcher,
    datacenter,
    declared,
    clientOptions,
    port: valueOf('port'),
    connectTimeoutMs: valueOf('connectTimeoutMs'),
    drainMs: valueOf('drainMs'),
    checkIntervalMs: valueOf('checkIntervalMs'),
    minAgeMs: valueOf('minAgeMs'),
    settleMs: valueOf('settleMs'),
    unconnectedAfterMs: valueOf('unconnectedAfterMs'),
    noHostAfterMs: valueOf('noHostAfterMs'),
    mostRetryMs: valueOf('mostRetryMs'),
  };
}

function numberKeys(): readonly NumberKey[] {
  return Object.keys(numbers).filter((key): key is NumberKey => key in numbers);
}
