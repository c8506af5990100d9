import type { MemberAttributes } from '../../../src/replica-set/plan/observation.ts';
import type { Dice } from './dice.ts';

/** What a person declares of members beside votes. Horizons only where the set is founded with them: others have none that would fit. */
export function declareAttributes(dice: Dice, isFounded: boolean, isSingle: boolean): Readonly<Record<number, MemberAttributes>> {
  if (dice.chance(0.6)) return {};
  const hasHorizons = !isFounded && dice.chance(0.3);
  const entries = Array.from({ length: 12 }, (_, ordinal): readonly [number, MemberAttributes] => {
    const horizons = hasHorizons ? { horizons: { outside: `color-${ordinal}.example.com:${30_000 + ordinal}` } } : {};
    return [ordinal, { ...horizons, ...choose(dice, ordinal, isFounded && !isSingle) }];
  });
  return Object.fromEntries(entries.filter(([, attributes]) => Object.keys(attributes).length > 0));
}

/** Ordinal 0 must be electable to found, and ordinal 1 when 0 no longer is. */
function choose(dice: Dice, ordinal: number, mayLosePriority: boolean): MemberAttributes {
  if (ordinal === 0) return mayLosePriority && dice.chance(0.5) ? { priority: 0 } : {};
  const choice = dice.roll(6);
  if (choice === 0) return { tags: { zone: `z${ordinal % 3}` } };
  if (choice === 1) return { priority: 0.5 + ordinal };
  if (ordinal === 1) return {};
  return choice === 2 ? { priority: 0 } : choice === 3 ? { priority: 0, hidden: true } : {};
}
