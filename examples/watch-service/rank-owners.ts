/**
 * All names, in the order in which they may own a key: the first one owns it, and the next one stands in while the first is away. Rendezvous hashing:
 * whoever knows the same names finds the same order, without asking anyone, and a name that goes takes no key from the others but gives its own away.
 */
export function rankOwners(key: string, names: readonly string[]): readonly string[] {
  const keyHash = hash(key);
  return names
    .map((name) => ({ name, weight: mix(keyHash ^ hash(name)) }))
    .toSorted((a, b) => b.weight - a.weight || (a.name < b.name ? -1 : 1))
    .map(({ name }) => name);
}

/** FNV-1a over UTF-16 units, mixed. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return mix(value);
}

/** The finalizer of MurmurHash3: each bit of the input changes about half of the output's. */
function mix(bits: number): number {
  let value = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
