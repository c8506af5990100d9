import { readlink, realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { codeOf } from '@peerset/core/kit';

/** What the kernel follows at most. */
const MOST_LINKS = 40;

/**
 * Where a file really is or will be, behind all links, one to a file that is not there yet included. Rejects with what the system says where
 * its folder is not there.
 */
export async function realPath(path: string, links = 0): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT' || links >= MOST_LINKS) throw error;
  }
  const folder = await realpath(dirname(path));
  const target = await linkTarget(path);
  return target === undefined ? join(folder, basename(path)) : await realPath(resolve(folder, target), links + 1);
}

async function linkTarget(path: string): Promise<string | undefined> {
  try {
    return await readlink(path);
  } catch {
    return undefined;
  }
}
