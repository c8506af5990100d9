import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createAddressPool } from '../src/address-pool.ts';
import { seededRandom } from '../src/random.ts';
import type { AddressFamily, AddressRange } from '../src/index.ts';

const RANGES = [
  { name: 'IPv4 from 198.18.0.0/15', range: 'benchmarking', family: 'ipv4', pattern: /^198\.1[89]\.\d+\.\d+$/ },
  { name: 'IPv6 from 2001:db8::/32', range: 'benchmarking', family: 'ipv6', pattern: /^2001:db8:[0-9a-f]{1,3}::[0-9a-f]{1,4}$/ },
  { name: 'IPv4 from 127.0.0.0/16 without 127.0.0.0/24', range: 'loopback', family: 'ipv4', pattern: /^127\.0\.[1-9]\d*\.\d+$/ },
] as const satisfies { name: string; range: AddressRange; family: AddressFamily; pattern: RegExp }[];

const poolOf = (range: AddressRange, seed: number) => createAddressPool(range, seededRandom(seed));

describe('an address pool', () => {
  test.each(RANGES)('gives $name and none twice within 10,000 allocations, even when all are given back', ({ range, family, pattern }) => {
    fc.assert(
      fc.property(fc.integer(), fc.func(fc.boolean()), (seed, isReleased) => {
        const pool = poolOf(range, seed);
        const taken = new Set<string>();
        for (let count = 0; count < 10_000; count += 1) {
          const address = pool.take(family);
          if (!pattern.test(address)) throw new Error(`${address} is out of range`);
          taken.add(address);
          if (isReleased(count)) pool.release(address);
        }
        expect(taken.size).toBe(10_000);
      }),
      { numRuns: 5 },
    );
  });

  test('leaves out last octets that people read as network or broadcast', () => {
    const pool = poolOf('benchmarking', 1);
    const lastOctets = Array.from({ length: 5_000 }, () => Number(pool.take('ipv4').split('.').at(-1)));
    expect(Math.min(...lastOctets)).toBe(1);
    expect(Math.max(...lastOctets)).toBe(254);
  });

  test('writes IPv6 addresses in canonical form', () => {
    const pool = poolOf('benchmarking', 3);
    for (let count = 0; count < 200; count += 1) {
      const address = pool.take('ipv6');
      expect(new URL(`http://[${address}]`).hostname).toBe(`[${address}]`);
    }
  });

  test('says so when all addresses are in use, and goes on when one comes back', () => {
    const pool = poolOf('loopback', 1);
    const all = Array.from({ length: 255 * 254 }, () => pool.take('ipv4'));
    expect(new Set(all).size).toBe(all.length);
    expect(() => pool.take('ipv4')).toThrow(expect.objectContaining({ code: 'ADDRESSES_EXHAUSTED' }));
    pool.release('127.0.9.9');
    expect(pool.take('ipv4')).toBe('127.0.9.9');
  });

  test('has no IPv6 addresses on loopback', () => {
    expect(() => poolOf('loopback', 1).take('ipv6')).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS' }));
  });

  test('gives the same addresses for the same seed', () => {
    expect(poolOf('benchmarking', 5).take('ipv4')).toBe(poolOf('benchmarking', 5).take('ipv4'));
    expect(poolOf('benchmarking', 5).take('ipv4')).not.toBe(poolOf('benchmarking', 6).take('ipv4'));
  });
});
