import type { Family } from './outcome.ts';

/** A block of addresses, parsed from CIDR text. Frozen. */
export type Cidr =
  | { readonly family: 'ipv4'; readonly text: string; readonly network: number; readonly size: number }
  | { readonly family: 'ipv6'; readonly text: string; readonly network: readonly number[]; readonly prefix: number };

const DOT = 46;
const ZERO = 48;
const COLON = 58;
const LOWER_A = 97;
const NOT_IPV4 = -1;

/**
 * The one text form of an address: dotted decimal for IPv4, RFC 5952 for IPv6 (an IPv4-mapped one keeps its family and is written
 * `::ffff:10.0.0.1`, section 5 there). Undefined for everything else: zone ids, ports, brackets, IPv4 with leading zeros or fewer parts.
 */
export function canonicalAddress(text: string): string | undefined {
  if (ipv4Number(text) !== NOT_IPV4) return text;
  const groups = ipv6Groups(text);
  return groups === undefined ? undefined : ipv6Text(groups);
}

/** The family of an address in canonical form; meaningless for other text. */
export function familyOf(address: string): Family {
  return address.includes(':') ? 'ipv6' : 'ipv4';
}

/** IPv4 before IPv6, each numerically. A total order of canonical addresses; text that is no address comes last. */
export function compareAddresses(left: string, right: string): number {
  if (left === right) return 0;
  const leftNumber = ipv4Number(left);
  const rightNumber = ipv4Number(right);
  if (leftNumber !== NOT_IPV4 && rightNumber !== NOT_IPV4) return leftNumber - rightNumber;
  if (leftNumber !== NOT_IPV4) return -1;
  if (rightNumber !== NOT_IPV4) return 1;
  return compareIpv6(left, right);
}

/**
 * Whether an answer with this address is refused. Without `allowed` that is what no pod can be reached at from another pod: 0.0.0.0/8,
 * loopback, link-local, multicast and broadcast (RFC 6890), and their IPv4-mapped forms. With `allowed` it is everything outside those
 * blocks, and nothing inside them, loopback included. Text that is no address is foreign.
 */
export function isForeign(address: string, allowed: readonly Cidr[] | undefined): boolean {
  const number = ipv4Number(address);
  if (number !== NOT_IPV4) return allowed === undefined ? isUnusableIpv4(number) : !allowed.some((cidr) => holdsIpv4(cidr, number));
  const groups = ipv6Groups(address);
  if (groups === undefined) return true;
  return allowed === undefined ? isUnusableIpv6(groups) : !allowed.some((cidr) => holdsIpv6(cidr, groups));
}

/** `10.244.0.0/16`, `fd00::/8`. Host bits are cleared: `10.244.1.7/16` is the same block. Undefined for everything else, a bare address too. */
export function parseCidr(text: string): Cidr | undefined {
  const slash = text.indexOf('/');
  const digits = text.slice(slash + 1);
  if (slash < 0 || !/^(?:0|[1-9][0-9]{0,2})$/.test(digits)) return undefined;
  const prefix = Number(digits);
  const number = ipv4Number(text.slice(0, slash));
  if (number !== NOT_IPV4) return prefix > 32 ? undefined : ipv4Cidr(number, prefix);
  const groups = ipv6Groups(text.slice(0, slash));
  return groups === undefined || prefix > 128 ? undefined : ipv6Cidr(groups, prefix);
}

function ipv4Cidr(number: number, prefix: number): Cidr {
  const size = 2 ** (32 - prefix);
  const network = number - (number % size);
  return Object.freeze({ family: 'ipv4', text: `${ipv4Text(network)}/${prefix}`, network, size });
}

function ipv6Cidr(groups: readonly number[], prefix: number): Cidr {
  const network = Object.freeze(groups.map((group, index) => group & groupMask(prefix, index)));
  return Object.freeze({ family: 'ipv6', text: `${ipv6Text(network)}/${prefix}`, network, prefix });
}

function holdsIpv4(cidr: Cidr, number: number): boolean {
  return cidr.family === 'ipv4' && number >= cidr.network && number < cidr.network + cidr.size;
}

function holdsIpv6(cidr: Cidr, groups: readonly number[]): boolean {
  return cidr.family === 'ipv6' && groups.every((group, index) => (group & groupMask(cidr.prefix, index)) === cidr.network[index]);
}

/** The bits of the 16-bit group at `index` that a prefix covers. */
function groupMask(prefix: number, index: number): number {
  const bits = Math.min(16, Math.max(0, prefix - 16 * index));
  return (0xffff << (16 - bits)) & 0xffff;
}

function isUnusableIpv4(number: number): boolean {
  const first = number >>> 24;
  return (
    first === 0 || first === 127 || number >>> 16 === 0xa9fe /* 169.254/16 */ || first >>> 4 === 0xe /* 224/4 */ || number === 0xffffffff
  );
}

function isUnusableIpv6(groups: readonly number[]): boolean {
  const mapped = mappedIpv4(groups);
  if (mapped !== NOT_IPV4) return isUnusableIpv4(mapped);
  const [first = 0, ...rest] = groups;
  if (first === 0 && rest.slice(0, 6).every((group) => group === 0)) return (rest[6] ?? 0) <= 1;
  return first >>> 8 === 0xff || (first & 0xffc0) === 0xfe80;
}

/** The address as an unsigned 32-bit number. This runs for every address of every round: one pass, nothing allocated. */
function ipv4Number(text: string): number {
  if (text.length > 15) return NOT_IPV4;
  let number = 0;
  let part = -1;
  let dots = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === DOT) {
      if (part < 0) return NOT_IPV4;
      number = number * 256 + part;
      part = -1;
      dots++;
      continue;
    }
    // A part that is already 0 takes no further digit: 010 is octal to some readers and decimal to others.
    if (code < ZERO || code > ZERO + 9 || part === 0) return NOT_IPV4;
    part = part < 0 ? code - ZERO : part * 10 + code - ZERO;
    if (part > 255) return NOT_IPV4;
  }
  return dots === 3 && part >= 0 ? number * 256 + part : NOT_IPV4;
}

function ipv4Text(number: number): string {
  return `${number >>> 24}.${(number >>> 16) & 255}.${(number >>> 8) & 255}.${number & 255}`;
}

/** The eight groups of an IPv6 address (RFC 4291 section 2.2), read in one pass as well. */
function ipv6Groups(text: string): readonly number[] | undefined {
  const groups: number[] = [];
  let gap = text.startsWith('::') ? 0 : -1;
  let index = gap < 0 ? 0 : 2;
  while (index < text.length) {
    const start = index;
    let group = 0;
    for (let digit = hexDigit(text, index); digit >= 0; digit = hexDigit(text, ++index)) group = group * 16 + digit;
    if (text.charCodeAt(index) === DOT) {
      const number = ipv4Number(text.slice(start));
      if (number === NOT_IPV4) return undefined;
      groups.push(number >>> 16, number & 0xffff);
      break;
    }
    if (index === start || index > start + 4) return undefined;
    groups.push(group);
    if (index === text.length) break;
    if (text.charCodeAt(index++) !== COLON || index === text.length) return undefined;
    if (text.charCodeAt(index) !== COLON) continue;
    if (gap >= 0) return undefined;
    gap = groups.length;
    index++;
  }
  return gap < 0 ? (groups.length === 8 ? groups : undefined) : withGap(groups, gap);
}

/** Fills in the zeros that '::' stands for: one group at least. */
function withGap(groups: number[], gap: number): readonly number[] | undefined {
  const zeros = 8 - groups.length;
  if (zeros < 1) return undefined;
  groups.length = 8;
  return groups.copyWithin(gap + zeros, gap, 8 - zeros).fill(0, gap, gap + zeros);
}

/** The value of a hexadecimal digit; -1 for every other character and behind the end. */
function hexDigit(text: string, index: number): number {
  const code = text.charCodeAt(index);
  if (code >= ZERO && code <= ZERO + 9) return code - ZERO;
  const letter = (code | 0x20) - LOWER_A;
  return letter >= 0 && letter < 6 ? letter + 10 : -1;
}

/** RFC 5952: lower case, no leading zeros, the first of the longest runs of two or more zero groups as '::'. */
function ipv6Text(groups: readonly number[]): string {
  const mapped = mappedIpv4(groups);
  if (mapped !== NOT_IPV4) return `::ffff:${ipv4Text(mapped)}`;
  let start = -1;
  let length = 1;
  for (let from = 0, index = 0; index < 8; index++) {
    if (groups[index] !== 0) from = index + 1;
    else if (index + 1 - from > length) {
      start = from;
      length = index + 1 - from;
    }
  }
  if (start < 0) return hex(groups);
  return `${hex(groups.slice(0, start))}::${hex(groups.slice(start + length))}`;
}

function hex(groups: readonly number[]): string {
  return groups.map((group) => group.toString(16)).join(':');
}

function mappedIpv4(groups: readonly number[]): number {
  const isMapped = groups[5] === 0xffff && groups.every((group, index) => index >= 5 || group === 0);
  return isMapped ? (groups[6] ?? 0) * 0x1_0000 + (groups[7] ?? 0) : NOT_IPV4;
}

function compareIpv6(left: string, right: string): number {
  const leftGroups = ipv6Groups(left);
  const rightGroups = ipv6Groups(right);
  if (leftGroups === undefined || rightGroups === undefined) {
    if (leftGroups !== rightGroups) return leftGroups === undefined ? 1 : -1;
    return left < right ? -1 : 1;
  }
  for (let index = 0; index < 8; index++) {
    const difference = (leftGroups[index] ?? 0) - (rightGroups[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
