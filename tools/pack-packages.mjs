// Packs the public packages as they would be published. As a program: `node tools/pack-packages.mjs <folder> [package...]`.
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Puts a tarball of each public package, or of those named, into a folder that exists. Returns their names and files. */
export function packPackages(destination, names) {
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const packed = [];
  for (const folder of readdirSync(join(root, 'packages'))) {
    const cwd = join(root, 'packages', folder);
    const { name, version, private: isPrivate } = JSON.parse(readFileSync(join(cwd, 'package.json'), 'utf8'));
    if (isPrivate || (names !== undefined && !names.includes(name))) continue;
    run(['npx', '-y', packageManager, '--silent', 'pack', '--pack-destination', destination], cwd);
    packed.push({ name, tarball: join(destination, `${name.replace('@', '').replace('/', '-')}-${version}.tgz`) });
  }
  return packed;
}

/** Runs a command and returns what it wrote; throws with all of that when it fails. */
export function run([command, ...args], cwd) {
  const { status, error, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8', shell: process.platform === 'win32' });
  if (error) throw error;
  if (status !== 0) throw new Error(`${[command, ...args].join(' ')} failed with exit code ${status}\n${stdout}${stderr}`);
  return stdout;
}

if (import.meta.url === pathToFileURL(argv[1] ?? '').href) {
  const [, , destination, ...names] = argv;
  for (const { tarball } of packPackages(destination, names.length > 0 ? names : undefined)) console.log(tarball);
}
