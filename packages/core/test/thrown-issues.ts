import { InvalidOptionsError } from '../src/errors.ts';
import type { OptionIssue } from '../src/errors.ts';

/** The issues of the `InvalidOptionsError` that this throws; fails if it throws something else or nothing. */
export function thrownIssues(run: () => unknown): readonly OptionIssue[] {
  try {
    run();
  } catch (error) {
    if (error instanceof InvalidOptionsError) return error.issues;
    throw error;
  }
  throw new Error('nothing was thrown');
}
