import type { Arrangement } from './arrangement.ts';

/**
 * Peers as comparable text, one for each. Where nothing tells names, the addresses must do; and what the watcher does not ask for is not its
 * business.
 */
export function listOf(
  peers: Iterable<readonly [string, readonly string[]]>,
  { isNameable, watch: { family } }: Arrangement,
): readonly string[] {
  const isAsked = (address: string): boolean => family === 'auto' || family === 'dual' || (family === 'ipv6') === address.includes(':');
  const lines = [...peers].flatMap(([name, all]) => {
    const addresses = all.filter(isAsked);
    if (addresses.length === 0 && all.length > 0) return [];
    return isNameable ? [[name, ...addresses].join(' ')] : addresses;
  });
  return lines.toSorted();
}
