import type { OptionIssue } from '@peerset/core';
import { placedOptions, srvOptions, uriOptions } from './option-table.ts';
import { compareText, hidden, shownName, textFault } from './uri-text.ts';

/** Names that must not be smuggled in, in lower case, and what to use for each. */
const reserved: ReadonlyMap<string, string> = new Map([
  ...[placedOptions, uriOptions, srvOptions]
    .flatMap(Object.keys)
    .map((name: string) => [name.toLowerCase(), `the option ${name}`] as const),
  ...['username', 'password', 'auth', 'authsource', 'authmechanism', 'authmechanismproperties'].map(
    (name) => [name, 'credentials'] as const,
  ),
  ['dbname', 'the option database'],
  ['ssl', 'the option tls'],
  ['j', 'the option journal'],
  ['fsync', 'the option journal'],
  ['wtimeout', 'the option wTimeoutMS'],
  // It lets drivers follow SRV records to other domains. The pods of a Service are all in its own.
  ['srvallowedhostssuffix', 'none: the pods of a Service are in its own domain'],
]);

/** Every fault of the extra options. Their values are never shown: nobody knows which of them are secrets. */
export function extraOptionIssues(extra: unknown): readonly OptionIssue[] {
  if (extra === undefined) return [];
  if (typeof extra !== 'object' || extra === null) return [{ path: 'extraOptions', value: hidden, rule: 'must be an object of strings' }];
  const seen = new Set<string>();
  return Object.entries(extra).flatMap(([name, value]) => {
    const rule = nameFault(name, seen) ?? (typeof value === 'string' ? textFault(value) : 'must be a string');
    seen.add(name.toLowerCase());
    return rule === undefined ? [] : [{ path: `extraOptions.${shownName(name)}`, value: hidden, rule }];
  });
}

/** Encoded, in order of name. Only for options without issues. */
export function extraPairs(extra: Readonly<Record<string, string>>): readonly (readonly [string, string])[] {
  return Object.entries(extra)
    .toSorted(([a], [b]) => compareText(a, b))
    .map(([name, value]) => [name, encodeURIComponent(value).replaceAll('%3A', ':').replaceAll('%2C', ',')]);
}

function nameFault(name: string, seen: ReadonlySet<string>): string | undefined {
  const instead = reserved.get(name.toLowerCase());
  if (instead !== undefined) return `must not be an extra option: use ${instead}`;
  if (!/^[A-Za-z]\w*$/.test(name)) return 'must have a name of letters, digits and _';
  return seen.has(name.toLowerCase()) ? 'must be given once: names differ in more than case' : undefined;
}
