import type { PeerWatcher } from '@peerset/core';
import type { Log } from '../log.ts';
import type { FileOutput } from './file-output.ts';
import { OutputFile } from './output-file.ts';
import type { OutputCounts } from './output-file.ts';

/** Which files are kept, and by whom. */
export interface WriterOptions {
  readonly watcher: PeerWatcher;
  readonly outputs: readonly FileOutput[];
  readonly log: Log;
}

/** Files that are kept as the snapshot has it. */
export interface Writer {
  /** What has become of each file, in the order of the outputs. */
  written(): readonly OutputCounts[];
  /** Writes no more. Resolves when no write is under way, after half a second at the latest. Idempotent. */
  close(): Promise<void>;
}

/** How long `close` waits for a write: SIGTERM of the command to its end is a second. */
const CLOSE_GRACE_MS = 500;

/**
 * Keeps files as the snapshot has it: each change is rendered and, where the text is another one than was written last, replaces the file
 * whole. Of changes that come during a write only the newest is written. The first write waits for DNS to confirm who is there, and where that
 * is nobody until the watcher has settled: silence, or a blip right after a restart, does not empty a file. A failure is logged and tried
 * again, after 1 s growing to 30 s and at the next change. What somebody else writes to the file stays until the text changes.
 */
export function openWriter({ watcher, outputs, log }: WriterOptions): Writer {
  const files = outputs.map((output) => new OutputFile(output, watcher, log));
  return {
    written: () => files.map(({ counts }) => counts),
    async close() {
      const over = new AbortController();
      const closing = Promise.all(files.map((file) => file.close()));
      await Promise.race([closing, watcher.clock.sleep(CLOSE_GRACE_MS, over.signal).catch(() => {})]);
      over.abort();
    },
  };
}
