import { describe, expect, test } from 'vitest';
import { found, NO_NAME, pods, setOf, ss, walkWith } from './builders.ts';

const MANY = 4_000;

/** As many addresses as a DNS answer can hold: those of the members given, and others that no name has. */
function longAnswer(...members: readonly string[]): readonly string[] {
  const others = Array.from({ length: MANY - members.length }, (_, i) => `10.1.${Math.floor(i / 250)}.${(i % 250) + 1}`);
  return [...members, ...others];
}

describe('a list near 64 KiB (cut without a sign)', () => {
  const members = Object.fromEntries(longAnswer('10.0.0.1', '10.0.0.2').map((address, i) => [ss(i), [address]]));

  test.each([
    { name: 'a member that it leaves out is not contradicted', own: found('10.0.0.1'), unconfirmed: [] },
    { name: 'a member whose own name is denied is in doubt, and stays', own: NO_NAME, unconfirmed: ['color-ss-0'] },
  ])('may add, never removes: $name', ({ own, unconfirmed }) => {
    const steps = walkWith(members);
    const [, ...others] = longAnswer('10.0.0.1', '10.0.0.2');
    const SRV = { kind: 'unknown', code: 'ETIMEOUT' } as const;
    steps.rounds(50, { A: found(...others, '10.9.9.9'), SRV, 'A color-ss-0': own });
    expect(steps.membership.owners.get('10.0.0.1')).toBe('color-ss-0');
    expect(steps.membership.owners.get('10.9.9.9')).toBe('10-9-9-9');
    expect(steps.membership.unconfirmed).toEqual(unconfirmed);
    expect(steps.membership.problems).toMatchObject([{ code: 'ANSWER_MAY_BE_CUT' }, { code: 'UNNAMED_ADDRESS' }]);
  });

  test('the problem ends with a shorter answer, which contradicts as ever', () => {
    const steps = walkWith(members);
    steps.round({ ...pods({}), A: found(...longAnswer('10.0.0.1', '10.0.0.2')) });
    expect(steps.membership.problems).toMatchObject([{ code: 'ANSWER_MAY_BE_CUT' }]);
    steps.round(pods(setOf(0, 1)));
    expect(steps.membership.problems).toEqual([]);
    expect(steps.membership.unconfirmed).toHaveLength(MANY - 2);
  });
});
