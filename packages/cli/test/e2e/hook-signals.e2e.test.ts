import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import type { Socket } from 'node:net';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, test } from 'vitest';
import { isRunning } from '../support/process-life.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import type { TemporaryFolder } from '../support/temporary-folder.ts';
import { openStage, quick } from './stage.ts';
import { startCommand } from './start-command.ts';
import type { StartedCommand } from './start-command.ts';

/** The promise is a second; a machine that does much else at the same time gets two. */
const LONGEST_MS = 2_000;
const took: string[] = [];
afterAll(() => console.log(`from a signal to the end: ${took.join(', ')}`));

/** Ignores SIGTERM, and so does what it starts. `pids` has both when they run. */
const STUBBORN = 'trap \'\' TERM\nsleep 300 &\necho "$$ $!" > "$DIR/pids.new"\nmv "$DIR/pids.new" "$DIR/pids"\nwait\n';

async function startHook(folder: TemporaryFolder, target: readonly string[], script: string): Promise<StartedCommand> {
  await writeFile(folder.file('hook.sh'), `#!/bin/sh\n${script}`, { mode: 0o755 });
  return startCommand(['watch', ...target, ...quick, '--exec', folder.file('hook.sh')], { env: { DIR: folder.path } });
}

async function pidsIn(folder: TemporaryFolder, command: StartedCommand): Promise<readonly number[]> {
  for (;;) {
    if (command.child.exitCode !== null) throw new Error(`ended before that: ${command.stderr()}`);
    const text = await readFile(folder.file('pids'), 'utf8').catch(() => undefined);
    if (text !== undefined) return text.trim().split(' ').map(Number);
    await sleep(20);
  }
}

describe.concurrent('SIGTERM during a hook', () => {
  test('that ignores it, as does what it has started: ends all of them within a second', async ({ expect }) => {
    await using folder = await temporaryFolder();
    await using stage = await openStage();
    await using watching = await startHook(folder, stage.declared, STUBBORN);
    const pids = await pidsIn(folder, watching);
    const { code, stderr, stopMs } = await watching.stop();
    took.push(`a hook that ignores it ${Math.round(stopMs)} ms`);
    expect(code).toBe(143);
    expect(stopMs).toBeLessThan(LONGEST_MS);
    expect(stderr).toMatch(/hook \S+ was stopped, since the watch ends, after/);
    expect(await Promise.all(pids.map(isRunning))).toEqual([false, false]);
  });

  test('that is told twice: does not wait for it, and leaves nobody', async ({ expect }) => {
    await using folder = await temporaryFolder();
    await using stage = await openStage();
    await using watching = await startHook(folder, stage.declared, STUBBORN);
    const pids = await pidsIn(folder, watching);
    watching.child.kill('SIGTERM');
    await sleep(100);
    const { code, stderr, stopMs } = await watching.stop();
    took.push(`the second time ${Math.round(stopMs)} ms`);
    expect(code).toBe(143);
    // It has not waited half a second for the hook, as with one signal.
    expect(stderr).not.toContain('was stopped');
    await expect.poll(() => Promise.all(pids.map(isRunning))).toEqual([false, false]);
  });

  test('that cleans up: lets it', async ({ expect }) => {
    await using folder = await temporaryFolder();
    await using stage = await openStage();
    const script = 'trap \'echo done > "$DIR/clean"; exit 0\' TERM\necho "$$ $$" > "$DIR/pids"\nwhile :; do sleep 0.05; done\n';
    await using watching = await startHook(folder, stage.declared, script);
    await pidsIn(folder, watching);
    const { code, stopMs } = await watching.stop();
    took.push(`a hook that cleans up ${Math.round(stopMs)} ms`);
    expect(code).toBe(143);
    expect(stopMs).toBeLessThan(LONGEST_MS);
    expect(await readFile(folder.file('clean'), 'utf8')).toBe('done\n');
  });
});

describe.concurrent('SIGTERM during a reload of a Cassandra node', () => {
  test('ends it, with what it has started', async ({ expect }) => {
    await using folder = await temporaryFolder();
    await using stage = await openStage();
    await writeFile(folder.file('reload.sh'), `#!/bin/sh\n${STUBBORN}`, { mode: 0o755 });
    const node = ['--cluster-state', 'existing', '--self', 'color-ss-0', '--bootstrapped', 'true', '--write', folder.file('seeds')];
    const args = [...stage.declared, ...quick, ...node, '--reload', folder.file('reload.sh'), '--reload-delay', '0'];
    await using sidecar = startCommand(['cassandra', 'sidecar', ...args], { env: { DIR: folder.path } });
    const pids = await pidsIn(folder, sidecar);
    const { code, stopMs } = await sidecar.stop();
    took.push(`a reload that ignores it ${Math.round(stopMs)} ms`);
    expect(code).toBe(143);
    expect(stopMs).toBeLessThan(LONGEST_MS);
    await expect.poll(() => Promise.all(pids.map(isRunning))).toEqual([false, false]);
  });
});

/** By an end or by a reset, which comes where the server has not read everything. */
function closed(socket: Socket): Promise<unknown> {
  socket.resume().on('error', () => {});
  return new Promise((resolve) => socket.once('close', resolve));
}

describe.concurrent('SIGTERM', () => {
  test.for(['SIGTERM once', 'SIGTERM twice'])('%s, among writes: leaves a whole file, and nothing beside it', async (how, { expect }) => {
    await using folder = await temporaryFolder();
    await using stage = await openStage();
    const big = stage.cluster.headlessService('big-svc', { ports: [{ name: 'db', port: 1 }] });
    const set = big.statefulSet('big-ss', { replicas: 300, podManagementPolicy: 'Parallel' });
    const write = ['--write', folder.file('peers.json'), '--as', 'json'];
    await using watching = startCommand(['watch', 'big-svc.default', ...stage.dns, ...quick, ...write]);
    await watching.until((_stdout, stderr) => stderr.includes('peers.json written'));
    for (let i = 0; i < 20; i += 1) {
      set.pod(i).restart();
      await sleep(20);
    }
    if (how === 'SIGTERM twice') watching.child.kill('SIGTERM');
    const { code, stopMs } = await watching.stop();
    took.push(`among writes ${Math.round(stopMs)} ms`);
    expect(code).toBe(143);
    expect(stopMs).toBeLessThan(LONGEST_MS);
    expect(JSON.parse(await readFile(folder.file('peers.json'), 'utf8')).peers).toHaveLength(300);
    expect(await readdir(folder.path)).toEqual(['peers.json']);
  });

  test('with clients connected to --listen: does not wait for them', async ({ expect }) => {
    await using stage = await openStage();
    await using watching = startCommand(['watch', ...stage.declared, ...quick, '--listen', '127.0.0.1:0']);
    await watching.until((_stdout, stderr) => stderr.includes('http://127.0.0.1'));
    const port = Number(/http:\/\/127\.0\.0\.1:(\d+)/.exec(watching.stderr())?.[1]);
    const [idle, half] = [createConnection(port, '127.0.0.1'), createConnection(port, '127.0.0.1')];
    await Promise.all([once(idle, 'connect'), once(half, 'connect')]);
    idle.write('GET /peers HTTP/1.1\r\nhost: a\r\n\r\n');
    half.write('GET /metrics HTTP/1.1\r\nhost:');
    await once(idle, 'data');
    const gone = Promise.all([idle, half].map(closed));
    const { code, stopMs } = await watching.stop();
    took.push(`with clients ${Math.round(stopMs)} ms`);
    expect(code).toBe(143);
    expect(stopMs).toBeLessThan(LONGEST_MS);
    await gone;
  });
});
