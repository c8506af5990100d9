import { canonicalAddress, familyOf } from '../lookup/addresses.ts';

/** The name under which DNS keeps the names of an address (RFC 1035 section 3.5, RFC 3596 section 2.5); undefined for other text. */
export function reverseName(text: string): string | undefined {
  const address = canonicalAddress(text);
  if (address === undefined) return undefined;
  if (familyOf(address) === 'ipv4') return `${address.split('.').toReversed().join('.')}.in-addr.arpa`;
  // The address of a Service is never an IPv4-mapped one.
  if (address.includes('.')) return undefined;
  const [head = [], tail = []] = address.split('::').map((part) => part.split(':').filter((group) => group !== ''));
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => '0');
  const nibbles = [...head, ...zeros, ...tail].map((group) => group.padStart(4, '0')).join('');
  return `${nibbles.split('').toReversed().join('.')}.ip6.arpa`;
}
