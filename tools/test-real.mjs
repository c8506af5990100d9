// `npm run test:real`: builds what the tests against other people's programs need, then runs them.
// Arguments go through to vitest: `npm run test:real -- packages/testkit`.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { provideCassandra } from './cassandra.mjs';
import { provideCoreDns } from './coredns.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const interruption = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => interruption.abort(name));

process.exitCode = await main();

async function main() {
  const environment = {};
  // Only what the files asked for need is built: each part of the world takes its time.
  const filters = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
  const isWanted = (isMatch) => filters.length === 0 || filters.some(isMatch);
  try {
    if (isWanted((filter) => !filter.includes('cassandra'))) {
      const coreDns = await provideCoreDns(interruption.signal);
      if (coreDns.kind === 'skipped') return skip(coreDns.reason);
      environment.PEERSET_COREDNS = coreDns.path;
    }
    const needCassandra = ['packages/cassandra-adapter', 'examples/test/cassandra'];
    if (isWanted((filter) => filter.includes('cassandra') || needCassandra.some((path) => path.startsWith(filter)))) {
      const cassandra = await provideCassandra(interruption.signal);
      // The tests themselves are then reported as skipped, each by its name.
      if (cassandra.kind === 'skipped') console.log(`test:real: ${cassandra.reason}`);
      else Object.assign(environment, { PEERSET_JAVA: cassandra.java, PEERSET_CASSANDRA: cassandra.classPath });
    }
  } catch (error) {
    const { aborted, reason } = interruption.signal;
    console.error(aborted ? `test:real: ${reason} while preparing; nothing was kept` : `test:real: ${error.message}`);
    console.log(aborted ? '0 passed, 0 failed, 1 skipped' : '0 passed, 1 failed, 0 skipped');
    return aborted ? exitCodeOf(reason) : 1;
  }
  return await runTests(environment);
}

function skip(reason) {
  console.log(`test:real: ${reason}`);
  console.log('0 passed, 0 failed, 1 skipped');
  return 0;
}

/** Vitest is started without its shell wrapper, so that a signal reaches it and its exit code comes back. */
async function runTests(environment) {
  const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
  const child = spawn(process.execPath, [vitest, 'run', '--project', 'real', ...process.argv.slice(2)], {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: 'inherit',
  });
  const forward = () => {
    // A terminal sends Ctrl-C to the whole process group: a second SIGINT would make vitest quit without its reports.
    if (interruption.signal.reason !== 'SIGINT' || !process.stdin.isTTY) child.kill(interruption.signal.reason);
  };
  interruption.signal.addEventListener('abort', forward);
  return await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(code ?? exitCodeOf(signal)));
  });
}

/** What a shell reports for a process that a signal ended. */
function exitCodeOf(signal) {
  return 128 + constants.signals[signal];
}
