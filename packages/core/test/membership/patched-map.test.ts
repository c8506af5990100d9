import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keysWhere, patchedMap } from '../../src/membership/patched-map.ts';

const LARGE = 2_000;

function largeMap(size = LARGE): ReadonlyMap<number, string> {
  return new Map(Array.from({ length: size }, (_, key) => [key, `v${key}`]));
}

/** Not as it was in the beginning. */
function isNew(value: string): boolean {
  return !value.startsWith('v');
}

describe('patchedMap', () => {
  it('is a plain map where there are few entries', () => {
    const before = new Map([['a', '1']]);
    const after = patchedMap(before, ['a'], [['b', '2']]);
    expect(after).toEqual(new Map([['b', '2']]));
    expect(before).toEqual(new Map([['a', '1']]));
  });

  it('leaves the map as it was', () => {
    const first = largeMap();
    const second = patchedMap(first, [1], [[2, 'two']]);
    patchedMap(second, [2], [[1, 'one']]);
    expect(first).toEqual(largeMap());
    expect([second.get(1), second.get(2), second.size]).toEqual([undefined, 'two', LARGE - 1]);
  });

  it('does not copy a large map of which little changes', () => {
    const after = patchedMap(largeMap(), [1], [[2, 'two']]);
    expect(after).not.toBeInstanceOf(Map);
  });

  it('is a plain map again once much has changed', () => {
    let map = largeMap();
    let patched = 0;
    for (let key = 0; key < 100; key += 1) {
      map = patchedMap(map, [], [[key, 'new']]);
      patched += map instanceof Map ? 0 : 1;
    }
    expect(patched).toBeGreaterThan(90);
    expect(patched).toBeLessThan(100);
  });

  it('calls back for each entry, with the map', () => {
    const map = patchedMap(largeMap(), [], [[LARGE, 'last']]);
    const seen: unknown[] = [];
    const told = { isThis: true };
    map.forEach(function (this: unknown, value, key, whole) {
      if (key === LARGE) seen.push(this, value, whole);
    }, told);
    expect(seen).toEqual([told, 'last', map]);
  });

  it('is what a copied map would be after any number of changes, in the same order', () => {
    const key = fc.oneof(fc.integer({ min: 0, max: 9 }), fc.integer({ min: LARGE - 5, max: LARGE + 5 }));
    const change = fc.record({ gone: fc.array(key, { maxLength: 6 }), put: fc.array(fc.tuple(key, fc.string()), { maxLength: 6 }) });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 30 }), (changes) => {
        let map = largeMap();
        const model = new Map(map);
        for (const { gone, put } of changes) {
          map = patchedMap(map, gone, put);
          for (const each of gone) model.delete(each);
          for (const [each, value] of put) model.set(each, value);
          expect(map.size).toBe(model.size);
          for (const each of [0, 5, 9, LARGE - 1, LARGE, LARGE + 5]) {
            expect([map.has(each), map.get(each)]).toEqual([model.has(each), model.get(each)]);
          }
        }
        expect([...map]).toEqual([...model]);
        expect([...map.keys()]).toEqual([...model.keys()]);
        expect([...map.values()]).toEqual([...model.values()]);
        const keys = [...model].flatMap(([each, value]) => (isNew(value) ? [each] : []));
        expect(new Set(keysWhere(map, isNew))).toEqual(new Set(keys));
        expect(keysWhere(map, isNew)).toHaveLength(keys.length);
      }),
      { numRuns: 60 },
    );
  });
});
