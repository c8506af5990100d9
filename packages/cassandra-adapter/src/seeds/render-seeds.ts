import type { OptionIssue } from '@peerset/core';
import { DiscoveryError, InvalidOptionsError } from '@peerset/core/errors';
import type { SeedListPlan, SeedPlan } from './plan-seeds.ts';
import { isIpv6, isSeedHost } from './seed-host.ts';
import type { Seed } from './seed-list.ts';

/** How the list is to be written. */
export interface RenderOptions {
  /** `csv`: `a,b,c`, which is what `seeds` in cassandra.yaml and `CASSANDRA_SEEDS` of container images hold. */
  readonly as: 'csv';
  /** `storage_port` of the nodes, 1..65535. Default 7000. A seed with another port than a node's own is no seed to it. */
  readonly storagePort?: number;
  /** Version of Apache Cassandra, such as `4.1` or `5.0.9`. Only from 4.0 on can a seed have a port; without a version none is written. */
  readonly version?: string;
}

const defaultStoragePort = 7_000;

/**
 * The seed list as a text. The same plan gives the same bytes. A port is only written where it differs from 7000 and the version reads one;
 * an IPv6 address is in brackets only with a port.
 *
 * @param plan - Not a `wait` plan: a node that must wait has no list, and an empty one would let it start alone.
 * @throws {DiscoveryError} `UNUSABLE_SNAPSHOT` for a `wait` plan, saying what is missing, and for a plan without seeds.
 * @throws {InvalidOptionsError} `INVALID_OPTIONS` for a name or address that could split the list or leave its quotes, and for bad options.
 */
export function renderSeeds(plan: SeedListPlan, options: RenderOptions): string {
  refuseWait(plan);
  if (plan.seeds.length === 0) throw new DiscoveryError('UNUSABLE_SNAPSHOT', `the plan ${plan.mode} has no seeds`);
  const hosts = plan.seeds.map(({ address, host }: Seed) => address ?? host);
  const issues = [...hostIssues(hosts), ...optionIssues(options)];
  if (issues.length > 0) throw new InvalidOptionsError(issues);
  const { storagePort = defaultStoragePort, version = '0' } = options;
  const hasPort = storagePort !== defaultStoragePort && Number.parseInt(version, 10) >= 4;
  return hosts.map((host) => (hasPort ? withPort(host, storagePort) : host)).join(',');
}

function hostIssues(hosts: readonly string[]): readonly OptionIssue[] {
  const rule = 'must be a DNS name or an address, in lower case';
  return hosts.flatMap((host, index) => (isSeedHost(host) ? [] : [{ path: `plan.seeds.${index}`, value: JSON.stringify(host), rule }]));
}

function optionIssues({ as, storagePort = defaultStoragePort, version, ...unknown }: RenderOptions): readonly OptionIssue[] {
  const isPort = Number.isInteger(storagePort) && storagePort >= 1 && storagePort <= 65_535;
  const isVersion = version === undefined || /^\d+\.\d+/.test(version);
  return [
    ...(as === 'csv' ? [] : [{ path: 'as', value: JSON.stringify(as), rule: 'must be csv' }]),
    ...(isPort ? [] : [{ path: 'storagePort', value: String(storagePort), rule: 'must be an integer, 1..65535' }]),
    ...(isVersion ? [] : [{ path: 'version', value: JSON.stringify(version), rule: 'must start like 4.1' }]),
    ...Object.keys(unknown).map((path) => ({ path, value: 'given', rule: 'there is no such option' })),
  ];
}

/** The type keeps `wait` out; callers without a compiler, and casts, do not. */
function refuseWait(plan: SeedPlan): void {
  if (plan.mode !== 'wait') return;
  throw new DiscoveryError('UNUSABLE_SNAPSHOT', `no seeds yet, waiting for ${plan.waitingFor.join(', ')}: ${plan.reason}`);
}

function withPort(host: string, port: number): string {
  return isIpv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}
