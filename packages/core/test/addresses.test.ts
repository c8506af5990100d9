import { BlockList, SocketAddress, isIP } from 'node:net';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalAddress, compareAddresses, familyOf, isForeign, parseCidr } from '../src/lookup/addresses.ts';
import type { Cidr } from '../src/lookup/addresses.ts';

const ipv4 = fc.ipV4();
const ipv6 = fc.oneof(
  fc.ipV6(),
  // Few bits set: long runs of zeros, where the shortening rules differ.
  fc
    .array(fc.constantFrom('0', '0', '0', '1', 'fe80', '0db8', 'ffff', 'FF02'), { minLength: 8, maxLength: 8 })
    .map((groups) => groups.join(':')),
  ipv4.map((address) => `::ffff:${address}`),
);
const anyAddress = fc.oneof(ipv4, ipv6);
const almostAddress = fc.string({ unit: fc.constantFrom('0', '1', '25', 'f', ':', '::', '.', '%', ' '), maxLength: 14 });

const nodeText = (address: string): string =>
  new SocketAddress({ address, family: isIP(address) === 4 ? 'ipv4' : 'ipv6', port: 0 }).address;
const words = (address: string): bigint => {
  const url = new URL(isIP(address) === 4 ? `http://[::${address}]` : `http://[${address}]`);
  const [head = '', tail] = url.hostname.slice(1, -1).split('::');
  const front = head === '' ? [] : head.split(':');
  const back = tail === undefined || tail === '' ? [] : tail.split(':');
  const groups = [...front, ...Array.from({ length: 8 - front.length - back.length }, () => '0'), ...back];
  return groups.reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n);
};
const cidr = (text: string): Cidr => {
  const parsed = parseCidr(text);
  if (parsed === undefined) throw new Error(`${text} is no CIDR`);
  return parsed;
};

describe('canonicalAddress', () => {
  test.each([
    { name: 'keeps IPv4', text: '10.244.1.7', want: '10.244.1.7' },
    { name: 'lowers IPv6', text: 'FD00::A', want: 'fd00::a' },
    { name: 'drops leading zeros of groups', text: 'fd00:0:0:0:0:0:0:0001', want: 'fd00::1' },
    { name: 'shortens the longest run', text: 'fd00:0:0:1:0:0:0:1', want: 'fd00:0:0:1::1' },
    { name: 'shortens the first of two equal runs', text: 'fd00:0:0:1:1:0:0:1', want: 'fd00::1:1:0:0:1' },
    { name: 'writes a single zero group out', text: 'fd00::1:2:3:4:5:6', want: 'fd00:0:1:2:3:4:5:6' },
    { name: 'shortens a run at the end', text: 'fd00:1:0:0:0:0:0:0', want: 'fd00:1::' },
    { name: 'shortens nothing but zeros', text: '0:0:0:0:0:0:0:0', want: '::' },
    { name: 'keeps an IPv4-mapped address in IPv6', text: '::FFFF:0a00:0001', want: '::ffff:10.0.0.1' },
    { name: 'reads a dotted tail', text: '64:ff9b::10.0.0.1', want: '64:ff9b::a00:1' },
    { name: 'refuses leading zeros', text: '10.244.01.7', want: undefined },
    { name: 'refuses three parts', text: '10.244.1', want: undefined },
    { name: 'refuses five parts', text: '10.244.1.7.1', want: undefined },
    { name: 'refuses a part over 255', text: '10.244.1.256', want: undefined },
    { name: 'refuses an empty part', text: '10..1.7', want: undefined },
    { name: 'refuses a trailing dot', text: '10.244.1.7.', want: undefined },
    { name: 'refuses a sign', text: '10.244.1.-7', want: undefined },
    { name: 'refuses space', text: ' 10.244.1.7', want: undefined },
    { name: 'refuses a zone', text: 'fe80::1%eth0', want: undefined },
    { name: 'refuses brackets', text: '[fd00::1]', want: undefined },
    { name: 'refuses two gaps', text: 'fd00::1::2', want: undefined },
    { name: 'refuses a gap of no group', text: '1:2:3:4::5:6:7:8', want: undefined },
    { name: 'refuses nine groups', text: '1:2:3:4:5:6:7:8:9', want: undefined },
    { name: 'refuses three colons', text: 'fd00:::1', want: undefined },
    { name: 'refuses a dotted part before the end', text: '10.0.0.1::1', want: undefined },
    { name: 'refuses digits of other scripts', text: '1٠.0.0.1', want: undefined },
    { name: 'refuses nothing at all', text: '', want: undefined },
  ])('$name', ({ text, want }) => {
    expect(canonicalAddress(text)).toBe(want);
  });

  test('writes every address as inet_ntop does', () => {
    fc.assert(
      fc.property(anyAddress, (address) => {
        // inet_ntop still writes the deprecated IPv4-compatible addresses (::10.0.0.1) with dots; RFC 5952 does not.
        const ours = canonicalAddress(address) ?? '';
        expect(nodeText(ours)).toBe(nodeText(address));
        expect(/^::[0-9]+\./.test(nodeText(address)) ? nodeText(ours) : ours).toBe(nodeText(address));
      }),
    );
  });

  test('accepts exactly what Node takes for an address, zones apart', () => {
    fc.assert(
      fc.property(fc.oneof(almostAddress, anyAddress), (text) => {
        expect(canonicalAddress(text) !== undefined).toBe(isIP(text) !== 0 && !text.includes('%'));
      }),
      { numRuns: 2_000 },
    );
  });

  test('leaves its own result alone', () => {
    fc.assert(
      fc.property(anyAddress, (address) => {
        const canonical = canonicalAddress(address) ?? '';
        expect(canonicalAddress(canonical)).toBe(canonical);
        expect(familyOf(canonical)).toBe(isIP(address) === 4 ? 'ipv4' : 'ipv6');
      }),
    );
  });
});

describe('compareAddresses', () => {
  test.each([
    { name: 'orders IPv4 by number, not by text', left: '10.0.0.9', right: '10.0.0.10' },
    { name: 'puts IPv4 first', left: '255.0.0.1', right: '::1' },
    { name: 'orders IPv6 by number, not by text', left: 'fd00::9', right: 'fd00::10' },
    { name: 'orders a mapped address as IPv6', left: '::1', right: '::ffff:10.0.0.1' },
    { name: 'puts what is no address last', left: 'fd00::1', right: 'a' },
    { name: 'orders what is no address by text', left: 'a', right: 'b' },
  ])('$name', ({ left, right }) => {
    expect(compareAddresses(left, right)).toBeLessThan(0);
    expect(compareAddresses(right, left)).toBeGreaterThan(0);
  });

  test('is a total order of canonical addresses and of all other text', () => {
    const canonical = fc.oneof(anyAddress, almostAddress).map((text) => canonicalAddress(text) ?? text);
    fc.assert(
      fc.property(canonical, canonical, canonical, (left, middle, right) => {
        const sign = Math.sign(compareAddresses(left, middle));
        expect(sign + Math.sign(compareAddresses(middle, left))).toBe(0);
        expect(sign === 0).toBe(left === middle);
        const isAscending = sign <= 0 && compareAddresses(middle, right) <= 0;
        expect(isAscending && compareAddresses(left, right) > 0).toBe(false);
      }),
    );
  });

  test.each([
    { name: 'IPv4', family: ipv4 },
    { name: 'IPv6', family: fc.ipV6() },
  ])('orders $name as numbers', ({ family }) => {
    fc.assert(
      fc.property(family, family, (left, right) => {
        expect(compareAddresses(left, right) < 0).toBe(words(left) < words(right));
      }),
    );
  });
});

describe('isForeign', () => {
  test.each([
    { name: 'accepts a pod', address: '10.244.1.7', want: false },
    { name: 'accepts a public address', address: '8.8.8.8', want: false },
    { name: 'accepts carrier-grade space, which clouds use for pods', address: '100.64.0.1', want: false },
    { name: 'accepts class E, which some clouds use for pods', address: '240.0.0.1', want: false },
    { name: 'accepts a unique local IPv6', address: 'fd00::1', want: false },
    { name: 'accepts a global IPv6', address: '2001:db8::1', want: false },
    { name: 'accepts an IPv6 that begins with zeros', address: '0:0:0:0:0:0:1:1', want: false },
    { name: 'accepts a mapped pod', address: '::ffff:10.244.1.7', want: false },
    { name: 'refuses 0.0.0.0', address: '0.0.0.0', want: true },
    { name: 'refuses the rest of 0/8', address: '0.1.2.3', want: true },
    { name: 'refuses loopback', address: '127.0.0.1', want: true },
    { name: 'refuses the end of loopback', address: '127.255.255.255', want: true },
    { name: 'refuses link-local', address: '169.254.20.10', want: true },
    { name: 'accepts what is beside link-local', address: '169.253.20.10', want: false },
    { name: 'refuses multicast', address: '224.0.0.1', want: true },
    { name: 'refuses the end of multicast', address: '239.255.255.255', want: true },
    { name: 'refuses broadcast', address: '255.255.255.255', want: true },
    { name: 'refuses ::', address: '::', want: true },
    { name: 'refuses ::1', address: '::1', want: true },
    { name: 'refuses IPv6 multicast', address: 'ff02::1', want: true },
    { name: 'refuses IPv6 link-local', address: 'fe80::1', want: true },
    { name: 'refuses the end of IPv6 link-local', address: 'febf::1', want: true },
    { name: 'accepts what is beside IPv6 link-local', address: 'fec0::1', want: false },
    { name: 'refuses mapped loopback', address: '::ffff:127.0.0.1', want: true },
    { name: 'refuses what is no address', address: 'color-ss-0', want: true },
  ])('$name', ({ address, want }) => {
    expect(isForeign(address, undefined)).toBe(want);
  });

  test.each([
    { name: 'accepts what is inside', address: '10.244.1.7', allowed: ['10.244.0.0/16'], want: false },
    { name: 'refuses what is outside', address: '10.245.1.7', allowed: ['10.244.0.0/16'], want: true },
    { name: 'accepts loopback inside', address: '127.0.0.1', allowed: ['127.0.0.0/8'], want: false },
    { name: 'accepts IPv6 loopback inside', address: '::1', allowed: ['127.0.0.0/8', '::1/128'], want: false },
    { name: 'refuses the other family', address: 'fd00::1', allowed: ['0.0.0.0/0'], want: true },
    { name: 'refuses a mapped address outside IPv6 blocks', address: '::ffff:10.0.0.1', allowed: ['10.0.0.0/8'], want: true },
    { name: 'accepts all of IPv4 in /0', address: '255.255.255.255', allowed: ['0.0.0.0/0'], want: false },
    { name: 'refuses what is no address', address: 'color-ss-0', allowed: ['0.0.0.0/0', '::/0'], want: true },
    { name: 'refuses everything when nothing is allowed', address: '10.0.0.1', allowed: [], want: true },
  ])('$name, with a list', ({ address, allowed, want }) => {
    expect(isForeign(address, allowed.map(cidr))).toBe(want);
  });

  test('agrees with the BlockList of Node about every block', () => {
    const block = fc.oneof(fc.tuple(ipv4, fc.nat(32)), fc.tuple(fc.ipV6(), fc.nat(128)));
    fc.assert(
      fc.property(block, fc.oneof(ipv4, fc.ipV6()), fc.nat(128), ([base, prefix], other, flip) => {
        const family = isIP(base) === 4 ? 'ipv4' : 'ipv6';
        const list = new BlockList();
        list.addSubnet(base, prefix, family);
        const allowed = [cidr(`${base}/${prefix}`)];
        expect(isForeign(canonicalAddress(base) ?? '', allowed)).toBe(false);
        for (const address of [other, neighbour(base, flip)].filter((text) => isIP(text) === isIP(base))) {
          expect(isForeign(address, allowed)).toBe(!list.check(address, family));
        }
      }),
    );
  });
});

/** The address with one bit turned over. */
function neighbour(address: string, bit: number): string {
  if (isIP(address) === 4) {
    const number = words(address) ^ (1n << BigInt(bit % 32));
    return [24n, 16n, 8n, 0n].map((shift) => String((number >> shift) & 255n)).join('.');
  }
  const number = words(address) ^ (1n << BigInt(bit % 128));
  return Array.from({ length: 8 }, (_, index) => ((number >> BigInt(112 - 16 * index)) & 0xffffn).toString(16)).join(':');
}

describe('parseCidr', () => {
  test.each([
    { name: 'reads IPv4', text: '10.244.0.0/16', want: '10.244.0.0/16' },
    { name: 'reads IPv6', text: 'FD00:0::/8', want: 'fd00::/8' },
    { name: 'clears host bits', text: '10.244.1.7/16', want: '10.244.0.0/16' },
    { name: 'clears host bits of IPv6', text: 'fd00:1234::1/20', want: 'fd00:1000::/20' },
    { name: 'reads one address', text: '255.255.255.255/32', want: '255.255.255.255/32' },
    { name: 'reads everything', text: '10.0.0.1/0', want: '0.0.0.0/0' },
    { name: 'refuses an address alone', text: '10.244.0.0', want: undefined },
    { name: 'refuses 33 bits', text: '10.244.0.0/33', want: undefined },
    { name: 'refuses 129 bits', text: 'fd00::/129', want: undefined },
    { name: 'refuses a mask', text: '10.244.0.0/255.255.0.0', want: undefined },
    { name: 'refuses leading zeros', text: '10.244.0.0/016', want: undefined },
    { name: 'refuses no length', text: '10.244.0.0/', want: undefined },
    { name: 'refuses two lengths', text: '10.244.0.0/16/16', want: undefined },
    { name: 'refuses a name', text: 'color-svc/16', want: undefined },
    { name: 'refuses nothing at all', text: '', want: undefined },
  ])('$name', ({ text, want }) => {
    expect(parseCidr(text)?.text).toBe(want);
  });
});
