import type { Writable } from 'node:stream';

/** Where text goes: a pipe, a file or a terminal. */
interface Output extends Writable {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
}

/** What a command has to do with the world outside, DNS aside. */
export interface Io {
  /** Results. */
  readonly stdout: Output;
  /** Logs and errors. */
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborts when the process is told to stop; its reason is an `Interrupted`. */
  readonly shutdown: AbortSignal;
  /** Aborts when nobody reads stdout any more. */
  readonly stdoutGone: AbortSignal;
}
