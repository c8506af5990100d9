import { mkdir, readdir, readFile, readlink, rename, rm, symlink } from 'node:fs/promises';
import { describe, test } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { openStage, quick } from './stage.ts';
import { runCommand, startCommand } from './start-command.ts';

describe.concurrent('--write', () => {
  test.for([
    { name: 'a folder', paths: ['DIR/real'], rule: 'must be a file, and what is there is none' },
    { name: 'a place where nobody may write', paths: ['/proc/sys/kernel/one'], rule: 'must be in a folder that can be written to' },
    { name: 'a folder that is not there', paths: ['DIR/none/one'], rule: 'must be in a folder that is there' },
    { name: 'a file twice', paths: ['DIR/one', 'DIR/one'], rule: 'must be another file than those before it' },
    { name: 'a file and a link to it', paths: ['DIR/real/one', 'DIR/link'], rule: 'must be another file than those before it' },
    { name: 'a file through a folder that is a link', paths: ['DIR/real/one', 'DIR/alias/one'], rule: 'must be another file' },
  ])('to $name: is refused at the start', async ({ paths, rule }, { expect }) => {
    await using folder = await temporaryFolder();
    await mkdir(folder.file('real'));
    await symlink('real/one', folder.file('link'));
    await symlink('real', folder.file('alias'));
    const args = paths.flatMap((path) => ['--write', path.replace('DIR', folder.path), '--as', 'json']);
    const { code, stderr } = await runCommand(['watch', 'a.b', ...args]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(rule) });
  });

  test('replaces what a link leads to, and is there again at the next change when someone has removed it', async ({ expect }) => {
    await using folder = await temporaryFolder();
    await using stage = await openStage();
    await mkdir(folder.file('real'));
    await symlink('real/hosts', folder.file('link'));
    const write = ['--write', folder.file('link'), '--as', 'json'];
    await using watching = startCommand(['watch', ...stage.declared, ...quick, ...write]);
    const text = async (): Promise<string> => await readFile(folder.file('real/hosts'), 'utf8').catch(() => '');
    await expect.poll(text, { timeout: 30_000 }).toContain('color-ss-2');
    await rm(folder.file('real/hosts'));
    stage.set.pod(2).restart();
    await expect.poll(text, { timeout: 30_000 }).toContain(stage.set.pod(2).addresses[0]);
    expect(await readlink(folder.file('link'))).toBe('real/hosts');
    expect((await watching.stop()).code).toBe(143);
  });

  test('whose folder is gone for a while: is told, and made up for when it is back', async ({ expect }) => {
    await using folder = await temporaryFolder();
    await using stage = await openStage();
    await mkdir(folder.file('real'));
    await using watching = startCommand(['watch', ...stage.declared, ...quick, '--write', folder.file('real/peers'), '--as', 'json']);
    const text = async (): Promise<string> => await readFile(folder.file('real/peers'), 'utf8').catch(() => '');
    await expect.poll(text, { timeout: 30_000 }).toContain('color-ss-2');
    await rename(folder.file('real'), folder.file('away'));
    stage.set.pod(2).restart();
    await watching.until((_stdout, stderr) => stderr.includes('could not be written: ENOENT'));
    await rename(folder.file('away'), folder.file('real'));
    await expect.poll(text, { timeout: 30_000 }).toContain(stage.set.pod(2).addresses[0]);
    expect((await watching.stop()).code).toBe(143);
    expect(await readdir(folder.file('real'))).toEqual(['peers']);
  });
});

describe.concurrent('--last-known-file', () => {
  test('tells who was there last, while DNS is dead from the start', async ({ expect }) => {
    await using folder = await temporaryFolder();
    await using stage = await openStage();
    const args = ['watch', ...stage.declared, ...quick, '--last-known-file', folder.file('known')];
    await using first = startCommand(args);
    await expect.poll(async () => (await readdir(folder.path)).includes('known'), { timeout: 30_000 }).toBe(true);
    expect((await first.stop()).code).toBe(143);
    const [known] = first.stdout().split('\n');
    stage.cluster.fault({ kind: 'silence' });
    await using second = startCommand([...args, '--listen', '127.0.0.1:0', '--write', folder.file('peers'), '--as', 'json']);
    await second.until((stdout, stderr) => stdout.includes('\n') && stderr.includes('http://127.0.0.1'));
    const url = /http:[^"]+/.exec(second.stderr())?.[0] ?? '';
    const { peers, status } = JSON.parse(await (await fetch(`${url}/peers`)).text());
    expect((await second.stop()).code).toBe(143);
    expect(JSON.parse(second.stdout().split('\n')[0] ?? '').peers).toEqual(JSON.parse(known ?? '').peers);
    expect([peers.length, status.phase, status.lastAnswerAt]).toEqual([3, 'stale', null]);
    // What nobody has confirmed is not written down as if it were so.
    expect(await readdir(folder.path)).toEqual(['known']);
  });
});
