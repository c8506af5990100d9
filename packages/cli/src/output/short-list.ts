/** Names for a sentence: the first few of many, `nobody` where there is none. */
export function shortList(names: readonly string[], most: number = 5): string {
  if (names.length === 0) return 'nobody';
  const rest = names.length - most;
  return rest > 0 ? `${names.slice(0, most).join(', ')} and ${rest} more` : names.join(', ');
}
