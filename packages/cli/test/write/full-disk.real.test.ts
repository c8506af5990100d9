import { execFile, execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));

/** Replaces a short file by one that the disk has no room for, and prints what came of it. */
const PROGRAM = `
  import { readdirSync, readFileSync } from 'node:fs';
  import { replaceFile } from './dist/write/replace-file.js';
  const [path, folder] = process.argv.slice(1);
  await replaceFile(path, 'old', 0o644);
  const outcome = await replaceFile(path, 'x'.repeat(40_000), 0o644).then(() => 'replaced', ({ code }) => code);
  console.log(JSON.stringify([outcome, readFileSync(path, 'utf8'), readdirSync(folder)]));
`;

test('a full disk leaves the file as it was: whole, and with nothing beside it', async () => {
  await using folder = await temporaryFolder();
  const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');
  execFileSync(process.execPath, [compiler, '-b', 'packages/cli'], { cwd: ROOT, stdio: 'inherit' });
  // A mount namespace of its own, with a disk of 16 KiB. Where that is not permitted the test fails.
  const mounted = 'mount -t tmpfs -o size=16k tmpfs "$1" && shift && exec "$@"';
  const program = [process.execPath, '--input-type=module', '-e', PROGRAM, folder.file('out'), folder.path];
  const args = ['--user', '--map-root-user', '--mount', 'sh', '-c', mounted, 'sh', folder.path, ...program];
  const { stdout } = await promisify(execFile)('unshare', args, { cwd: join(ROOT, 'packages/cli') });
  expect(JSON.parse(stdout)).toEqual(['ENOSPC', 'old', ['out']]);
});
