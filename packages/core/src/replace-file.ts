import { open, rename, unlink } from 'node:fs/promises';

/**
 * Puts a file in the place of another in one step, so that a reader or a crash finds the one or the other, whole: written beside it, flushed to
 * the disk, renamed. That the name is not flushed too may bring back the old file, whole as well. Of two that write at a time the last one wins.
 * Rejects with what the system says; then the file is as it was, and nothing is left beside it.
 *
 * @param path - Where it really is: a link is replaced by the file.
 * @param mode - Whatever the umask takes away. Default 0600, less what the umask takes.
 */
export async function replaceFile(path: string, text: string, mode?: number): Promise<void> {
  const temporary = `${path}.${crypto.randomUUID().slice(0, 8)}.tmp`;
  // Must not exist: nothing that somebody else put there is written to. Nobody else may read it before it has its mode.
  const handle = await open(temporary, 'wx', 0o600);
  try {
    try {
      if (mode !== undefined) await handle.chmod(mode);
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await unlink(temporary).catch(() => {});
    throw error;
  }
}
