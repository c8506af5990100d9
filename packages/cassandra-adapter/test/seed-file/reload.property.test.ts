import { virtualClock } from '@peerset/testkit';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderSeeds, planSeeds, writeSeedFile } from '../../src/index.ts';
import { input, node, peer } from '../cass-nodes.ts';
import { refuseBroken } from '../refuse-broken.ts';
import { seedFolder } from './seed-folder.ts';

const DEBOUNCE_MS = 30_000;

/** What the node sees: how many seeds it may have, an address of one of them, and how long until it looks again. */
const look = fc.record({
  perDatacenter: fc.integer({ min: 2, max: 3 }),
  last: fc.integer({ min: 1, max: 3 }),
  pauseMs: fc.constantFrom(0, 5_000, 29_999, 30_000, 70_000),
});

describe('a seed file', () => {
  test('18: is written only for other bytes, and reloaded only for other bytes or addresses, once in 30 s', async () => {
    await using folder = await seedFolder();
    let number = 0;
    const property = fc.asyncProperty(fc.array(look, { minLength: 1, maxLength: 6 }), async (looks) => {
      const clock = virtualClock();
      const reloadsAtMs: number[] = [];
      const path = folder.file(`seeds-${(number += 1)}`);
      const file = writeSeedFile({ path, as: 'csv', clock, debounceMs: DEBOUNCE_MS, reload: () => reloadsAtMs.push(clock.nowMs()) });
      let [text, state] = ['', ''];
      let changedAtMs: number | undefined;
      const wanted: number[] = [];
      for (const { perDatacenter, last, pauseMs } of looks) {
        const given = input({ isBootstrapped: true, perDatacenter, present: [peer(node(1), [`10.0.1.${last}`])] });
        const plan = planSeeds(given);
        if (plan.mode === 'wait') throw new Error(plan.reason);
        const next = renderSeeds(plan, { as: 'csv' });
        expect(await file.write(plan, given)).toBe(next === text ? 'unchanged' : 'written');
        expect(await folder.text(`seeds-${number}`)).toBe(next);
        const isNew = `${next} ${last}` !== state;
        [text, state] = [next, `${next} ${last}`];
        if (isNew) changedAtMs ??= clock.nowMs();
        await clock.advance(pauseMs);
        if (changedAtMs !== undefined && clock.nowMs() >= changedAtMs + DEBOUNCE_MS) {
          wanted.push(changedAtMs + DEBOUNCE_MS);
          changedAtMs = undefined;
        }
      }
      await clock.advance(2 * DEBOUNCE_MS);
      if (changedAtMs !== undefined) wanted.push(changedAtMs + DEBOUNCE_MS);
      const isOnTime = reloadsAtMs.join() === wanted.join();
      refuseBroken(isOnTime ? [] : ['18: reloads follow changes, once in 30 s'], `${reloadsAtMs.join()} for ${wanted.join()}`);
      await file.close();
    });
    await expect(fc.assert(property, { numRuns: 40, includeErrorInReport: true })).resolves.toBeUndefined();
  });
});
