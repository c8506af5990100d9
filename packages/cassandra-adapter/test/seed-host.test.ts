import * as fc from 'fast-check';
import { isIP } from 'node:net';
import { describe, expect, test } from 'vitest';
import { canonicalAddress, isAddress, isIpv6, isSeedHost } from '../src/seeds/seed-host.ts';

const part = fc.constantFrom('', '0', '1', 'ab', 'fd00', '12345', 'g', '1.2.3.4', '256.1.1.1', '1.2.3');
const likeAddress = fc
  .tuple(fc.array(part, { minLength: 1, maxLength: 9 }), fc.constantFrom(':', '::', '.'), fc.nat({ max: 9 }))
  .map(([parts, separator, at]) => parts.map((each, index) => (index === 0 ? each : `${index === at ? separator : ':'}${each}`)).join(''));

describe('addresses', () => {
  test('are those that Node knows, and no others', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), likeAddress), (text) => {
        fc.pre(!text.includes('.') || !/(?:^|[.:])0\d/.test(text));
        expect({ text, is: isAddress(text) }).toEqual({ text, is: isIP(text) !== 0 });
        expect(isIpv6(text)).toBe(isIP(text) === 6);
      }),
      { numRuns: 2_000 },
    );
  });

  test.each([
    { name: 'as Java writes IPv6', address: '0:0:0:0:0:0:0:1', want: '::1' },
    { name: 'in capitals', address: 'FD00::A', want: 'fd00::a' },
    { name: 'IPv4', address: '10.0.0.1', want: '10.0.0.1' },
  ])('compare $name', ({ address, want }) => {
    expect(canonicalAddress(address)).toBe(want);
  });

  test('with a zone are none', () => {
    expect(isAddress('fe80::1%eth0')).toBe(false);
  });

  test.each(['a.1', '1', '1.2.3', 'a.b.256', `${'a'.repeat(64)}.b`, `a${'.b'.repeat(127)}`, '-a.b'].map((host) => ({ host })))(
    'no name is $host',
    ({ host }) => {
      expect(isSeedHost(host)).toBe(false);
    },
  );
});
