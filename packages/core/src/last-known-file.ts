import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { codeOf } from './code-of.ts';

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
