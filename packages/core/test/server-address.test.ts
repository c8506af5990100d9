import { Resolver } from 'node:dns';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalServer } from '../src/lookup/server-address.ts';

describe('canonicalServer', () => {
  test.each([
    { name: 'reads IPv4', text: '10.96.0.10', want: '10.96.0.10' },
    { name: 'reads IPv4 with a port', text: '10.96.0.10:5353', want: '10.96.0.10:5353' },
    { name: 'leaves port 53 out', text: '10.96.0.10:53', want: '10.96.0.10' },
    { name: 'reads IPv6', text: 'FD00:0::A', want: 'fd00::a' },
    { name: 'reads IPv6 with a port', text: '[FD00::A]:5353', want: '[fd00::a]:5353' },
    { name: 'leaves port 53 of IPv6 out', text: '[fd00::a]:53', want: 'fd00::a' },
    { name: 'reads the largest port', text: '10.96.0.10:65535', want: '10.96.0.10:65535' },
    { name: 'refuses port 0, which aborts Node', text: '10.96.0.10:0', want: undefined },
    { name: 'refuses port 65536', text: '10.96.0.10:65536', want: undefined },
    { name: 'refuses leading zeros of a port', text: '10.96.0.10:053', want: undefined },
    { name: 'refuses an empty port', text: '10.96.0.10:', want: undefined },
    { name: 'refuses a name', text: 'kube-dns.kube-system', want: undefined },
    { name: 'refuses a name with a port', text: 'kube-dns:53', want: undefined },
    { name: 'refuses IPv4 in brackets', text: '[10.96.0.10]:53', want: undefined },
    { name: 'refuses brackets without a port', text: '[fd00::a]', want: undefined },
    { name: 'refuses a zone', text: 'fe80::1%eth0', want: undefined },
    { name: 'refuses a zone in brackets', text: '[fe80::1%eth0]:53', want: undefined },
    { name: 'refuses nothing', text: '', want: undefined },
  ])('$name', ({ text, want }) => {
    expect(canonicalServer(text)).toBe(want);
  });

  test('is what Node gives back when it is set', () => {
    const port = fc.integer({ min: 1, max: 65_535 });
    const server = fc.oneof(
      fc.ipV4(),
      fc.ipV6(),
      fc.tuple(fc.ipV4(), port).map(([address, number]) => `${address}:${number}`),
      fc.tuple(fc.ipV6(), port).map(([address, number]) => `[${address}]:${number}`),
    );
    const resolver = new Resolver();
    fc.assert(
      fc.property(server, (text) => {
        const canonical = canonicalServer(text) ?? '';
        resolver.setServers([canonical]);
        // Node writes the deprecated IPv4-compatible addresses (::10.0.0.1) with dots; they are nobody's server.
        const [back = ''] = resolver.getServers();
        expect(canonicalServer(back)).toBe(canonical);
      }),
    );
  });
});
