// Packs every public package as it would be published and lets publint and attw judge the tarballs.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const tarballs = mkdtempSync(join(tmpdir(), 'peerset-pack-'));

try {
  for (const folder of readdirSync(join(root, 'packages'))) {
    const { name, private: isPrivate } = JSON.parse(readFileSync(join(root, 'packages', folder, 'package.json'), 'utf8'));
    if (isPrivate) continue;
    run(['npx', '-y', packageManager, '--silent', 'pack', '--pack-destination', tarballs], join(root, 'packages', folder));
    console.log(`packed ${name}`);
  }
  for (const tarball of readdirSync(tarballs).toSorted()) {
    run(['publint', 'run', join(tarballs, tarball), '--strict'], root);
    run(['attw', join(tarballs, tarball), '--profile', 'esm-only', '--format', 'ascii'], root);
    console.log(`checked ${tarball}`);
  }
} finally {
  rmSync(tarballs, { recursive: true, force: true });
}

function run([command, ...args], cwd) {
  const { status, error, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8', shell: process.platform === 'win32' });
  if (error) throw error;
  if (status !== 0) {
    console.error(`${command} ${args.join(' ')} failed with exit code ${status}\n${stdout}${stderr}`);
    process.exit(1);
  }
}
