import { describe, expect, test } from 'vitest';
import { addressBytes, addressOfDashedLabel, dashedLabel, familyOf, reverseName } from '../src/ip-address.ts';

describe('an IP address', () => {
  test.each([
    {
      name: 'IPv4',
      address: '198.18.4.7',
      family: 'ipv4',
      bytes: [198, 18, 4, 7],
      dashed: '198-18-4-7',
      reverse: '7.4.18.198.in-addr.arpa',
    },
    {
      name: 'IPv6 with a gap in the middle',
      address: '2001:db8:a::1f',
      family: 'ipv6',
      bytes: [0x20, 0x01, 0x0d, 0xb8, 0, 0x0a, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x1f],
      dashed: '2001-db8-a--1f',
      reverse: 'f.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.a.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa',
    },
    {
      name: 'IPv6 in full',
      address: '1:2:3:4:5:6:7:8',
      family: 'ipv6',
      bytes: [0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8],
      dashed: '1-2-3-4-5-6-7-8',
      reverse: '8.0.0.0.7.0.0.0.6.0.0.0.5.0.0.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.ip6.arpa',
    },
    {
      name: 'IPv6 with an IPv4 end',
      address: '::ffff:192.0.2.1',
      family: 'ipv6',
      bytes: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, 1],
      dashed: '--ffff-192-0-2-1',
      reverse: '1.0.2.0.0.0.0.c.f.f.f.f.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.ip6.arpa',
    },
    {
      name: 'the IPv6 unspecified address',
      address: '::',
      family: 'ipv6',
      bytes: Array.from({ length: 16 }, () => 0),
      dashed: '--',
      reverse: `${'0.'.repeat(32)}ip6.arpa`,
    },
  ])('has a family, bytes, a dashed label and a reverse name ($name)', ({ address, family, bytes, dashed, reverse }) => {
    expect(familyOf(address)).toBe(family);
    expect(addressBytes(address)).toEqual(bytes);
    expect(dashedLabel(address)).toBe(dashed);
    expect(reverseName(address)).toBe(reverse);
  });
});

describe('a dashed label', () => {
  test.each([
    { name: 'three single dashes make IPv4', label: '192-0-2-7', address: '192.0.2.7' },
    { name: 'seven make IPv6', label: '1-2-3-4-5-6-7-8', address: '1:2:3:4:5:6:7:8' },
    { name: 'two in a row make IPv6', label: '2001-db8--7', address: '2001:db8::7' },
    { name: 'two in a row make IPv6 even among three', label: '1-2--7', address: '1:2::7' },
    { name: 'a number may be too large', label: '192-0-2-256', address: undefined },
    { name: 'it may be a word', label: 'color-svc', address: undefined },
    { name: 'it may have no dash', label: '7', address: undefined },
  ])('means an address or none: $name', ({ label, address }) => {
    expect(addressOfDashedLabel(label)).toBe(address);
  });
});
