import type { Snapshot } from '@peerset/core';

/** A file, and what stands in it. */
export interface FileOutput {
  readonly path: string;
  /** The whole text for a snapshot. Undefined: nothing can be said now, and the file stays as it is. What it throws is a failed write. */
  render(snapshot: Snapshot): Promise<string | undefined> | string | undefined;
  /** The permissions of the file, whatever the umask. Default 0644; 0600 where a secret may be inside. */
  readonly mode?: number | undefined;
}
