import type { Document } from './mongo-driver.ts';

/** What a command came to. `code` is the server's; undefined where it was not the server that failed it: the network, or a time limit. */
export type ServerReply =
  | { readonly isOk: true; readonly document: Document }
  | { readonly isOk: false; readonly code: number | undefined; readonly error: unknown };

/** Codes after which the same document is never sent again: the server will not take it. */
const REFUSED_FOR_GOOD: readonly number[] = [93, 103, 110];
/** The command may have been carried out: a time limit, and what interrupts one that runs. */
const MAYBE_APPLIED: readonly number[] = [50, 91, 189, 11_600, 11_602];

/** What it means that a command which changes the set has failed. */
export type Failure = 'refused' | 'maybe-applied' | 'not-applied';

/** Without a code nobody knows what became of the command. Codes: error_codes.yml of the server. */
export function failureOf(code: number | undefined): Failure {
  if (code === undefined || MAYBE_APPLIED.includes(code)) return 'maybe-applied';
  return REFUSED_FOR_GOOD.includes(code) ? 'refused' : 'not-applied';
}

/** The code of an error that the driver threw; undefined where it is none of a server. */
export function codeOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'number' ? error.code : undefined;
}
