// Builds the workspace, or one project of it with what it refers to: types and JavaScript by the compiler, the JavaScript of core by a bundler.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleCore } from './bundle-core.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const [project = '.'] = process.argv.slice(2);

// By its path: a script of a package has only the package's own commands at hand.
const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
// The compiler believes its own record of what it wrote: without force, files that were deleted are missed and not written again.
const { status, error } = spawnSync(process.execPath, [compiler, '-b', '--force', project], { cwd: root, stdio: 'inherit' });
if (error) throw error;
if (status !== 0) process.exit(status ?? 1);
await bundleCore();
