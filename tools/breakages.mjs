// `npm run test:breakages`: breaks the products on purpose, one way at a time, and demands that their simulations and properties notice by the rule that is meant to.
// Works on copies in a temporary folder. Each unbroken copy must pass the same run first.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * What is broken, and by what it is noticed: `test` holds a program with `main.ts`, `tsconfig.json` and `breakages.json`. So many rounds find each
 * breakage; a run ends sooner once a few histories have failed. With `properties`, `test` holds tests of random inputs instead, in files of that
 * name, and `rounds` is told to them as PEERSET_RUNS.
 */
const SUITES = [
  { title: 'engine', package: 'core', test: 'test/simulation', rounds: 300_000 },
  { title: 'planner', package: 'mongo-adapter', test: 'test/replica-set/world', rounds: 100_000 },
  { title: 'seed planner', package: 'cassandra-adapter', test: 'test', properties: 'property', rounds: 3_000 },
];

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const only = process.argv[2];
const copy = mkdtempSync(join(tmpdir(), 'peerset-breakages-'));

try {
  process.exitCode = main();
} finally {
  rmSync(copy, { recursive: true, force: true });
}

function main() {
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'junction');
  const counts = SUITES.map((suite) => runSuite(suite));
  const passed = counts.reduce((sum, each) => sum + each.passed, 0);
  const failed = counts.reduce((sum, each) => sum + each.failed, 0);
  console.log(`${passed} passed, ${failed} failed, 0 skipped`);
  return failed === 0 ? 0 : 1;
}

function runSuite(suite) {
  copyPackage(suite);
  const control = simulate(suite);
  if (control.status !== 0) {
    console.error(`${control.output}\nthe unbroken ${suite.title} does not pass: nothing can be said of broken ones`);
    return { passed: 0, failed: 1 };
  }
  console.log(`unbroken ${suite.title}: passes`);
  const breakages = JSON.parse(readFileSync(join(root, 'packages', suite.package, suite.test, 'breakages.json'), 'utf8'));
  const chosen = breakages.filter(({ name }) => only === undefined || name.includes(only));
  const missed = chosen.filter((breakage) => !isCaught(suite, breakage)).length;
  return { passed: chosen.length - missed, failed: missed };
}

/** The sources, and what they are compiled and run with. Other packages are no part of it: they are compiled where they are. */
function copyPackage({ package: name, test, properties }) {
  const folder = join('packages', name);
  const skipped = join(root, folder, test, 'dist');
  for (const part of ['src', test, 'package.json']) {
    cpSync(join(root, folder, part), join(copy, folder, part), { recursive: true, filter: (path) => path !== skipped });
  }
  // Nothing is compiled, and the packages that it refers to are not there.
  if (properties !== undefined) writeFileSync(join(copy, folder, test, 'tsconfig.json'), '{}');
  cpSync(join(root, 'tsconfig.base.json'), join(copy, 'tsconfig.base.json'));
  symlinkSync(join(root, folder, 'node_modules'), join(copy, folder, 'node_modules'), 'junction');
}

function isCaught(suite, { name, file, caughtBy, ...edit }) {
  const path = join(copy, 'packages', suite.package, 'src', file);
  const source = readFileSync(path, 'utf8');
  writeFileSync(path, edited(source, { name, file }, [edit, ...(edit.and === undefined ? [] : [edit.and])]));
  const { status, output } = simulate(suite);
  writeFileSync(path, source);
  const broken = suite.properties === undefined ? brokenRules(output) : brokenProperties(output);
  const isFound = status !== 0 && broken.includes(caughtBy);
  const rounds =
    /^([\d,]+ (?:rounds|ticks)) in/m.exec(output)?.[1] ?? (suite.properties === undefined ? 'no rounds' : `${suite.rounds} runs at most`);
  const by = `by ${broken.join(', ') || 'nothing'}${isFound ? '' : `, not by ${caughtBy}`}`;
  console.log(`${isFound ? 'caught' : 'MISSED'}: ${name}: ${by}, in ${rounds}`);
  if (status !== 0 && broken.length === 0) console.error(output);
  return isFound;
}

function brokenRules(output) {
  return [...output.matchAll(/^(\w+) .*: broken in [\d,]+ histories$/gm)].map(([, rule]) => rule);
}

/** A property throws `broken: 1, 13: ...` with the numbers of what it checks. */
function brokenProperties(output) {
  return [...new Set([...output.matchAll(/broken: ([\d, ]+):/g)].flatMap(([, rules]) => rules.split(', ')))];
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

function simulate({ package: name, test, properties, rounds }) {
  const folder = join(copy, 'packages', name, test);
  if (properties !== undefined) {
    const args = ['--root', copy, '--config', join(root, 'vitest.config.ts'), '--project', 'unit', '--reporter', 'default'];
    return run(['vitest', 'run', ...args, `${properties}.test`], { PEERSET_RUNS: String(rounds) });
  }
  const compiled = run(['tsc', '-p', folder]);
  if (compiled.status !== 0) return compiled;
  return run(['node', join(folder, 'dist', test, 'main.js')], { PEERSET_ROUNDS: String(rounds) });
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
