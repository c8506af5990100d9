import type { AddressRange } from './address-pool.ts';
import { checkInteger, checkKnownKeys, checkLabel, checkOneOf } from './check-options.ts';
import { systemWorldClock, type WorldClock } from './clock.ts';
import { canonicalName } from './dns-name.ts';

/** What a world can be told. */
export interface WorldOptions {
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
}

const WORLD_KEYS: readonly (keyof WorldOptions)[] = [
  'namespace',
  'clusterDomain',
  'ttlSeconds',
  'addresses',
  'clock',
  'seed',
  'queryLogLimit',
];

/** Options with their defaults, checked. */
export function worldOptions(options: WorldOptions): Required<WorldOptions> {
  checkKnownKeys('the world', options, WORLD_KEYS);
  const filled: Required<WorldOptions> = {
    namespace: options.namespace ?? 'default',
    clusterDomain: options.clusterDomain ?? 'cluster.local',
    ttlSeconds: options.ttlSeconds ?? 5,
    addresses: options.addresses ?? 'benchmarking',
    clock: options.clock ?? systemWorldClock,
    seed: options.seed ?? 1,
    queryLogLimit: options.queryLogLimit ?? 100_000,
  };
  checkLabel('namespace', filled.namespace);
  for (const label of canonicalName(filled.clusterDomain).split('.')) checkLabel(`a label of clusterDomain ${filled.clusterDomain}`, label);
  checkInteger('ttlSeconds', filled.ttlSeconds, 0, 3_600);
  checkOneOf('addresses', filled.addresses, ['benchmarking', 'loopback']);
  checkInteger('seed', filled.seed, Number.MIN_SAFE_INTEGER);
  checkInteger('queryLogLimit', filled.queryLogLimit, 0);
  return filled;
}
