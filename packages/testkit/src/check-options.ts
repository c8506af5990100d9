import { TestkitError } from './errors.ts';

/** RFC 1123 label, what Kubernetes asks of most names. */
const LABEL = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;

/** Refuses keys that no option has, so that a typing mistake does not pass for a default. */
export function checkKnownKeys(what: string, options: object, knownKeys: readonly string[]): void {
  for (const key of Object.keys(options)) {
    if (!knownKeys.includes(key)) {
      throw new TestkitError('INVALID_OPTIONS', `${what} has no option ${key}, it has ${knownKeys.join(', ')}`);
    }
  }
}

/** Refuses what cannot hold options. */
export function checkObject(what: string, value: unknown): void {
  if (typeof value !== 'object' || value === null) {
    throw new TestkitError('INVALID_OPTIONS', `${what} must be an object of options, not ${show(value)}`);
  }
}

/** Refuses what is not a DNS label of 1 to 63 lower-case letters, digits and inner dashes. */
export function checkLabel(what: string, value: unknown): void {
  if (typeof value !== 'string' || !LABEL.test(value)) {
    throw new TestkitError(
      'INVALID_OPTIONS',
      `${what} must be a DNS label (a-z, 0-9, inner dashes, 1 to 63 characters), not ${show(value)}`,
    );
  }
}

/** Refuses what is not an integer from `least` to `most`. */
export function checkInteger(what: string, value: unknown, least: number, most: number = Number.MAX_SAFE_INTEGER): void {
  if (!Number.isInteger(value) || Number(value) < least || Number(value) > most) {
    const bounds = most === Number.MAX_SAFE_INTEGER ? `${least} or more` : `${least} to ${most}`;
    throw new TestkitError('INVALID_OPTIONS', `${what} must be an integer, ${bounds}, not ${show(value)}`);
  }
}

/** Refuses what is not a duration: a number of 0 or more, `Infinity` only where it means "for ever". */
export function checkDuration(what: string, value: unknown, { isEndlessAllowed = false }: { isEndlessAllowed?: boolean } = {}): void {
  const isEndless = value === Infinity;
  if (typeof value !== 'number' || Number.isNaN(value) || value < 0 || (isEndless && !isEndlessAllowed)) {
    throw new TestkitError('INVALID_OPTIONS', `${what} must be a number of milliseconds, 0 or more, not ${show(value)}`);
  }
}

/** Refuses what is neither true nor false. */
export function checkBoolean(what: string, value: unknown): void {
  if (typeof value !== 'boolean') throw new TestkitError('INVALID_OPTIONS', `${what} must be true or false, not ${show(value)}`);
}

/** Refuses what is not a number from 0 to 1. */
export function checkRatio(what: string, value: unknown): void {
  if (typeof value !== 'number' || !(value >= 0 && value <= 1)) {
    throw new TestkitError('INVALID_OPTIONS', `${what} must be a number from 0 to 1, not ${show(value)}`);
  }
}

/** Refuses what is not one of the words given. */
export function checkOneOf(what: string, value: unknown, words: readonly string[]): void {
  if (typeof value !== 'string' || !words.includes(value)) {
    throw new TestkitError('INVALID_OPTIONS', `${what} must be one of ${words.join(', ')}, not ${show(value)}`);
  }
}

function show(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : String(value);
}
