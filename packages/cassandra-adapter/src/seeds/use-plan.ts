import { InvalidOptionsError } from '@peerset/core/errors';
import type { SeedListPlan, SeedPlan } from './plan-seeds.ts';
import type { Seed } from './seed-list.ts';
import { issue } from './seed-shape.ts';

/**
 * A plan that a node may start with. Narrower than `SeedListPlan`, so that what `mayStart` refuses is known to be a list or a wait, and not a
 * wait alone.
 */
export type StartPlan = SeedListPlan & { readonly seeds: readonly [Seed, ...(readonly Seed[])] };

/** What is done with a node that seems to have lost its disk. */
export interface StartOptions {
  /**
   * `wait` (default): it does not start, since it would leave its old self behind, down; that is for a person to decide. `join`: it starts as
   * one node more, or with the `replace_address_first_boot` that you have set.
   */
  readonly replaceSuspected?: 'wait' | 'join' | undefined;
}

/**
 * Whether a node may be started with a plan, which has a list then.
 *
 * @throws {InvalidOptionsError} `INVALID_OPTIONS` for another `replaceSuspected`.
 */
export function mayStart(plan: SeedPlan, { replaceSuspected = 'wait' }: StartOptions = {}): plan is StartPlan {
  if (replaceSuspected !== 'wait' && replaceSuspected !== 'join')
    throw new InvalidOptionsError([issue('replaceSuspected', replaceSuspected, 'must be one of wait, join')]);
  return plan.mode !== 'wait' && (plan.mode !== 'replace-suspected' || replaceSuspected === 'join');
}

/**
 * Whether the seeds of a node that runs may be rewritten to those of a plan. Until it has joined, it keeps what it was started with;
 * once it has, its plan is a `restart`. The seeds of a node that runs only matter at its next start, and after a partition.
 */
export function mayRewrite(plan: SeedPlan): plan is SeedListPlan & { readonly mode: 'restart' } {
  return plan.mode === 'restart';
}
