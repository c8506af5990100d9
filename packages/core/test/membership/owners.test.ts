import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Owners } from '../../src/membership/owners.ts';

/** Below and above the size from which maps share what stays. */
const sizes = [3, 2_000];

function entries(size: number): readonly (readonly [string, string])[] {
  return Array.from({ length: size }, (_, index) => [`10.0.0.${index}`, `ss-${index}`] as const);
}

describe('owners of addresses', () => {
  test('are a map of addresses to names', () => {
    const owners = Owners.of(entries(3)).patched(['10.0.0.1'], [['10.0.0.9', 'ss-1']]);
    const map = new Map([
      ['10.0.0.0', 'ss-0'],
      ['10.0.0.2', 'ss-2'],
      ['10.0.0.9', 'ss-1'],
    ]);
    expect([owners.size, owners.get('10.0.0.9'), owners.has('10.0.0.1'), owners.get('10.0.0.1')]).toEqual([3, 'ss-1', false, undefined]);
    expect([[...owners], [...owners.keys()]]).toEqual([[...map], [...map.keys()]]);
  });

  test('nobody owns anything', () => {
    for (const addresses of [['10.0.0.1'], []]) {
      const { shown, strangers, missed } = Owners.none.compare(addresses);
      expect([strangers, missed.size, shown.size, shown.has('10.0.0.1')]).toEqual([addresses, 0, addresses.length, addresses.length === 1]);
    }
  });

  test.each(sizes)('of %i, differ from a set by what each has alone, whatever was compared before', (size) => {
    const address = fc.nat({ max: size + 5 }).map((index) => `10.0.0.${index}`);
    const patch = fc.record({
      gone: fc.array(address, { maxLength: 4 }),
      come: fc.array(fc.tuple(address, fc.string()), { maxLength: 4 }),
    });
    fc.assert(
      fc.property(fc.array(fc.tuple(patch, fc.array(address, { maxLength: 6 }), fc.boolean()), { maxLength: 12 }), (steps) => {
        let owners = Owners.of(entries(size));
        const model = new Map(entries(size));
        for (const [{ gone, come }, others, isAllShown] of steps) {
          const before = owners;
          owners = owners.patched(gone, come);
          for (const each of gone) model.delete(each);
          for (const [each, name] of come) model.set(each, name);
          // Both hold the same owners of most addresses.
          before.compare(others);
          // With one twice, as no answer has it.
          const shown = [...(isAllShown ? model.keys() : []), ...others];
          const compared = owners.compare(shown);
          const isShown = new Set(shown);
          expect(compared.strangers).toEqual(shown.filter((each) => !model.has(each)));
          expect(compared.shown.size).toBe(isShown.size);
          const left = [...model.keys()].filter((each) => !isShown.has(each));
          expect(compared.missed.size).toBe(left.length);
          for (const each of [...model.keys(), ...others, 'nobody'])
            expect([compared.shown.has(each), compared.missed.has(each)]).toEqual([
              isShown.has(each),
              model.has(each) && !isShown.has(each),
            ]);
        }
        expect(new Map(owners)).toEqual(model);
      }),
      { numRuns: size > 100 ? 20 : 200 },
    );
  });
});
