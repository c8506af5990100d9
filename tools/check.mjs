// `npm run check`: lint, format, types, unused code, packages, API reference, tests with coverage. Stops at the first that fails.
import { spawnSync } from 'node:child_process';

// CI runs the tests by themselves and asks for the static part only.
const isStatic = process.argv.includes('--static');

const steps = [
  ['oxlint', '--deny-warnings'],
  ['oxfmt', '--check', '.'],
  ['node', 'tools/build.mjs'],
  ['knip', '--no-config-hints'],
  ['node', 'tools/check-packages.mjs'],
  ['npm', '--prefix', 'docs', '--silent', 'run', 'api'],
  ...(isStatic ? [] : [['vitest', 'run', '--project', 'unit', '--project', 'wire', '--coverage']]),
];

for (const [command, ...args] of steps) {
  console.log(`\n> ${[command, ...args].join(' ')}`);
  const { status, error } = spawnSync(command, args, { stdio: 'inherit', shell: process.platform === 'win32' });
  if (error) throw error;
  if (status !== 0) {
    console.error(`check: ${command} failed with exit code ${status}`);
    process.exit(status ?? 1);
  }
}
if (isStatic) console.log(`${steps.length} passed, 0 failed, 0 skipped`);
