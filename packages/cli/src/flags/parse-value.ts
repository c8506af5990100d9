import { UsageError } from '../exit-codes.ts';

/** Turns the text of a flag into its value; throws a `UsageError` that says the rule. `previous`: the value so far, where a flag may be repeated. */
export type ParseValue = (text: string, previous: unknown) => unknown;

const UNITS_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;
const DURATION = /^(?<count>\d+(?:\.\d+)?)(?<unit>ms|s|m|h)$/;

/** `500ms`, `5s`, `1.5m`, `1h`, or `0`: whole milliseconds. */
export function duration(text: string): number {
  if (text === '0') return 0;
  const { count, unit } = DURATION.exec(text)?.groups ?? {};
  const unitMs = unit === 'ms' || unit === 's' || unit === 'm' || unit === 'h' ? UNITS_MS[unit] : undefined;
  if (count === undefined || unitMs === undefined) throw new UsageError('must be a number and ms, s, m or h, such as 500ms or 5s');
  const durationMs = Number(count) * unitMs;
  if (!Number.isSafeInteger(durationMs)) throw new UsageError('must be whole milliseconds');
  return durationMs;
}

/** A duration, or one of the words. */
export function durationOr<T extends string>(...words: readonly T[]): (text: string) => number | T {
  return (text) => words.find((each) => each === text) ?? orTold(() => duration(text), words);
}

/** Digits only: neither `1e3` nor `0x10` is meant by anyone who writes a manifest. */
export function integer(text: string): number {
  if (!/^-?\d{1,15}$/.test(text)) throw new UsageError('must be a whole number');
  return Number(text);
}

export function integerOr<T extends string>(...words: readonly T[]): (text: string) => number | T {
  return (text) => words.find((each) => each === text) ?? orTold(() => integer(text), words);
}

/** The rule with the words in it. */
function orTold<T>(parse: () => T, words: readonly string[]): T {
  try {
    return parse();
  } catch (error) {
    throw error instanceof UsageError ? new UsageError(`${error.message}, or ${words.join(' or ')}`) : error;
  }
}

export function oneOf<T extends string>(...words: readonly T[]): (text: string) => T {
  return (text) => {
    const word = words.find((each) => each === text);
    if (word === undefined) throw new UsageError(`must be one of ${words.join(', ')}`);
    return word;
  };
}

/** Not empty: an empty value is most often a variable that is not set. */
export function text(value: string): string {
  if (value === '') throw new UsageError('must not be empty');
  return value;
}

/** `true` and `false`, for variables: a flag without value is true. */
export function boolean(value: string): boolean {
  return oneOf('true', 'false')(value) === 'true';
}

/** A flag that may be repeated, each time with one value or several, separated by commas. */
export function list<T>(parse: (text: string) => T): ParseValue {
  return (value, previous) => [...(Array.isArray(previous) ? previous : []), ...value.split(',').map((each) => parse(each.trim()))];
}

/** A flag that may be repeated; in a variable the values are separated by white space. */
export function words<T>(parse: (text: string) => T): ParseValue {
  return (value, previous) => [
    ...(Array.isArray(previous) ? previous : []),
    ...value
      .trim()
      .split(/\s+/)
      .map((each) => parse(text(each))),
  ];
}
