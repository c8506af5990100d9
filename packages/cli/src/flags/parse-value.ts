import { UsageError } from '../exit-codes.ts';

/** Turns the text of a flag into its value; throws a `UsageError` that says the rule. `previous`: the value so far, where a flag may be repeated. */
export type ParseValue = (text: string, previous: unknown) => unknown;

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
const DURATION = /^(?<count>\d{1,10}(?:\.\d{1,6})?)(?<unit>ms|s|m|h)$/;

/** `500ms`, `5s`, `1.5m`, `1h`, or `0`: whole milliseconds. */
export function duration(text: string): number {
  if (text === '0') return 0;
  const { count, unit = '' } = DURATION.exec(text)?.groups ?? {};
  const durationMs = Number(count) * (UNITS_MS[unit] ?? Number.NaN);
  if (!Number.isSafeInteger(durationMs))
    throw new UsageError('must be a number and ms, s, m or h, such as 500ms or 5s: whole milliseconds');
  return durationMs;
}

/** A duration, or one of the words. */
export function durationOr<T extends string>(...choices: readonly T[]): (text: string) => number | T {
  return (text) => choices.find((each) => each === text) ?? orTold(() => duration(text), choices);
}

/** Digits only: neither `1e3` nor `0x10` is meant by anyone who writes a manifest. */
export function integer(text: string): number {
  if (!/^-?\d{1,15}$/.test(text)) throw new UsageError('must be a whole number');
  return Number(text);
}

/** A whole number, or one of the words. */
export function integerOr<T extends string>(...choices: readonly T[]): (text: string) => number | T {
  return (text) => choices.find((each) => each === text) ?? orTold(() => integer(text), choices);
}

/** A port, or one of the words. */
export function portOr<T extends string>(...choices: readonly T[]): (text: string) => number | T {
  return (text) => choices.find((each) => each === text) ?? orTold(() => port(text), choices);
}

function port(text: string): number {
  const number = integer(text);
  if (number < 1 || number > 65_535) throw new UsageError('must be a port, 1..65535');
  return number;
}

/** The rule with the words in it. */
function orTold<T>(parse: () => T, choices: readonly string[]): T {
  try {
    return parse();
  } catch (error) {
    throw error instanceof UsageError ? new UsageError(`${error.message}, or ${choices.join(' or ')}`) : error;
  }
}

/** One of the words. */
export function oneOf<T extends string>(...choices: readonly T[]): (text: string) => T {
  return (text) => {
    const choice = choices.find((each) => each === text);
    if (choice === undefined) throw new UsageError(`must be one of ${choices.join(', ')}`);
    return choice;
  };
}

/** An empty value is most often a variable that is not set. */
export function nonEmpty(text: string): string {
  if (text === '') throw new UsageError('must not be empty');
  return text;
}

/** For variables of switches. */
export function boolean(text: string): boolean {
  return oneOf('true', 'false')(text) === 'true';
}

/** A flag that may be repeated, each time with one value or several, separated by commas. */
export function list(parse: (text: string) => unknown): ParseValue {
  return (text, previous) => [...before(previous), ...text.split(',').map((value) => parse(value.trim()))];
}

/** A flag that may be repeated, each time with one value or several, separated by white space. */
export function wordList(parse: (text: string) => unknown): ParseValue {
  return (text, previous) => [...before(previous), ...nonEmpty(text.trim()).split(/\s+/).map(parse)];
}

function before(previous: unknown): readonly unknown[] {
  return Array.isArray(previous) ? previous : [];
}
