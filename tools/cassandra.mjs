// Provides the Cassandra that `npm run test:real` tests against: a JDK 17, and the class path of the server, which Maven resolves and keeps.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const pom = join(root, 'packages', 'cassandra-adapter', 'test', 'support', 'cassandra', 'pom.xml');

/** Cassandra 5.0 starts with 11 or 17 and with nothing newer. */
const javaVersion = 17;

/**
 * Returns `{ kind: 'ready', java, classPath }`, or `{ kind: 'skipped', reason }` where there is no JDK 17 or no Maven.
 * Rejects with a one-sentence message when Maven fails, and with `signal.reason` when it is interrupted.
 */
export async function provideCassandra(signal) {
  const java = await findJava(signal);
  if (java === undefined) return { kind: 'skipped', reason: missing(`there is no Java ${javaVersion} in JAVA_HOME or on the PATH`) };
  const folder = await mkdtemp(join(tmpdir(), 'peerset-maven-'));
  try {
    const output = join(folder, 'class-path');
    const goal = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:build-classpath';
    const result = await run('mvn', ['-q', '-B', '-f', pom, goal, '-DincludeScope=runtime', `-Dmdep.outputFile=${output}`], signal);
    if (result === undefined) return { kind: 'skipped', reason: missing('there is no `mvn` on the PATH') };
    if (result.code !== 0) throw new Error(`Maven could not resolve Cassandra (exit code ${result.code}):\n${result.output}`);
    return { kind: 'ready', java, classPath: (await readFile(output, 'utf8')).trim() };
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function findJava(signal) {
  const home = process.env.JAVA_HOME;
  for (const java of [...(home ? [join(home, 'bin', 'java')] : []), 'java']) {
    const result = await run(java, ['-version'], signal);
    if (result?.code === 0 && result.output.includes(` version "${javaVersion}.`)) return java;
  }
  return undefined;
}

/** Undefined where there is no such program. */
async function run(command, args, signal) {
  signal.throwIfAborted();
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], signal, killSignal: 'SIGINT' });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  try {
    const code = await new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', resolve);
    });
    return { code, output };
  } catch (error) {
    signal.throwIfAborted();
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function missing(what) {
  return `the tests against real Cassandra were skipped, because ${what}; install a JDK ${javaVersion} and Maven and run \`npm run test:real\` again`;
}
