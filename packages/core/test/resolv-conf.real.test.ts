import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startCluster } from '@peerset/testkit';
import type { Cluster } from '@peerset/testkit';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const PATIENCE = { timeout: 30_000, interval: 20 };

/** A program that watches with the servers of its resolv.conf, and prints who answered in each round. It ends with its input. */
const PROGRAM = `
  import { watchPeers } from '@peerset/core';
  const watcher = watchPeers({ service: process.argv[1], family: 'ipv4', pollIntervalMs: 250, settlingIntervalMs: 250 });
  watcher.on('round', ({ lookups }) => console.log(lookups[0].server ?? 'nobody'));
  process.stdin.on('end', () => watcher.close()).resume();
`;

let directory: string;
let clusters: Cluster[];
let program: ChildProcess | undefined;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'peerset-'));
  clusters = await Promise.all([startCluster(), startCluster()]);
});
afterEach(async () => {
  program?.kill();
  await Promise.all(clusters.map((cluster) => cluster.close()));
  rmSync(directory, { recursive: true });
});

/** In place, and of one length: no reader finds a half of it, as one would of a file that is emptied first. */
function nameserver(file: string, server: string): void {
  const descriptor = openSync(file, 'r+');
  writeSync(descriptor, `nameserver ${server}`.padEnd(40).concat('\n'), 0);
  closeSync(descriptor);
}

test('resolv.conf changes: the next round reads it', async () => {
  const [first] = clusters;
  for (const cluster of clusters) cluster.headlessService('color-svc').statefulSet('color-ss', { replicas: 1 });
  const [firstServer = '', secondServer = ''] = clusters.flatMap(({ servers }) => servers);
  const file = join(directory, 'resolv.conf');
  writeFileSync(file, '');
  nameserver(file, firstServer);
  execFileSync(
    process.execPath,
    [join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc'), '-b', 'packages/core'],
    {
      cwd: ROOT,
      stdio: 'inherit',
    },
  );

  // A mount namespace of its own, in which this file is /etc/resolv.conf. Where that is not permitted the test fails.
  const mounted = 'mount --bind "$1" /etc/resolv.conf && shift && exec "$@"';
  const args = [
    '--user',
    '--map-root-user',
    '--mount',
    'sh',
    '-c',
    mounted,
    'sh',
    file,
    process.execPath,
    '--input-type=module',
    '-e',
    PROGRAM,
    'color-svc.default.svc.cluster.local',
  ];
  const child = spawn('unshare', args, { cwd: join(ROOT, 'packages/core'), stdio: ['pipe', 'pipe', 'pipe'] });
  program = child;
  const rounds: string[] = [];
  const errors: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => rounds.push(line));
  child.stderr.on('data', (text: Buffer) => errors.push(text.toString()));
  let ended: string | undefined;
  child.on('error', (error) => (ended = error.message));
  child.on('close', (code) => (ended = `exit code ${code}: ${errors.join('')}`));
  const reach = async (count: number): Promise<void> => {
    await expect.poll(() => ended ?? rounds.length >= count, PATIENCE).toBe(true);
  };

  await reach(3);
  expect(new Set(rounds)).toEqual(new Set([firstServer]));
  const before = rounds.length;
  nameserver(file, secondServer);
  await reach(before + 6);
  // One round may have been under way, and one may have been printed and not yet read.
  expect(new Set(rounds.slice(before + 2))).toEqual(new Set([secondServer]));
  const asked = first?.queries.length;
  await reach(rounds.length + 4);
  expect(first?.queries.length).toBe(asked);
  child.stdin.end();
  await expect.poll(() => ended, PATIENCE).toBe('exit code 0: ');
});
