import type { PeerWatcher } from '@peerset/core';

/** The product did not do what the demo says it does. */
export class BrokenPromise extends Error {
  override readonly name = 'BrokenPromise';
}

/**
 * Resolves when `holds`, which is asked after each round and each change of status (a snapshot grows old between rounds too).
 *
 * @throws {BrokenPromise} when it takes longer than `limitMs`; rejects with `signal.reason` when aborted.
 */
export async function until(
  watcher: PeerWatcher,
  { what, holds, limitMs, signal }: { what: string; holds: () => boolean; limitMs: number; signal: AbortSignal },
): Promise<void> {
  signal.throwIfAborted();
  const undo: (() => void)[] = [];
  try {
    await new Promise<void>((resolve, reject) => {
      const check = (): void => {
        if (holds()) resolve();
      };
      const onAbort = (): void => reject(signal.reason);
      const timer = setTimeout(() => reject(new BrokenPromise(`${what}: not within ${limitMs / 1_000} s`)), limitMs);
      signal.addEventListener('abort', onAbort);
      undo.push(
        () => clearTimeout(timer),
        () => signal.removeEventListener('abort', onAbort),
        watcher.on('round', check),
        watcher.on('status', check),
      );
      check();
    });
  } finally {
    undo.forEach((step) => step());
  }
}
