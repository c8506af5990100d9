import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Builds the command once, before the tests that start it. */
export default function buildCommand(): void {
  const root = fileURLToPath(new URL('../../../..', import.meta.url));
  execFileSync(process.execPath, ['tools/build.mjs', 'packages/cli'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
}
