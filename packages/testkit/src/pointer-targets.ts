import { reverseName } from './ip-address.ts';
import type { ServiceZone } from './service-zone.ts';

/** What the PTR records of a cluster point to, by reverse name: one target per Service that lists the address. */
export function pointerTargets(services: readonly ServiceZone[]): ReadonlyMap<string, readonly string[]> {
  const targets = new Map<string, readonly string[]>();
  for (const { address, target } of services.flatMap((service) => [...service.pointers()])) {
    const name = reverseName(address);
    const others = targets.get(name) ?? [];
    if (!others.includes(target)) targets.set(name, [...others, target]);
  }
  return targets;
}
