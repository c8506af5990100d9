// Packs every public package as it would be published, lets publint and attw judge the tarballs, and uses them where nothing else is installed.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packPackages, run } from './pack-packages.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'peerset-pack-'));

try {
  const packed = packPackages(folder);
  for (const { name, tarball } of packed) {
    run(['publint', 'run', tarball, '--strict'], root);
    run(['attw', tarball, '--profile', 'esm-only', '--format', 'ascii'], root);
    console.log(`checked ${name}`);
  }
  useInstalled(packed.filter(({ name }) => name !== '@peerset/testkit').map(({ tarball }) => tarball));
  console.log('used the packages as they install');
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
