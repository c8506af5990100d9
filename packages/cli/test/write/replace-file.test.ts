import { chmod, chown, lstat, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { replaceFile } from '../../src/write/replace-file.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;

describe('replaceFile', () => {
  test.each([
    { name: 'a new file', umask: 0o077, before: undefined, mode: 0o644 },
    { name: 'a secret', umask: 0o022, before: 0o644, mode: 0o600 },
    { name: 'a file that its group may read', umask: 0o077, before: 0o600, mode: 0o640 },
  ])('gives $name its mode, whatever the umask and the mode before', async ({ umask, before, mode }) => {
    await using folder = await temporaryFolder();
    const path = folder.file('out');
    if (before !== undefined) {
      await writeFile(path, 'old');
      await chmod(path, before);
    }
    const usual = process.umask(umask);
    try {
      await replaceFile(path, 'new\n', mode);
    } finally {
      process.umask(usual);
    }
    expect([await readFile(path, 'utf8'), await modeOf(path)]).toEqual(['new\n', mode]);
    expect(await readdir(folder.path)).toEqual(['out']);
  });

  test('who has the old file open reads that to its end', async () => {
    await using folder = await temporaryFolder();
    const path = folder.file('out');
    await replaceFile(path, 'old', 0o644);
    const { ino } = await stat(path);
    await replaceFile(path, 'new', 0o644);
    expect((await stat(path)).ino).not.toBe(ino);
  });

  test.each([
    { name: 'a file', isThere: true },
    { name: 'a file that is not there yet', isThere: false },
  ])('a link to $name stays, and the file behind it is replaced', async ({ isThere }) => {
    await using folder = await temporaryFolder();
    const [link, target] = [folder.file('link'), folder.file('real/out')];
    await mkdir(folder.file('real'));
    if (isThere) await writeFile(target, 'old');
    await symlink('between', link);
    await symlink('real/out', folder.file('between'));
    await replaceFile(link, 'new', 0o644);
    expect((await lstat(link)).isSymbolicLink()).toBe(true);
    expect(await readFile(target, 'utf8')).toBe('new');
    expect(await readdir(folder.file('real'))).toEqual(['out']);
  });

  test('a file keeps its owner', async () => {
    await using folder = await temporaryFolder();
    const path = folder.file('out');
    await replaceFile(path, 'old', 0o600);
    const { uid, gid } = await stat(path);
    // Nobody but root can give a file away.
    const owner = uid === 0 ? { uid: 12_345, gid: 54_321 } : { uid, gid };
    await chown(path, owner.uid, owner.gid);
    await replaceFile(path, 'new', 0o600);
    expect(await stat(path)).toMatchObject(owner);
  });

  test.each([
    { name: 'a folder in its place', path: 'folder', code: /EISDIR|ENOTEMPTY|EEXIST/ },
    { name: 'no folder for it', path: 'none/out', code: /ENOENT/ },
    { name: 'a file for a folder', path: 'file/out', code: /ENOTDIR/ },
    { name: 'links in a circle', path: 'circle', code: /ELOOP/ },
  ])('rejects with what the system says, and leaves nothing, where there is $name', async ({ path, code }) => {
    await using folder = await temporaryFolder();
    await mkdir(folder.file('folder'));
    await writeFile(folder.file('file'), 'old');
    await symlink('circle', folder.file('circle'));
    await expect(replaceFile(folder.file(path), 'new', 0o644)).rejects.toMatchObject({ code: expect.stringMatching(code) });
    expect(await readdir(folder.path)).toEqual(['circle', 'file', 'folder']);
    expect(await readFile(folder.file('file'), 'utf8')).toBe('old');
  });

  test('a process that ends in the middle of it leaves nothing beside the file', async () => {
    await using folder = await temporaryFolder();
    const before = process.listeners('exit');
    const replacing = replaceFile(folder.file('out'), 'x'.repeat(50_000_000), 0o644);
    while ((await readdir(folder.path)).length === 0) await Promise.resolve();
    const added = process.listeners('exit').filter((listener) => !before.includes(listener));
    for (const listener of added) Reflect.apply(listener, process, [0]);
    expect(added).toHaveLength(1);
    expect(await readdir(folder.path)).toEqual([]);
    await expect(replacing).rejects.toMatchObject({ code: 'ENOENT' });
    expect(process.listeners('exit')).toEqual(before);
  });
});
