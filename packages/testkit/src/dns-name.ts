/** Lower-case and without the final dot: the form every name has inside the world. */
export function canonicalName(name: string): string {
  return withoutFinalDot(name.toLowerCase());
}

/** A name as it was written, but for the dot of the root. */
export function withoutFinalDot(name: string): string {
  return name.endsWith('.') ? name.slice(0, -1) : name;
}
