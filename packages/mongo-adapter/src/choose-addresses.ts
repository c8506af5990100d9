/** An address in the form that `dns.lookup` gives it. */
export interface FoundAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

/** What a caller of `dns.lookup` may ask for. */
export interface AddressRequest {
  /** 0 is both. */
  readonly family: 0 | 4 | 6;
  readonly order: 'verbatim' | 'ipv4first' | 'ipv6first';
  /** With family 6: IPv4 addresses in IPv6 form where there are no others. */
  readonly isMapped: boolean;
  /** With the one before: beside the others, too. */
  readonly isAll: boolean;
}

/** The addresses of a peer that fit the request, in the order that it asks for; `verbatim` is that of the peer, IPv4 first. */
export function chooseAddresses(addresses: readonly string[], { family, order, isMapped, isAll }: AddressRequest): readonly FoundAddress[] {
  const found = addresses.map((address): FoundAddress => ({ address, family: address.includes(':') ? 6 : 4 }));
  const ipv4 = found.filter((each) => each.family === 4);
  const ipv6 = found.filter((each) => each.family === 6);
  if (family === 4) return ipv4;
  if (family === 6) return isMapped && (isAll || ipv6.length === 0) ? [...ipv6, ...ipv4.map(mapped)] : ipv6;
  if (order === 'verbatim') return found;
  return order === 'ipv4first' ? [...ipv4, ...ipv6] : [...ipv6, ...ipv4];
}

function mapped({ address }: FoundAddress): FoundAddress {
  return { address: `::ffff:${address}`, family: 6 };
}
