import type { AddressRange } from './address-pool.ts';
import { checkInteger, checkKnownKeys, checkLabel, checkOneOf } from './check-options.ts';
import { systemWorldClock, type WorldClock } from './clock.ts';
import { canonicalName } from './dns-name.ts';
import type { Balance } from './replica-choice.ts';
import { REPLICA_KEYS, type ReplicaOptions, type ReplicaSettings, replicaSettings } from './replica-options.ts';

/** What a world can be told. */
export interface WorldOptions extends ReplicaOptions {
  /** Namespace of Services that name none. Default `default`. */
  namespace?: string;
  /** Default `cluster.local`. */
  clusterDomain?: string;
  /** TTL of records and of denials. Integer, 0 to 3600, default 5 as CoreDNS has it; kubeadm sets 30. */
  ttlSeconds?: number;
  /** Where pods get addresses from, default `benchmarking`. */
  addresses?: AddressRange;
  /** Time source, default the machine's; see `virtualClock`. */
  clock?: WorldClock;
  /** Decides shuffles, addresses and pod suffixes. Integer, default 1: two runs are alike. */
  seed?: number;
  /** How many questions `queries` keeps. Integer, 0 or more, default 100,000. */
  queryLogLimit?: number;
  /**
   * DNS servers: how many (1 to 100, default 1), or the options of each, which go before those given here for all. Each has a watch and a
   * cache of its own.
   */
  replicas?: number | readonly ReplicaOptions[];
  /** Which replica a question meets that names none: `random` (default; by `seed`) or `round-robin`. */
  balance?: Balance;
}

/** A world's options with their defaults. */
export interface WorldSettings extends Required<Omit<WorldOptions, 'replicas' | keyof ReplicaOptions>> {
  readonly replicas: readonly ReplicaSettings[];
}

const WORLD_KEYS: readonly (keyof WorldOptions)[] = [
  'namespace',
  'clusterDomain',
  'ttlSeconds',
  'addresses',
  'clock',
  'seed',
  'queryLogLimit',
  'replicas',
  'balance',
  ...REPLICA_KEYS,
];

/** Options with their defaults, checked. */
export function worldOptions(options: WorldOptions): WorldSettings {
  checkKnownKeys('the world', options, WORLD_KEYS);
  const filled: WorldSettings = {
    namespace: options.namespace ?? 'default',
    clusterDomain: options.clusterDomain ?? 'cluster.local',
    ttlSeconds: options.ttlSeconds ?? 5,
    addresses: options.addresses ?? 'benchmarking',
    clock: options.clock ?? systemWorldClock,
    seed: options.seed ?? 1,
    queryLogLimit: options.queryLogLimit ?? 100_000,
    replicas: replicaSettings(options.replicas ?? 1, options),
    balance: options.balance ?? 'random',
  };
  checkLabel('namespace', filled.namespace);
  for (const label of canonicalName(filled.clusterDomain).split('.')) checkLabel(`a label of clusterDomain ${filled.clusterDomain}`, label);
  checkInteger('ttlSeconds', filled.ttlSeconds, 0, 3_600);
  checkOneOf('addresses', filled.addresses, ['benchmarking', 'loopback']);
  checkInteger('seed', filled.seed, Number.MIN_SAFE_INTEGER);
  checkInteger('queryLogLimit', filled.queryLogLimit, 0);
  checkOneOf('balance', filled.balance, ['random', 'round-robin']);
  return filled;
}
