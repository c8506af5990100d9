import type { OptionIssue } from '@peerset/core';
import { InvalidOptionsError } from '@peerset/core/errors';
import { mongoConnectionString } from '../src/index.ts';
import { identity } from './color-peers.ts';

/** Loosely typed: most of these do not compile, and callers without a compiler send them all the same. */
export type RefusedOption = {
  readonly name: string;
  readonly options: Record<string, unknown>;
  readonly path: string;
  readonly says: string;
  readonly hosts?: number;
};

/** What is reported for these options and so many hosts. */
export function issuesOf(options: Record<string, unknown>, hosts: number): readonly OptionIssue[] {
  try {
    mongoConnectionString([0, 1, 2].slice(0, hosts).map(identity), options);
  } catch (error) {
    if (error instanceof InvalidOptionsError) return error.issues;
    throw error;
  }
  return [];
}
