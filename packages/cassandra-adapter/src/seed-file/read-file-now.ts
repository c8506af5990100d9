import { readFile, realpath, stat } from 'node:fs/promises';
import { codeOf } from '@peerset/core/kit';

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
