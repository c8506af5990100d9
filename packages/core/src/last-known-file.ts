import { constants } from 'node:fs';
import { open, rename, unlink } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';

/** Ten thousand peers with two addresses each take a quarter of it. */
export const LARGEST_FILE_BYTES: number = 4 * 2 ** 20;

/** What reading came to; `none`: there is no such file, as before the first start. */
export type FileContent =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'none' }
  | { readonly kind: 'unusable'; readonly reason: string };

/** Reads a file of at most 4 MiB. Never rejects. */
export async function readSmallFile(path: string): Promise<FileContent> {
  try {
    // A pipe without a writer would hold up its opening for ever.
    const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      return await readFrom(handle);
    } finally {
      await handle.close();
    }
  } catch (error) {
    const code = codeOf(error);
    return code === 'ENOENT' ? { kind: 'none' } : { kind: 'unusable', reason: `it cannot be read (${code})` };
  }
}

async function readFrom(handle: FileHandle): Promise<FileContent> {
  const stats = await handle.stat();
  if (!stats.isFile()) return { kind: 'unusable', reason: 'it is no regular file' };
  if (stats.size > LARGEST_FILE_BYTES) return { kind: 'unusable', reason: `it has ${stats.size} bytes, more than ${LARGEST_FILE_BYTES}` };
  // As much as it had: a file that grows meanwhile is cut, and then damaged.
  const buffer = Buffer.alloc(stats.size);
  let length = 0;
  while (length < buffer.length) {
    const { bytesRead } = await handle.read(buffer, length, buffer.length - length, length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return { kind: 'text', text: buffer.toString('utf8', 0, length) };
}

/**
 * Puts a file in the place of another in one step, so that a reader or a crash finds the one or the other, whole: written beside it (mode
 * 0600), flushed to the disk, renamed. That the name is not flushed too may bring back the old file, whole as well. Of two that write at a time the last one wins. Rejects with what the system says; then the file is as
 * it was, and nothing is left beside it.
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.${crypto.randomUUID().slice(0, 8)}.tmp`;
  // Must not exist: nothing that somebody else put there is written to.
  const handle = await open(temporary, 'wx', 0o600);
  try {
    try {
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

/** The system's code of a failure. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'EUNKNOWN';
}
