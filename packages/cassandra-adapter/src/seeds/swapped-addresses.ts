import { canonicalAddress } from './seed-host.ts';
import type { SeedInput } from './seed-input.ts';

/**
 * Names that exchanged their addresses since `previousAddresses`, as rings: each has the address that the next one had. Cassandra before 6.0
 * refuses to start both of a pair ("A node with address ... already exists"), and a third address for one of them is all that helps.
 */
export function swappedAddresses(input: SeedInput): readonly (readonly string[])[] {
  const formerOwner = formerOwners(input);
  const seen = new Set<string>();
  return [...formerOwner.keys()].flatMap((first) => {
    const ring: string[] = [];
    let name: string | undefined = first;
    while (name !== undefined && !seen.has(name)) {
      seen.add(name);
      ring.push(name);
      name = formerOwner.get(name);
    }
    // A chain that ends elsewhere: somebody moved away, and nobody has to give back.
    const start = name === undefined ? -1 : ring.indexOf(name);
    return start < 0 ? [] : [ring.slice(start)];
  });
}

/** Whose address a name has now, for names that do not have their own any more, by name. */
function formerOwners(input: SeedInput): ReadonlyMap<string, string> {
  const moved = movedNames(input);
  const ownerOf = new Map(moved.map(({ name, before }) => [before, name]));
  const owners = new Map<string, string>();
  for (const { name, now } of moved) {
    const owner = now.map((address) => ownerOf.get(address)).find((each) => each !== undefined);
    if (owner !== undefined) owners.set(name, owner);
  }
  return owners;
}

/** Names that are there, and not at their previous address any more. */
function movedNames(input: SeedInput): readonly { name: string; before: string; now: readonly string[] }[] {
  const { previousAddresses, present, self, selfAddress } = input;
  if (previousAddresses === undefined) return [];
  const peers = 'peers' in present ? present.peers : present;
  const addressesOf = new Map(peers.map(({ name, addresses }) => [name, addresses]));
  if (selfAddress !== undefined) addressesOf.set(self, [canonicalAddress(selfAddress)]);
  const changed = Object.entries(previousAddresses).filter(([name, address]) => !addressesOf.get(name)?.includes(address));
  return changed
    .map(([name, address]) => ({ name, before: canonicalAddress(address), now: addressesOf.get(name) ?? [] }))
    .filter(({ before, now }) => now.length > 0 && !now.includes(before))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
