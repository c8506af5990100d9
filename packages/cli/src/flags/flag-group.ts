import type { Flag } from './flag.ts';

/** Flags that belong together in a command's help. */
export interface FlagGroup {
  readonly heading: string;
  readonly flags: readonly Flag[];
}
