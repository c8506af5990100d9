import { unlinkSync } from 'node:fs';
import { open, rename, stat, unlink } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { codeOf } from '@peerset/core/kit';
import { realPath } from './real-path.ts';

/**
 * Puts a file in the place of another in one step, so that a reader or a crash finds the one or the other, whole: written beside it, flushed
 * to the disk, renamed. A link stays, and what it leads to is replaced. The file keeps its owner where this process may give it away.
 * Rejects with what the system says; then the file is as it was. What was written beside it is gone afterwards, and when the process ends in
 * the middle by itself, but not when it is killed by SIGKILL.
 */
export async function replaceFile(path: string, text: string, mode: number): Promise<void> {
  const target = await realPath(path);
  const temporary = `${target}.${crypto.randomUUID().slice(0, 8)}.tmp`;
  const remove = (): void => removeNow(temporary);
  process.once('exit', remove);
  try {
    await writeNew(temporary, { text, mode, owner: await ownerOf(target) });
    await rename(temporary, target);
  } catch (error) {
    await unlink(temporary).catch(() => {});
    throw error;
  } finally {
    process.off('exit', remove);
  }
}

interface Owner {
  readonly uid: number;
  readonly gid: number;
}

async function writeNew(path: string, { text, mode, owner }: { text: string; mode: number; owner: Owner | undefined }): Promise<void> {
  // Must not exist: nothing that somebody else put there is written to. Nobody else may read it before it has its mode.
  const handle = await open(path, 'wx', 0o600);
  try {
    if (owner !== undefined) await giveTo(handle, owner);
    await handle.chmod(mode);
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function ownerOf(path: string): Promise<Owner | undefined> {
  try {
    const { uid, gid } = await stat(path);
    return { uid, gid };
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function giveTo(handle: FileHandle, { uid, gid }: Owner): Promise<void> {
  try {
    await handle.chown(uid, gid);
  } catch (error) {
    if (codeOf(error) !== 'EPERM') throw error;
  }
}

function removeNow(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // Not made yet, or renamed already.
  }
}
