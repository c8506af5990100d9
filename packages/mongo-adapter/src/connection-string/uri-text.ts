/** Why a text cannot stand in a connection string, or undefined. */
export function textFault(text: string): string | undefined {
  if (text === '') return 'must not be empty';
  // With the u flag only the half of a pair that stands alone is a surrogate; encodeURIComponent throws on it.
  if (/\p{Surrogate}/u.test(text)) return 'must not hold half of a surrogate pair';
  if (/[\r\n]$/.test(text)) return 'must not end with a line break, as the content of a secret file often does: trim it';
  if (/\p{Cc}/u.test(text)) return 'must not hold control characters';
  return undefined;
}

/** Size in UTF-8, which is how servers and drivers count names. */
export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** A value as an error may show it: never one that may hold credentials (`user:password`, a whole URI), never a long one. */
export function shownValue(value: unknown): string {
  if (typeof value === 'string') return mayHoldSecret(value) || value.length > 100 ? hidden : JSON.stringify(value);
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  return typeof value === 'function' || typeof value === 'symbol' ? `a ${typeof value}` : String(value);
}

/** A key as an error may show it: one that is no name may be a whole option with its value. */
export function shownName(name: string): string {
  return /^\w{1,64}$/.test(name) ? name : hidden;
}

/** A colon divides a user from a password, unless only a port or an address of the IPv6 kind is around it. */
function mayHoldSecret(text: string): boolean {
  if (/[@=%]|:\/\//.test(text)) return true;
  return text.includes(':') && !/^[^:]*:\d{1,5}$/.test(text) && !/^\[?[\da-f:.]*\]?(?::\d{1,5})?$/i.test(text);
}

/** Stands in an error for what must not be read there. */
export const hidden = '[hidden]';

/** The order of JavaScript's strings: the same on every machine, which `localeCompare` is not. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
