/** Lower-case and without the final dot: the form every name has inside the world. */
export function canonicalName(name: string): string {
  const lowerCase = name.toLowerCase();
  return lowerCase.endsWith('.') ? lowerCase.slice(0, -1) : lowerCase;
}
