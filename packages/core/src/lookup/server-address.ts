import { canonicalAddress, familyOf } from './addresses.ts';

const WITH_PORT = /^(?:\[(?<ipv6>[^\]]+)\]|(?<ipv4>[0-9.]+)):(?<port>[1-9][0-9]{0,4})$/;
const LARGEST_PORT = 65_535;
const DNS_PORT = 53;

/**
 * A DNS server as `Resolver.setServers` takes it and `getServers` gives it back: `10.0.0.10`, `10.0.0.10:5353`, `[fd00::a]:5353`; port 53
 * is left out. Undefined for names, zones and ports outside 1 to 65535 (port 0 aborts the Node process).
 */
export function canonicalServer(text: string): string | undefined {
  const bare = canonicalAddress(text);
  if (bare !== undefined) return bare;
  const { ipv4, ipv6, port } = WITH_PORT.exec(text)?.groups ?? {};
  const address = canonicalAddress(ipv6 ?? ipv4 ?? '');
  if (address === undefined || Number(port) > LARGEST_PORT) return undefined;
  if ((familyOf(address) === 'ipv6') !== (ipv6 !== undefined)) return undefined;
  if (Number(port) === DNS_PORT) return address;
  return ipv6 === undefined ? `${address}:${port}` : `[${address}]:${port}`;
}
