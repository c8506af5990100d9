// `npm run test:breakages`: breaks the engine on purpose, one way at a time, and demands that the simulation notices by the rule that is meant to.
// Works on a copy in a temporary folder. The unbroken copy must pass the same run first.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** So many rounds find each of them; a run ends sooner once a few histories have failed. */
const ROUNDS = 300_000;

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const core = join('packages', 'core');
const simulation = join(core, 'test', 'simulation');
const breakages = JSON.parse(readFileSync(join(root, simulation, 'breakages.json'), 'utf8'));
const only = process.argv[2];
const copy = mkdtempSync(join(tmpdir(), 'peerset-breakages-'));

try {
  process.exitCode = main();
} finally {
  rmSync(copy, { recursive: true, force: true });
}

function main() {
  copyCore();
  const control = simulate();
  if (control.status !== 0) {
    console.error(`${control.output}\nthe unbroken engine does not pass: nothing can be said of broken ones`);
    console.log('0 passed, 1 failed, 0 skipped');
    return 1;
  }
  console.log('unbroken: passes');
  const chosen = breakages.filter(({ name }) => only === undefined || name.includes(only));
  const missed = chosen.filter((breakage) => !isCaught(breakage)).length;
  console.log(`${chosen.length - missed} passed, ${missed} failed, 0 skipped`);
  return missed === 0 ? 0 : 1;
}

/** The sources, and what they are compiled and run with. The testkit is no part of it: it is compiled where it is. */
function copyCore() {
  const skipped = join(root, simulation, 'dist');
  for (const part of ['src', join('test', 'simulation'), 'package.json']) {
    cpSync(join(root, core, part), join(copy, core, part), { recursive: true, filter: (path) => path !== skipped });
  }
  mkdirSync(join(copy, core), { recursive: true });
  cpSync(join(root, 'tsconfig.base.json'), join(copy, 'tsconfig.base.json'));
  symlinkSync(join(root, core, 'node_modules'), join(copy, core, 'node_modules'), 'junction');
}

function isCaught({ name, file, caughtBy, ...edit }) {
  const path = join(copy, core, 'src', file);
  const source = readFileSync(path, 'utf8');
  writeFileSync(path, edited(source, { name, file }, [edit, ...(edit.and === undefined ? [] : [edit.and])]));
  const { status, output } = simulate();
  writeFileSync(path, source);
  const broken = [...output.matchAll(/^(\w+) .*: broken in [\d,]+ histories$/gm)].map(([, rule]) => rule);
  const isFound = status !== 0 && broken.includes(caughtBy);
  const rounds = /^([\d,]+) rounds in/m.exec(output)?.[1] ?? 'no';
  const by = `by ${broken.join(', ') || 'nothing'}${isFound ? '' : `, not by ${caughtBy}`}`;
  console.log(`${isFound ? 'caught' : 'MISSED'}: ${name}: ${by}, in ${rounds} rounds`);
  if (status !== 0 && broken.length === 0) console.error(output);
  return isFound;
}

/** A text that is not there exactly once would break something else, or nothing. */
function edited(source, { name, file }, edits) {
  return edits.reduce((text, { find, replace }) => {
    const count = text.split(find).length - 1;
    if (count !== 1)
      throw new Error(`breakage "${name}": its text stands ${count} times in ${file}, once is wanted; bring breakages.json up to date`);
    return text.replace(find, () => replace);
  }, source);
}

function simulate() {
  const compiled = run(['tsc', '-p', join(copy, simulation)]);
  if (compiled.status !== 0) return compiled;
  return run(['node', join(copy, simulation, 'dist', 'test', 'simulation', 'main.js')], { PEERSET_ROUNDS: String(ROUNDS) });
}

function run([command, ...args], env = {}) {
  const { PEERSET_SEED: _, ...inherited } = process.env;
  const { status, error, stdout, stderr } = spawnSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    env: { ...inherited, ...env },
    maxBuffer: 64 * 1024 * 1024,
    shell: process.platform === 'win32',
  });
  if (error) throw error;
  return { status, output: `${stdout}${stderr}` };
}
