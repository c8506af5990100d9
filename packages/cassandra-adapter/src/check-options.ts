import type { OptionIssue } from '@peerset/core';
import { InvalidOptionsError } from '@peerset/core/errors';
import { valueText } from './value-text.ts';

/** Throws when there is an issue. */
export function refuse(issues: readonly OptionIssue[]): void {
  if (issues.length > 0) throw new InvalidOptionsError(issues);
}

/** Throws when something is no object: nothing else of it can be checked then. */
export function refuseNoObject(path: string, value: unknown): void {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  refuse(isObject ? [] : [{ path, value: valueText(value), rule: 'must be an object' }]);
}

/** Keys that no option has. Their values are not shown: a misspelt one may be a secret. */
export function unknownKeyIssues(options: object, known: readonly string[]): readonly OptionIssue[] {
  const unknown = Object.keys(options).filter((key) => !known.includes(key));
  return unknown.map((key) => ({
    path: key.slice(0, 100),
    value: '[hidden]',
    rule: `there is no such option, they are ${known.join(', ')}`,
  }));
}

export function rangeIssues(path: string, value: unknown, [least, most]: readonly [number, number]): readonly OptionIssue[] {
  const isGood = typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
  return isGood ? [] : [{ path, value: valueText(value), rule: `must be an integer from ${least} to ${most}` }];
}

export function textIssues(path: string, value: unknown, rule: string): readonly OptionIssue[] {
  return typeof value === 'string' && value !== '' ? [] : [{ path, value: valueText(value), rule }];
}

/** The issue of what must be an object with these keys, and is not. */
export function shapeIssues(path: string, value: unknown, keys: readonly string[], rule: string): readonly OptionIssue[] {
  // A module of some loaders is a function with properties.
  const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function';
  return isObject && keys.every((key) => key in value) ? [] : [{ path, value: valueText(value), rule }];
}
