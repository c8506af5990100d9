/** The name under which the PTR records of an address stand, with a final dot (RFC 1035 section 3.5, RFC 3596 section 2.5). */
export function reverseName(address: string): string {
  if (!address.includes(':')) return `${address.split('.').toReversed().join('.')}.in-addr.arpa.`;
  const [front = [], back = []] = address.split('::').map((half) => half.split(':').filter((group) => group !== ''));
  const zeros = Array.from({ length: 8 - front.length - back.length }, () => '0');
  const nibbles = [...front, ...zeros, ...back].flatMap((group) => group.padStart(4, '0').split(''));
  return `${nibbles.toReversed().join('.')}.ip6.arpa.`;
}
