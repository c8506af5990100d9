/** A value that is refused, as text: texts and numbers as they are, of everything else only what it is. */
export function valueText(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 100));
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return kindText(value);
}

/** What a value is, for one that may be a secret: `a string`, `an object`, `a list of 3`, `null`. */
export function kindText(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
