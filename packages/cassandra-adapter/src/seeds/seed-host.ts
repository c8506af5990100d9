/** A name or an address as a seed list may hold it: lower case, without the final dot. */
export function canonicalHost(host: string): string {
  return host.toLowerCase().replace(/\.$/, '');
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

/** Good enough to tell addresses from names; Cassandra parses them. A single colon is a name with a port, not an address. */
export function isIpv6(host: string): boolean {
  return /^[\da-f:.]+$/.test(host) && host.split(':').length >= 3;
}

function isIpv4(host: string): boolean {
  const parts = host.split('.');
  return parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255);
}

const label = '[a-z\\d_](?:[a-z\\d_-]{0,61}[a-z\\d_])?';
/** What ends in a number is read as an address by some resolvers. */
const dnsName = new RegExp(`^(?!.*(?:^|\\.)\\d+$)${label}(?:\\.${label})*$`);

function isDnsName(host: string): boolean {
  return host.length <= 253 && dnsName.test(host);
}
