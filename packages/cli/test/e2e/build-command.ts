import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Builds the command and the examples once, before the tests that start them. */
export default function buildCommand(): void {
  const root = fileURLToPath(new URL('../../../..', import.meta.url));
  execFileSync(process.execPath, ['tools/build.mjs', 'examples'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
}
