import type {
  AddressFamily,
  ClusterIpServiceOptions,
  DeploymentOptions,
  HeadlessServiceOptions,
  StatefulSetOptions,
  WorldOptions,
} from '@peerset/testkit';
import type { WatchOptions } from '../../src/options.ts';
import type { Dice } from './seeded-random.ts';

/** What a history plays with: a world, one Service with one workload, and the options of its watcher. */
export interface Arrangement {
  readonly world: WorldOptions;
  readonly service: HeadlessServiceOptions;
  readonly workload:
    | { readonly kind: 'stateful-set'; readonly options: StatefulSetOptions }
    | { readonly kind: 'deployment'; readonly options: DeploymentOptions }
    | { readonly kind: 'cluster-ip'; readonly options: ClusterIpServiceOptions };
  readonly watch: Partial<WatchOptions>;
  /** Everything that could tell names can: a ready pod is found by name. False where nothing tells what the pods are called. */
  readonly isNameable: boolean;
}

export type Kind = Arrangement['workload']['kind'];

export const SET = 'color-ss';

/** Arranges a history of this many pods. */
export function arrange(dice: Dice, { kind, replicas }: { kind: Kind; replicas: number }): Arrangement {
  const families = dice.pick<readonly AddressFamily[]>([['ipv4'], ['ipv4'], ['ipv4'], ['ipv4', 'ipv6'], ['ipv6']]);
  const hasPorts = kind === 'cluster-ip' || dice.chance(0.75);
  const firstOrdinal = dice.chance(0.1) ? 5 : 0;
  const life = {
    replicas,
    families,
    readyAfterMs: dice.pick([0, 500, 3_000]),
    terminationMs: dice.pick([0, 2_000]),
  };
  const watchesSet = kind === 'stateful-set' && (dice.chance(0.5) || (!hasPorts && dice.chance(0.9)));
  return {
    world: { ttlSeconds: dice.pick([5, 5, 30, 60]), ...(dice.chance(0.4) ? manyServers(dice) : {}) },
    service: {
      ports: hasPorts
        ? dice.pick([
            [{ name: 'db', port: 27_017 }],
            [
              { name: 'db', port: 27_017 },
              { name: 'http', port: 80 },
            ],
            [{ port: 80 }],
          ])
        : [],
      publishNotReadyAddresses: dice.chance(0.1),
    },
    workload:
      kind === 'stateful-set'
        ? { kind, options: { ...life, firstOrdinal, podManagementPolicy: dice.pick(['Parallel', 'OrderedReady']) } }
        : kind === 'deployment'
          ? { kind, options: life }
          : { kind, options: { families } },
    watch: {
      family: familyOption(dice, families),
      ...(watchesSet ? { statefulSet: SET, firstOrdinal, ...(dice.chance(0.5) ? { replicas } : {}) } : {}),
      ...timing(dice),
      ...(dice.chance(0.1) ? { portName: 'db' } : dice.chance(0.1) ? { port: 7_000 } : {}),
      ...(dice.chance(0.2) ? { allowedAddresses: ['198.18.0.0/15', '2001:db8::/32'] } : {}),
    },
    isNameable: kind === 'deployment' || hasPorts || watchesSet,
  };
}

/** DNS servers that each lag and cache for themselves, as CoreDNS replicas do. */
function manyServers(dice: Dice): WorldOptions {
  const caches = dice.pick<WorldOptions>([
    {},
    { positiveCacheSeconds: 30, negativeCacheSeconds: 30 },
    { positiveCacheSeconds: 5, negativeCacheSeconds: 5 },
    { negativeCacheSeconds: 30 },
    { positiveCacheSeconds: 30, negativeCacheSeconds: 30, serveStaleSeconds: 60 },
  ]);
  return {
    ...caches,
    replicas: dice.pick([1, 2, 2, 3]),
    watchLagMs: dice.pick<NonNullable<WorldOptions['watchLagMs']>>([0, [0, 50], [100, 1_300], [0, 6_000]]),
    balance: dice.pick(['random', 'round-robin']),
  };
}

function familyOption(dice: Dice, families: readonly AddressFamily[]): WatchOptions['family'] {
  const [first = 'ipv4', second] = families;
  return second === undefined ? dice.pick(['auto', first, first]) : dice.pick(['auto', 'dual', 'dual', first]);
}

function timing(dice: Dice): Pick<WatchOptions, 'pollIntervalMs' | 'settlingIntervalMs' | 'leaveAfterMs'> {
  const pollIntervalMs = dice.pick([5_000, 5_000, 5_000, 1_000, 30_000]);
  return {
    pollIntervalMs,
    ...(dice.chance(0.2) ? { settlingIntervalMs: dice.pick([300, 1_000, Math.min(5_000, pollIntervalMs)]) } : {}),
    ...(dice.chance(0.3) ? { leaveAfterMs: dice.pick([0, 3_000, 20_000, 60_000]) } : {}),
  };
}
