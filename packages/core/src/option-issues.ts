import type { OptionIssue } from './errors.ts';

const LONGEST_VALUE_TEXT = 80;
const MOST_ENTRIES_SHOWN = 8;

/** A value as short text, for people: JSON where there is JSON for it, one level deep, 80 characters at most. */
export function valueText(value: unknown): string {
  const text = entryText(value) ?? containerText(value);
  return text.length > LONGEST_VALUE_TEXT ? `${text.slice(0, LONGEST_VALUE_TEXT - 3)}...` : text;
}

/** One broken rule, the value as text. */
export function optionIssue(path: string, value: unknown, rule: string): OptionIssue {
  return { path, value: valueText(value), rule };
}

/** The issue of a key that no option has, with the option that was probably meant. */
export function unknownKeyIssue(key: string, value: unknown, known: readonly string[]): OptionIssue {
  const meant = nearest(key, known);
  const rule =
    meant === undefined
      ? `there is no such option, the options are ${known.join(', ')}`
      : `there is no such option, did you mean ${meant}?`;
  return optionIssue(key, value, rule);
}

/** What is wrong with options as a whole: they are no object, or have keys that no option has. */
export function keyIssues(options: object, known: readonly string[]): readonly OptionIssue[] {
  if (typeof options !== 'object' || options === null) return [optionIssue('options', options, 'must be an object')];
  const unknown = Object.keys(options).filter((key) => !known.includes(key));
  return unknown.map((key) => unknownKeyIssue(key, Reflect.get(options, key), known));
}

/** The issue of something that must be a function and is none. */
export function functionIssues(path: string, value: unknown): readonly OptionIssue[] {
  return typeof value === 'function' ? [] : [optionIssue(path, value, 'must be a function')];
}

/** The known word that is a few typing errors away: a third of its letters at most, without regard to case. */
function nearest(word: string, known: readonly string[]): string | undefined {
  // A key of thousands of characters is no typing error, and comparing takes length times length.
  if (word.length > 64) return undefined;
  const ranked = known
    .map((candidate) => ({ candidate, distance: editDistance(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, distance }) => distance <= candidate.length / 3)
    .toSorted((a, b) => a.distance - b.distance);
  return ranked[0]?.candidate;
}

/** Levenshtein's distance: insertions, deletions and replacements. */
function editDistance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i++) {
    const next = [i];
    for (let j = 1; j <= right.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}

/** Text of what has no parts; undefined for arrays and objects. */
function entryText(value: unknown): string | undefined {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, LONGEST_VALUE_TEXT));
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return '[function]';
  if (typeof value === 'object' && value !== null) return undefined;
  return String(value);
}

function containerText(value: unknown): string {
  const isList = Array.isArray(value);
  const entries = isList ? value.map((entry: unknown) => shortText(entry)) : recordTexts(value);
  const shown = entries.length > MOST_ENTRIES_SHOWN ? [...entries.slice(0, MOST_ENTRIES_SHOWN), '...'] : entries;
  return isList ? `[${shown.join(',')}]` : `{${shown.join(',')}}`;
}

function recordTexts(value: unknown): readonly string[] {
  return Object.entries(value ?? {}).map(([key, entry]) => `${JSON.stringify(key)}:${shortText(entry)}`);
}

function shortText(value: unknown): string {
  return entryText(value) ?? (Array.isArray(value) ? '[...]' : '{...}');
}
