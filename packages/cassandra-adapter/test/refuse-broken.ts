/** Throws with all rules that an input has broken, since which of them is met first is chance. */
export function refuseBroken(names: readonly string[], detail: string): void {
  if (names.length > 0) throw new Error(`${names.map((name) => `broken: ${name}`).join('; ')}; ${detail}`);
}
