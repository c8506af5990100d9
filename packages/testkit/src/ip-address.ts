import { isIP } from 'node:net';

/** IP version of an address. */
export type AddressFamily = 'ipv4' | 'ipv6';

/** The family of an address that is known to be one. */
export function familyOf(address: string): AddressFamily {
  return address.includes(':') ? 'ipv6' : 'ipv4';
}

/** The 4 or 16 bytes of an address. */
export function addressBytes(address: string): number[] {
  return familyOf(address) === 'ipv4' ? address.split('.').map(Number) : ipv6Bytes(address);
}

/** The name whose PTR record names the owner of the address (RFC 1035 section 3.5, RFC 3596 section 2.5). */
export function reverseName(address: string): string {
  const bytes = addressBytes(address);
  if (familyOf(address) === 'ipv4') return `${bytes.toReversed().join('.')}.in-addr.arpa`;
  const nibbles = bytes.flatMap((byte) => [byte >> 4, byte & 15]);
  return `${nibbles
    .toReversed()
    .map((nibble) => nibble.toString(16))
    .join('.')}.ip6.arpa`;
}

/** The label CoreDNS makes for a pod without a hostname: `10-244-1-7`, `fd00--1`. */
export function dashedLabel(address: string): string {
  return address.replaceAll(/[.:]/g, '-');
}

/** The address such a label means: three single dashes make an IPv4 address. Undefined when it means none. */
export function addressOfDashedLabel(label: string): string | undefined {
  const isIpv4 = /^[^-]+(?:-[^-]+){3}$/.test(label);
  const address = label.replaceAll('-', isIpv4 ? '.' : ':');
  return isIP(address) === 0 ? undefined : address;
}

function ipv6Bytes(address: string): number[] {
  const [head = '', tail] = withoutDottedEnd(address).split('::');
  const front = groupsOf(head);
  const back = tail === undefined ? [] : groupsOf(tail);
  const gap = Array.from({ length: 8 - front.length - back.length }, () => 0);
  return [...front, ...gap, ...back].flatMap((group) => [group >> 8, group & 255]);
}

/** `::ffff:192.0.2.1` carries its last four bytes in IPv4 form. */
function withoutDottedEnd(address: string): string {
  const dotted = /[^:]*\.[^:]*$/.exec(address)?.[0];
  if (dotted === undefined) return address;
  const [first = 0, second = 0, third = 0, fourth = 0] = dotted.split('.').map(Number);
  const groups = [first * 256 + second, third * 256 + fourth].map((group) => group.toString(16));
  return address.slice(0, -dotted.length) + groups.join(':');
}

function groupsOf(text: string): number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
}
