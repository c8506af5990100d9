/** Whether two values would be the same BSON; the order of keys does not count. */
export function isSameDocument(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  // Types of the BSON library, and dates, keep their content where no keys show it.
  if ('_bsontype' in a || 'toJSON' in a)
    return Object.getPrototypeOf(a) === Object.getPrototypeOf(b) && JSON.stringify(a) === JSON.stringify(b);
  const [keys, others] = [Object.keys(a), new Map(Object.entries(b))];
  if (keys.length !== others.size) return false;
  return Object.entries(a).every(([key, value]) => others.has(key) && isSameDocument(value, others.get(key)));
}
