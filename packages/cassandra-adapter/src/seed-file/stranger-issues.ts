import type { OptionIssue } from '@peerset/core';
import type { SeedListPlan } from '../seeds/plan-seeds.ts';
import { canonicalAddress, canonicalHost } from '../seeds/seed-host.ts';
import type { SeedInput } from '../seeds/seed-input.ts';
import type { Seed } from '../seeds/seed-list.ts';

/**
 * Seeds that belong to no declared node and are no external seed. One of those in a file is enough to merge two clusters of the same name at
 * the next reload: in a second, without a word, and without streaming.
 */
export function strangerIssues({ seeds }: SeedListPlan, input: SeedInput): readonly OptionIssue[] {
  const declared = new Map(input.declared.map(({ name, host }) => [name, canonicalHost(host)]));
  const external = new Set(input.externalSeeds?.map(canonicalHost));
  return seeds.flatMap((seed, index) => {
    const isOurs = seed.name === undefined ? external.has(canonicalHost(seed.host)) && isSame(seed) : isDeclared(seed, declared, input);
    const rule = 'must belong to a declared node, or be an external seed';
    return isOurs ? [] : [{ path: `plan.seeds.${index}`, value: JSON.stringify(seed.address ?? seed.host), rule }];
  });
}

function isDeclared({ name = '', host, address }: Seed, declared: ReadonlyMap<string, string>, input: SeedInput): boolean {
  if (declared.get(name) !== canonicalHost(host)) return false;
  if (address === undefined) return true;
  const { present, self, selfAddress } = input;
  const peers = 'peers' in present ? present.peers : present;
  const shown = peers.find((peer) => peer.name === name)?.addresses ?? [];
  const own = name === self && selfAddress !== undefined ? [selfAddress] : [];
  return [...shown, ...own].map(canonicalAddress).includes(canonicalAddress(address));
}

/** An external seed is written as it was given. */
function isSame({ host, address = host }: Seed): boolean {
  return address === host;
}
