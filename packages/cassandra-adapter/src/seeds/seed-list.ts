import type { DeclaredNode } from './choose-seeds.ts';
import { maxSeeds } from './choose-seeds.ts';
import { canonicalAddress, canonicalHost } from './seed-host.ts';
import type { SeedView } from './seed-view.ts';
import { addressOf } from './seed-view.ts';

/** One entry of a seed list. */
export interface Seed {
  /** The node's name; undefined for an external seed. */
  readonly name: string | undefined;
  /** The FQDN; of an external seed, what it was given as. */
  readonly host: string;
  /** Set where the address is to be written instead of the host. */
  readonly address?: string;
  /** Given by the caller, not one of the declared nodes. */
  readonly isExternal: boolean;
}

/** ScyllaDB needs one node that answers, and waits for each name on its list. */
const maxScyllaSeeds = 3;

/** The chosen seeds, this node included where it is one of them; undefined where nothing on the list would resolve. */
export function ownSeeds(view: SeedView): readonly Seed[] | undefined {
  const seeds = listed(view, view.chosen);
  return seeds.some((seed) => seed.name === view.input.self || isLive(view, seed)) ? seeds : undefined;
}

/** The chosen seeds without this node; undefined where none of them, and no other declared node, is live and can be written. */
export function otherSeeds(view: SeedView): readonly Seed[] | undefined {
  const usable = view.chosen.filter(({ name }) => name !== view.input.self && !view.shadowed.has(name));
  const seeds = listed(view, usable);
  if (seeds.some((seed) => isLive(view, seed))) return seeds;
  const first = view.declared.find((node) => view.liveNames.has(node.name) && seedOf(view, node).length > 0);
  return first && listed(view, [first, ...usable]);
}

/** The list of a founder: itself, in a form that resolves; undefined where there is none. */
export function founderSeeds(view: SeedView): readonly Seed[] | undefined {
  const { self } = view;
  const { selfAddress } = view.input;
  // The own name may not resolve yet, or be cached as absent by the JVM; the address cannot fail.
  if (selfAddress !== undefined)
    return [{ name: self.name, host: canonicalHost(self.host), address: canonicalAddress(selfAddress), isExternal: false }];
  return view.isSelfVisible ? nonEmpty(seedOf(view, self)) : undefined;
}

function listed(view: SeedView, nodes: readonly DeclaredNode[]): readonly Seed[] {
  const external = view.external.map((host): Seed => ({ name: undefined, host, isExternal: true }));
  const byText = new Map<string, Seed>();
  for (const seed of [...nodes.flatMap((node) => seedOf(view, node)), ...external]) {
    const text = seed.address ?? seed.host;
    if (!byText.has(text)) byText.set(text, seed);
  }
  return [...byText.values()].slice(0, view.isScylla ? maxScyllaSeeds : maxSeeds);
}

/** One entry, or none where it could not be written, or would keep ScyllaDB from starting. */
function seedOf(view: SeedView, node: DeclaredNode): readonly Seed[] {
  const { name } = node;
  const host = canonicalHost(node.host);
  const isSelf = name === view.input.self;
  const isResolvable = isSelf ? view.isSelfVisible || view.input.selfAddress !== undefined : view.liveNames.has(name);
  if (view.isScylla && !isResolvable) return [];
  const isNameAbsent = view.isScylla && isSelf && !view.isSelfVisible;
  if (!view.isIpWritten && !isNameAbsent) return [{ name, host, isExternal: false }];
  const address = addressOf(view, name);
  return address === undefined ? [] : [{ name, host, address, isExternal: false }];
}

function isLive(view: SeedView, seed: Seed): boolean {
  return seed.isExternal || (seed.name !== undefined && view.liveNames.has(seed.name));
}

function nonEmpty(seeds: readonly Seed[]): readonly Seed[] | undefined {
  return seeds.length > 0 ? seeds : undefined;
}
