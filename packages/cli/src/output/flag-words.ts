/** Options by their path, and the flags that set them: `{ pollIntervalMs: '--poll-interval' }`. */
export type FlagMap = Readonly<Record<string, string>>;

/** A word, by itself or as `the option servers`, `namespace: 'default'`. */
const OPTION = /(?<=^|[\s(,;])(the option )?([a-z]\w*)(?:: '([^']*)')?(?=$|[\s),;:.])/g;
const HAS_CAPITAL = /[A-Z]/;

/** The flag that sets an option, whichever part of it is meant: that of `allowedAddresses` for `allowedAddresses.0`; else the path itself. */
export function flagOf(path: string, flags: FlagMap): string {
  if (Object.hasOwn(flags, path)) return flags[path] ?? path;
  const end = path.lastIndexOf('.');
  if (end < 0) return path;
  const outer = path.slice(0, end);
  const flag = flagOf(outer, flags);
  return flag === outer ? path : flag;
}

/**
 * A sentence of the library with its options as flags: `pass namespace: 'default'` becomes `pass --namespace default`. A word that is also
 * plain English, such as `service`, stays unless something shows that the option is meant.
 */
export function inFlags(text: string, flags: FlagMap): string {
  return text.replaceAll(OPTION, (words: string, prefix: string | undefined, option: string, value: string | undefined) => {
    const isMeant = prefix !== undefined || value !== undefined || HAS_CAPITAL.test(option);
    if (!isMeant || !Object.hasOwn(flags, option)) return words;
    return value === undefined ? flagOf(option, flags) : `${flagOf(option, flags)} ${value}`;
  });
}
