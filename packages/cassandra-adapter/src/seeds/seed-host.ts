/** A name or an address as a seed list may hold it: lower case, without the final dot. */
export function canonicalHost(host: string): string {
  const lower = host.toLowerCase();
  return lower.endsWith('.') ? lower.slice(0, -1) : lower;
}

/**
 * Whether a canonical host may stand in a seed list: a DNS name (RFC 1123 labels and `_`) or an address. No comma, quote, blank, colon with
 * a port or control character gets through, so no list can be split elsewhere, and no YAML or argument vector be broken out of.
 */
export function isSeedHost(host: string): boolean {
  return isDnsName(host) || isAddress(host);
}

/** Whether a text is an address: Cassandra prints and brackets those in its own way. */
export function isAddress(host: string): boolean {
  return isIpv4(host) || isIpv6(host);
}

/** Whether a text is an IPv6 address in lower case. A single colon is a name with a port, and `1:2:3` is nothing at all. */
export function isIpv6(host: string): boolean {
  const gap = host.indexOf('::');
  if (gap < 0) return host.includes(':') && groupCount(host, true) === 8;
  if (host.includes('::', gap + 1)) return false;
  return groupCount(host.slice(0, gap), false) + groupCount(host.slice(gap + 2), true) <= 7;
}

/** An address as it compares with others: IPv6 in lower case and short form (RFC 5952), whatever Java or a person wrote. */
export function canonicalAddress(address: string): string {
  const text = address.toLowerCase();
  return isIpv6(text) ? new URL(`http://[${text}]`).hostname.slice(1, -1) : text;
}

const NO_GROUPS = 9;

/**
 * The groups of 16 bits that a part stands for; too many where it is none. The last two may be written as IPv4. Read digit by digit: every
 * address of a large cluster is looked at in each plan.
 */
function groupCount(part: string, mayEndAsIpv4: boolean): number {
  if (part === '') return 0;
  let groups = 1;
  let digits = 0;
  for (let index = 0; index < part.length; index += 1) {
    const character = part.charAt(index);
    if (character === '.') return mayEndAsIpv4 && isIpv4(part.slice(index - digits)) ? groups + 1 : NO_GROUPS;
    if (character === ':' ? digits === 0 : !isHexDigit(character)) return NO_GROUPS;
    groups += character === ':' ? 1 : 0;
    digits = character === ':' ? 0 : digits + 1;
    if (digits > 4) return NO_GROUPS;
  }
  return digits === 0 ? NO_GROUPS : groups;
}

function isHexDigit(character: string): boolean {
  return (character >= '0' && character <= '9') || (character >= 'a' && character <= 'f');
}

const byte = '(?:25[0-5]|2[0-4]\\d|[01]?\\d?\\d)';
const ipv4 = new RegExp(`^${byte}(?:\\.${byte}){3}$`);

function isIpv4(host: string): boolean {
  return ipv4.test(host);
}

const label = '[a-z\\d_](?:[a-z\\d_-]{0,61}[a-z\\d_])?';
const dnsName = new RegExp(`^${label}(?:\\.${label})*$`);

/** What ends in a number is read as an address by some resolvers. */
function isDnsName(host: string): boolean {
  return host.length <= 253 && dnsName.test(host) && !/^\d+$/.test(host.slice(host.lastIndexOf('.') + 1));
}
