import { TestkitError } from './errors.ts';
import type { AddressFamily } from './ip-address.ts';
import type { Random } from './random.ts';

/**
 * Where pods get their addresses from.
 *
 * - `benchmarking`: 198.18.0.0/15 (RFC 2544) and 2001:db8::/32 (RFC 3849), addresses nobody routes.
 * - `loopback`: 127.0.1.1 to 127.0.255.254, so that real servers can listen on them. Linux only, IPv4 only.
 */
export type AddressRange = 'benchmarking' | 'loopback';

/** Hands out addresses and takes them back. */
export interface AddressPool {
  /** An address nobody has. One that was given back comes round again only after all others of its range, more than 10,000 in each. */
  take(family: AddressFamily): string;
  /** Gives an address back. */
  release(address: string): void;
}

/** A prime that divides none of the sizes below, so that steps of it visit every address before any comes twice. */
const STRIDE = 7_919;

/** Last octets 0 and 255 are left out: people read them as network and broadcast. */
const OCTETS = 254;

interface Walk {
  readonly size: number;
  readonly addressAt: (index: number) => string;
}

const BENCHMARKING_IPV4: Walk = {
  size: 2 * 256 * OCTETS,
  addressAt(index) {
    const subnet = Math.floor(index / OCTETS);
    return `198.${18 + (subnet >> 8)}.${subnet & 255}.${1 + (index % OCTETS)}`;
  },
};

const BENCHMARKING_IPV6: Walk = {
  size: 256 * 65_535,
  addressAt(index) {
    const subnet = 1 + Math.floor(index / 65_535);
    return `2001:db8:${subnet.toString(16)}::${(1 + (index % 65_535)).toString(16)}`;
  },
};

const LOOPBACK_IPV4: Walk = {
  size: 255 * OCTETS,
  addressAt: (index) => `127.0.${1 + Math.floor(index / OCTETS)}.${1 + (index % OCTETS)}`,
};

/** Makes a pool; `random` decides where it starts. */
export function createAddressPool(range: AddressRange, random: Random): AddressPool {
  const used = new Set<string>();
  const ipv4 = range === 'loopback' ? LOOPBACK_IPV4 : BENCHMARKING_IPV4;
  const nextIndex = {
    ipv4: Math.floor(random() * ipv4.size),
    ipv6: Math.floor(random() * BENCHMARKING_IPV6.size),
  };

  return {
    take(family) {
      if (family === 'ipv6' && range === 'loopback') {
        throw new TestkitError('INVALID_OPTIONS', 'IPv6 has one loopback address only, use ipv4 with addresses: loopback');
      }
      const { size, addressAt } = family === 'ipv4' ? ipv4 : BENCHMARKING_IPV6;
      for (let attempt = 0; attempt < size; attempt += 1) {
        const address = addressAt(nextIndex[family]);
        nextIndex[family] = (nextIndex[family] + STRIDE) % size;
        if (used.has(address)) continue;
        used.add(address);
        return address;
      }
      throw new TestkitError('ADDRESSES_EXHAUSTED', `all ${size} ${family} addresses of the ${range} range are in use`);
    },
    release(address) {
      used.delete(address);
    },
  };
}
