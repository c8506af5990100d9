// Packs every public package as it would be published, lets publint and attw judge the tarballs, and uses them where nothing else is installed.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packPackages, run } from './pack-packages.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const command = '@peerset/cli';
const folder = mkdtempSync(join(tmpdir(), 'peerset-pack-'));

try {
  const packed = packPackages(folder);
  for (const { name, tarball } of packed) {
    run(['publint', 'run', tarball, '--strict'], root);
    // A command has no types.
    if (name !== command) run(['attw', tarball, '--profile', 'esm-only', '--format', 'ascii'], root);
    console.log(`checked ${name}`);
  }
  const used = packed.filter(({ name }) => name !== '@peerset/testkit');
  useInstalled(used.filter(({ name }) => name !== command).map(({ tarball }) => tarball));
  console.log('used the packages as they install');
  useCommand(used.map(({ tarball }) => tarball));
  console.log('ran the command as it installs');
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Installed without a registry: core needs no other package, and the adapters need only core. */
function useInstalled(tarballs) {
  const consumer = join(folder, 'consumer');
  mkdirSync(consumer);
  writeFileSync(join(consumer, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  run(['npm', 'install', '--offline', '--no-audit', '--no-fund', '--loglevel=error', ...tarballs], consumer);
  const { dependencies } = JSON.parse(readFileSync(join(consumer, 'node_modules/@peerset/core/package.json'), 'utf8'));
  if (dependencies !== undefined) throw new Error(`@peerset/core depends on ${Object.keys(dependencies).join(', ')}`);
  cpSync(join(root, 'tools', 'consumer', 'main.mjs'), join(consumer, 'main.mjs'));
  run(['node', '--enable-source-maps', 'main.mjs'], consumer);
}

/** Installed with what it depends on, it runs by its own name and by that of its package. */
function useCommand(tarballs) {
  const user = join(folder, 'user');
  mkdirSync(user);
  writeFileSync(join(user, 'package.json'), JSON.stringify({ private: true }));
  run(['npm', 'install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error', ...tarballs], user);
  const { version } = JSON.parse(readFileSync(join(user, 'node_modules', command, 'package.json'), 'utf8'));
  for (const name of ['peerset', command]) {
    const said = run(['npx', '--no-install', name, '--version'], user).trim();
    if (said !== version) throw new Error(`npx ${name} --version says ${said} instead of ${version}`);
  }
  const completion = run(['npx', '--no-install', 'peerset', 'completion', 'bash'], user);
  if (!completion.includes('--poll-interval')) throw new Error('the command does not print its completion');
}
