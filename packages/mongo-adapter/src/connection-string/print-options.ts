import type { OptionIssue } from '@peerset/core';
import type { AnyUriOptions } from './conflicts.ts';
import { conflictIssues, tlsDetails } from './conflicts.ts';
import { authPairs, credentialIssues } from './credentials.ts';
import { extraOptionIssues, extraPairs } from './extra-options.ts';
import type { OptionKind } from './option-table.ts';
import type { UriForm } from './uri-form.ts';
import { hidden, shownName, shownValue } from './uri-text.ts';

type Pairs = readonly (readonly [string, string])[];

/** The options of a string as they are printed. */
export interface PrintedOptions {
  /** Everything that is wrong with them; the rest is of use only when this is empty. */
  readonly issues: readonly OptionIssue[];
  readonly pairs: Pairs;
}

/** Checks the options of a string of this form for so many hosts, and prints them, always in the same order. */
export function printOptions(options: AnyUriOptions, form: UriForm, hostCount: number): PrintedOptions {
  const { issues, replicaSet, pairs } = readTables(options, form);
  const allIssues = [
    ...issues,
    ...credentialIssues(options.credentials),
    ...extraOptionIssues(options.extraOptions),
    ...conflictIssues(options, hostCount),
  ];
  if (allIssues.length > 0) return { issues: allIssues, pairs: [] };
  const { credentials = {}, extraOptions = {} } = options;
  return { issues: [], pairs: [...replicaSet, ...authPairs(credentials), ...pairs, ...extraPairs(extraOptions)] };
}

/**
 * `/database?name=value&name=value`. The slash before the question mark is optional by the specification of 2023, but older drivers refuse
 * a string without it.
 */
export function pathAndQuery(database: string, pairs: Pairs): string {
  const query = pairs.map(([name, text]) => `${name}=${text}`).join('&');
  return `/${encodeURIComponent(database)}${query === '' ? '' : `?${query}`}`;
}

function readTables(options: AnyUriOptions, form: UriForm): PrintedOptions & { readonly replicaSet: Pairs } {
  const issues = unknownOptions(options, form);
  const read = (name: string, kind: OptionKind<unknown>, value: unknown): Pairs => {
    if (value === undefined) return [];
    const result = kind.print(value);
    if ('texts' in result) return result.texts.map((text) => [name, text]);
    issues.push({ path: name, value: kind.isSecret ? hidden : shownValue(value), rule: result.rule });
    return [];
  };
  // Any tls option means TLS; drivers do not agree on whether one of them alone switches it on.
  const tls = options.tls ?? (tlsDetails(options).length > 0 ? true : form.defaultTls);
  const given = new Map<string, unknown>(Object.entries({ ...options, tls }));
  const placed = Object.entries(form.placed).map(([name, kind]) => [name, read(name, kind, given.get(name))] as const);
  const pairs = Object.entries(form.printed).flatMap(([name, kind]) => read(name, kind, given.get(name)));
  return { replicaSet: placed.find(([name]) => name === 'replicaSet')?.[1] ?? [], pairs, issues };
}

function unknownOptions(options: AnyUriOptions, form: UriForm): OptionIssue[] {
  const names = [...Object.keys(form.placed), 'credentials', 'extraOptions', ...Object.keys(form.printed)];
  return Object.entries(options).flatMap(([name, value]) => {
    if (names.includes(name)) return [];
    const misplaced = form.misplaced.get(name);
    // An option of the other form that is there without a value says nothing.
    if (misplaced !== undefined) return value === undefined ? [] : [{ path: name, value: shownValue(value), rule: misplaced }];
    const meant = names.find((known) => known.toLowerCase() === name.toLowerCase()) ?? (name === 'ssl' ? 'tls' : undefined);
    const rule = meant ? `its name is ${meant}` : 'there is no such option: one driver’s own go into extraOptions';
    return [{ path: shownName(name), value: hidden, rule }];
  });
}
