import { DiscoveryError, InvalidOptionsError } from '@peerset/core/errors';
import { editSeedYaml } from './edit-seed-yaml.ts';
import type { SeedListPlan, SeedPlan } from './plan-seeds.ts';
import type { RenderOptions } from './render-options.ts';
import { defaultStoragePort, renderIssues } from './render-options.ts';
import { isIpv6, isSeedHost } from './seed-host.ts';
import type { Seed } from './seed-list.ts';

/**
 * The seed list as a text. The same plan gives the same bytes. A port is only written where it differs from 7000 and the version reads one;
 * an IPv6 address is in brackets only with a port.
 *
 * @param plan - Not a `wait` plan: a node that must wait has no list, and an empty one would let it start alone.
 * @throws {DiscoveryError} `UNUSABLE_SNAPSHOT` for a `wait` plan, saying what is missing, and for a plan without seeds.
 * @throws {InvalidOptionsError} `INVALID_OPTIONS` for a name or address that could split the list or leave its quotes, for bad options, and
 *   for a text to edit that has no seeds.
 */
export function renderSeeds(plan: SeedListPlan, options: RenderOptions): string {
  refuseWait(plan);
  if (plan.seeds.length === 0) throw new DiscoveryError('UNUSABLE_SNAPSHOT', `the plan ${plan.mode} has no seeds`);
  const hosts = plan.seeds.map(({ address, host }: Seed) => address ?? host);
  const issues = [...hostIssues(hosts), ...renderIssues(options)];
  if (issues.length > 0) throw new InvalidOptionsError(issues);
  const { storagePort = defaultStoragePort, version = '0' } = options;
  const hasPort = storagePort !== defaultStoragePort && Number.parseInt(version, 10) >= 4;
  return written(
    hosts.map((host) => (hasPort ? withPort(host, storagePort) : host)),
    options,
  );
}

function written(entries: readonly string[], { as, edit }: RenderOptions): string {
  const csv = entries.join(',');
  switch (as) {
    case 'csv':
      return csv;
    case 'env':
      return `CASSANDRA_SEEDS=${csv}`;
    case 'scylla-args':
      return `--seeds=${csv}`;
    case 'list':
      return entries.join('\n');
    case 'yaml':
      return edit === undefined ? yamlFragment(csv) : editSeedYaml(edit.text, csv, edit.parseDocument);
    default:
      return as satisfies never;
  }
}

function yamlFragment(csv: string): string {
  const className = 'org.apache.cassandra.locator.SimpleSeedProvider';
  return ['seed_provider:', `  - class_name: ${className}`, '    parameters:', `      - seeds: "${csv}"`, ''].join('\n');
}

function hostIssues(hosts: readonly string[]): readonly { path: string; value: string; rule: string }[] {
  const rule = 'must be a DNS name or an address, in lower case';
  return hosts.flatMap((host, index) => (isSeedHost(host) ? [] : [{ path: `plan.seeds.${index}`, value: JSON.stringify(host), rule }]));
}

/** The type keeps `wait` out; callers without a compiler, and casts, do not. */
function refuseWait(plan: SeedPlan): void {
  if (plan.mode !== 'wait') return;
  throw new DiscoveryError('UNUSABLE_SNAPSHOT', `no seeds yet, waiting for ${plan.waitingFor.join(', ')}: ${plan.reason}`);
}

function withPort(host: string, port: number): string {
  return isIpv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}
