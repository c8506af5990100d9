/** Terms are 64-bit integers, which drivers may be told to keep as objects of their own or as bigints. */
export function isSameTerm(a: unknown, b: unknown): boolean {
  return String(a) === String(b);
}
