import { describe, expect, test } from 'vitest';
import { reverseName } from '../../src/diagnosis/reverse-name.ts';

describe('reverseName', () => {
  test.each<{ name: string; text: string; want: string | undefined }>([
    { name: 'turns IPv4 round', text: '10.96.0.1', want: '1.0.96.10.in-addr.arpa' },
    {
      name: 'writes IPv6 nibble by nibble',
      text: 'fd00::a1',
      want: '1.a.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.d.f.ip6.arpa',
    },
    {
      name: 'takes IPv6 without a gap, in capitals',
      text: '2001:DB8:1:2:3:4:5:6',
      want: '6.0.0.0.5.0.0.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa',
    },
    { name: 'takes a gap at the front', text: '::1', want: `1.${'0.'.repeat(31)}ip6.arpa` },
    { name: 'takes a gap at the end', text: 'fd00::', want: `${'0.'.repeat(28)}0.0.d.f.ip6.arpa` },
    { name: 'takes an address without any bit', text: '::', want: `${'0.'.repeat(32)}ip6.arpa` },
    { name: 'has none for an IPv4-mapped address', text: '::ffff:10.96.0.1', want: undefined },
    { name: 'has none for a name', text: 'kubernetes.default.svc', want: undefined },
    { name: 'has none for nothing', text: '', want: undefined },
    { name: 'has none for what only looks like an address', text: '10.96.0.1.in-addr.arpa', want: undefined },
  ])('$name', ({ text, want }) => {
    expect(reverseName(text)).toBe(want);
  });
});
