import { open, readFile, realpath, rename, stat, unlink } from 'node:fs/promises';
import { codeOf } from './code-of.ts';

/** A file as it is; undefined where there is none. */
export interface FileNow {
  /** Where it really is, behind links. */
  readonly path: string;
  readonly bytes: Buffer;
  readonly mode: number;
}

/** Rejects with what the system says, and with `EINVAL` for what is no regular file: a pipe would hold everything up. */
export async function readFileNow(path: string): Promise<FileNow | undefined> {
  try {
    const real = await realpath(path);
    const stats = await stat(real);
    if (!stats.isFile()) throw Object.assign(new Error(`${path} is no regular file`), { code: 'EINVAL' });
    return { path: real, bytes: await readFile(real), mode: stats.mode & 0o777 };
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Puts a file in the place of another in one step, so that a reader or a crash finds the one or the other, whole: written beside it, flushed
 * to the disk, renamed. Rejects with what the system says; then the file is as it was, and nothing is left beside it.
 */
export async function replaceFile(path: string, text: string, mode: number): Promise<void> {
  const temporary = `${path}.${crypto.randomUUID().slice(0, 8)}.tmp`;
  // Must not exist: nothing that somebody else put there is written to.
  const handle = await open(temporary, 'wx', mode);
  try {
    try {
      // The umask has taken something of it; Cassandra may run as somebody else.
      await handle.chmod(mode);
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
