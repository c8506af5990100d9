import { errorOfCode, type CommandError } from './command-error.ts';
import type { Fields } from './wire-message.ts';

/** A command that a member got. */
export interface LoggedCommand {
  readonly ordinal: number;
  /** `hello` for all its spellings. */
  readonly name: string;
  readonly command: Fields;
  /** By the local listener: from the sidecar in the pod. */
  readonly isLocal: boolean;
  /** Who had authenticated. */
  readonly user: string | undefined;
  /** What came of it: 0 done, else the error that the client saw; undefined while it runs, or when the client saw nothing. */
  code: number | undefined;
}

/** What a test wants to go wrong, once. */
export interface Failure {
  /** An error's code, or the connection is cut. */
  readonly code: number | 'hang-up';
  /** `before` (default): nothing is done; `after`: everything is done, and the client hears of a failure. */
  readonly when?: 'before' | 'after';
}

/** Failures that wait for their command, of one member. */
export class PlannedFailures {
  readonly #planned: { readonly name: string; readonly failure: Failure }[] = [];

  add(name: string, failure: Failure): void {
    this.#planned.push({ name, failure });
  }

  take(name: string): Failure | undefined {
    const index = this.#planned.findIndex((planned) => planned.name === name);
    return index === -1 ? undefined : this.#planned.splice(index, 1)[0]?.failure;
  }
}

/** The error to answer with, or undefined to hang up. */
export function failureError({ code }: Failure): CommandError | undefined {
  return code === 'hang-up' ? undefined : errorOfCode(code);
}
