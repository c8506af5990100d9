/** How a command ended. */
export type CommandEnd =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'killed'; readonly signal: string }
  /** `code`: the system's, such as `ENOENT`. */
  | { readonly kind: 'not-started'; readonly code: string };

const NOT_STARTED: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such command, or no such interpreter as its first line names',
  EACCES: 'it may not be executed',
  E2BIG: 'its arguments and the environment are too long',
  EAGAIN: 'no further process may be started',
  ENOMEM: 'there is no memory for it',
};

/** Why a run has failed, in words that follow the command's name; undefined where it has not. */
export function failureOf(end: CommandEnd): string | undefined {
  if (end.kind === 'exited') return end.code === 0 ? undefined : `failed with exit code ${end.code}`;
  if (end.kind === 'killed') return `was killed by ${end.signal}`;
  const meaning = NOT_STARTED[end.code];
  return `could not be started (${end.code}${meaning === undefined ? '' : `: ${meaning}`})`;
}

/** A number of bytes for people: `512 bytes`, `64 KB`, `100 MB`. */
export function sizeText(bytes: number): string {
  if (bytes < 1_000) return `${bytes} bytes`;
  return bytes < 1_000_000 ? `${Math.round(bytes / 1_000)} KB` : `${Math.round(bytes / 1_000_000)} MB`;
}
