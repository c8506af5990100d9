import { spawnSync } from 'node:child_process';

const exported = [
  'java.base/jdk.internal.misc',
  'java.base/java.lang.ref',
  'java.management.rmi/com.sun.jmx.remote.internal.rmi',
  'java.management/com.sun.jmx.remote.security',
  'java.rmi/sun.rmi.registry',
  'java.rmi/sun.rmi.server',
  'java.sql/java.sql',
  'jdk.unsupported/sun.misc',
  'jdk.attach/sun.tools.attach',
];
const opened = [
  'java.lang',
  'java.lang.module',
  'java.lang.reflect',
  'java.util',
  'java.io',
  'java.nio',
  'sun.nio.ch',
  'jdk.internal.loader',
  'jdk.internal.ref',
  'jdk.internal.reflect',
  'jdk.internal.math',
  'jdk.internal.module',
  'jdk.internal.util.jar',
  'java.util.concurrent',
  'java.util.concurrent.atomic',
].map((name) => `java.base/${name}`);

/** What every JVM of a test gets: the modules that Cassandra reaches into, and what makes a short life fast. */
const jvmFlags: readonly string[] = [
  ...exported.map((name) => `--add-exports=${name}=ALL-UNNAMED`),
  ...[...opened, 'jdk.management/com.sun.management.internal'].map((name) => `--add-opens=${name}=ALL-UNNAMED`),
  '-XX:TieredStopAtLevel=1',
  '-XX:+UseSerialGC',
  '-Xss512k',
  '-XX:-UsePerfData',
];

/** What `npm run test:real` found, or undefined where it found no JDK or no Maven, and has said so. */
export const cassandraPaths: { readonly java: string; readonly classPath: string } | undefined = findPaths();

function findPaths(): { readonly java: string; readonly classPath: string } | undefined {
  const { PEERSET_JAVA: java, PEERSET_CASSANDRA: classPath } = process.env;
  return java === undefined || classPath === undefined ? undefined : { java, classPath };
}

/** The command of a JVM with Cassandra's classes. */
export function javaCommand(args: readonly string[]): { readonly command: string; readonly args: readonly string[] } {
  if (cassandraPaths === undefined) throw new Error('there is no Cassandra: run these tests with `npm run test:real`');
  const { java, classPath } = cassandraPaths;
  return { command: java, args: [...jvmFlags, '-cp', classPath, ...args] };
}

/**
 * As root, Cassandra would lock all its memory: 2 s and 700 MB more for each node. Taking that right away needs a program of its own, which
 * becomes the JVM, so that the process id is the same.
 */
export function withoutMemoryLock({ command, args }: ReturnType<typeof javaCommand>): ReturnType<typeof javaCommand> {
  if (process.getuid?.() !== 0 || spawnSync('setpriv', ['--version']).status !== 0) return { command, args };
  return { command: 'setpriv', args: ['--bounding-set=-ipc_lock', command, ...args] };
}
