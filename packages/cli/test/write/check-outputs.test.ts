import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkOutputs } from '../../src/write/check-outputs.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import type { TemporaryFolder } from '../support/temporary-folder.ts';

/** `real/`, `alias` that leads to it, a file `file`, links `link` to `real/one` (not there) and `dead` into a folder that is not there. */
async function places(): Promise<TemporaryFolder> {
  const folder = await temporaryFolder();
  await mkdir(folder.file('real'));
  await writeFile(folder.file('file'), '');
  await symlink('real', folder.file('alias'));
  await symlink('real/one', folder.file('link'));
  await symlink('none/one', folder.file('dead'));
  return folder;
}

describe('checkOutputs', () => {
  test('takes files that are there or are not, in folders that are', async () => {
    await using folder = await places();
    const paths = ['file', 'real/one', 'real/two', 'alias/three'].map((name) => folder.file(name));
    expect(await checkOutputs(paths.map((path) => ({ path })))).toEqual([]);
  });

  test.each([
    { name: 'the same path twice', paths: ['file', 'file'] },
    { name: 'a path with dots', paths: ['file', 'real/../file'] },
    { name: 'a relative path', paths: ['file', 'RELATIVE'] },
    { name: 'a path through a link', paths: ['real/one', 'alias/one'] },
    { name: 'a link to a file that is not there yet', paths: ['real/one', 'link'] },
  ])('refuses two outputs to one file: $name', async ({ paths }) => {
    await using folder = await places();
    const given = paths.map((path) => (path === 'RELATIVE' ? relative(process.cwd(), folder.file('file')) : `${folder.path}/${path}`));
    expect(await checkOutputs(given.map((path) => ({ path })))).toEqual([
      { path: '--write', value: JSON.stringify(given[1]), rule: 'must be another file than those before it: it is the same one' },
    ]);
  });

  test.each([
    { name: 'nothing', path: '', rule: 'must be a file' },
    { name: 'a path that ends in a slash', path: 'DIR/real/one/', rule: 'must be a file' },
    { name: 'a folder', path: 'DIR/real', rule: 'must be a file, and what is there is none' },
    { name: 'a link to a folder', path: 'DIR/alias', rule: 'must be a file, and what is there is none' },
    { name: 'a device', path: '/dev/null', rule: 'must be a file, and what is there is none' },
    { name: 'a file in no folder', path: 'DIR/none/one', rule: 'must be in a folder that is there' },
    { name: 'a link into no folder', path: 'DIR/dead', rule: 'must be in a folder that is there' },
    { name: 'a file in a file', path: 'DIR/file/one', rule: 'must be in a folder that is there' },
    {
      name: 'a folder where not even root may make a file',
      path: '/proc/sys/kernel/one',
      rule: 'must be in a folder that can be written to (EACCES); the file is replaced whole',
    },
  ])('refuses $name', async ({ path, rule }) => {
    await using folder = await places();
    const given = path.replace('DIR', folder.path);
    expect(await checkOutputs([{ path: given }])).toEqual([{ path: '--write', value: JSON.stringify(given), rule }]);
  });
});
