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
    expect([new Map(owners), [...owners.keys()], [...owners.values()]]).toEqual([map, [...map.keys()], [...map.values()]]);
    const seen: unknown[] = [];
    owners.forEach((name, address, whole) => seen.push([address, name, whole === owners]));
    expect(seen).toEqual([...map].map((entry) => [...entry, true]));
  });

  test('nobody owns anything', () => {
    expect(Owners.none.compare(['10.0.0.1'])).toEqual({ strangers: ['10.0.0.1'], missed: [] });
    expect(Owners.none.compare([])).toEqual({ strangers: [], missed: [] });
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
          const { strangers, missed } = owners.compare(shown);
          expect(strangers).toEqual(shown.filter((each) => !model.has(each)));
          expect(missed.toSorted()).toEqual([...model.keys()].filter((each) => !shown.includes(each)).toSorted());
        }
        expect(new Map(owners)).toEqual(model);
      }),
      { numRuns: size > 100 ? 20 : 200 },
    );
  });
});
