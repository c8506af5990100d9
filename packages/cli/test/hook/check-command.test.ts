import { mkdir, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { checkCommand } from '../../src/hook/check-command.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import type { TemporaryFolder } from '../support/temporary-folder.ts';

/** A folder with a command, a file that is none, and a folder. */
async function commands(): Promise<TemporaryFolder> {
  const folder = await temporaryFolder();
  await writeFile(folder.file('good'), '', { mode: 0o755 });
  await writeFile(folder.file('plain'), '', { mode: 0o644 });
  await mkdir(folder.file('folder'));
  return folder;
}

describe('checkCommand', () => {
  test.each([
    { name: 'a path', command: ['DIR/good', '--flag'], env: {} },
    { name: 'a name in PATH', command: ['good'], env: { PATH: '/nowhere::DIR' } },
    { name: 'a name where there is no PATH', command: ['sh'], env: {} },
    { name: 'a name that is executable in the second folder only', command: ['good'], env: { PATH: 'DIR/plain:DIR' } },
  ])('takes $name', async ({ command, env }) => {
    await using folder = await commands();
    const inFolder = (text: string): string => text.replaceAll('DIR', folder.path);
    const paths = Object.fromEntries(Object.entries(env).map(([key, value]) => [key, inFolder(value)]));
    expect(checkCommand(command.map(inFolder), paths)).toBeUndefined();
  });

  test.each([
    { name: 'nothing', command: [], rule: 'must be a command, with its arguments' },
    { name: 'an empty name', command: [''], rule: 'must be a command, with its arguments' },
    { name: 'a path to nothing', command: ['DIR/none'], rule: 'must be a file that can be executed: there is no such file' },
    { name: 'a path through a file', command: ['DIR/good/none'], rule: 'must be a file that can be executed: there is no such file' },
    {
      name: 'a path to what is not executable',
      command: ['DIR/plain'],
      rule: 'must be a file that can be executed: it may not be executed',
    },
    { name: 'a path to a folder', command: ['DIR/folder'], rule: 'must be a file that can be executed: it is no regular file' },
    { name: 'a name that is not in PATH', command: ['none'], rule: 'must be a command that is in PATH, or a path: there is no such file' },
    {
      name: 'a name that is in PATH and not executable',
      command: ['plain'],
      rule: 'must be a command that is in PATH, or a path: it may not be executed',
    },
  ])('refuses $name', async ({ command, rule }) => {
    await using folder = await commands();
    const [file = '', ...args] = command.map((text) => text.replaceAll('DIR', folder.path));
    const given = command.length === 0 ? [] : [file, ...args];
    expect(checkCommand(given, { PATH: `/nowhere:${folder.path}` })).toEqual({ path: '--exec', value: JSON.stringify(file), rule });
  });
});
