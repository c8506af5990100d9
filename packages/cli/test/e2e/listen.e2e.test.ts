import { createServer } from 'node:net';
import { once } from 'node:events';
import { describe, expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { openStage } from './stage.ts';
import { runCommand, startCommand } from './start-command.ts';
import type { StartedCommand } from './start-command.ts';

/** Where a command says that it serves. */
async function urlOf(command: StartedCommand): Promise<string> {
  const serving = /"url":"(http:[^"]+)"/;
  await command.until((_stdout, stderr) => serving.test(stderr));
  return serving.exec(command.stderr())?.[1] ?? '';
}

describe('--listen', () => {
  test('counts runs of the command by what became of them', async () => {
    await using stage = await openStage();
    const hook = ['--exec', 'sh', '-c', 'case "$PEERSET_REVISION" in 1) exit 0 ;; *) exit 3 ;; esac'];
    const watching = startCommand(['watch', ...stage.declared, '--listen', '[::1]:0', '--poll-interval', '250ms', ...hook]);
    const url = await urlOf(watching);
    const metrics = async (): Promise<string> => await (await fetch(`${url}/metrics`)).text();
    await expect.poll(metrics, { timeout: 10_000 }).toContain('peerset_hook_runs_total{result="ok"} 1\n');
    stage.set.pod(1).restart();
    await expect.poll(metrics, { timeout: 20_000 }).toMatch(/peerset_hook_runs_total\{result="failed"\} [1-9]/);
    expect(await metrics()).toContain('peerset_hook_runs_total{result="timeout"} 0\n');
    const beganMs = performance.now();
    watching.child.kill('SIGTERM');
    expect((await watching.ended).code).toBe(143);
    expect(performance.now() - beganMs).toBeLessThan(1_500);
  });

  test('counts writes and reloads of the cassandra sidecar', async () => {
    await using stage = await openStage();
    await using folder = await temporaryFolder();
    const own = [
      '--cluster-state',
      'existing',
      '--bootstrapped',
      'true',
      '--self',
      'color-ss-0',
      '--self-address',
      String(stage.set.pod(0).addresses[0]),
    ];
    const file = ['--as', 'list', '--write', folder.file('seeds'), '--reload', 'true', '--reload-delay', '100ms'];
    const sidecar = startCommand(['cassandra', 'sidecar', ...stage.declared, '--listen', '127.0.0.1:0', ...own, ...file]);
    const url = await urlOf(sidecar);
    const metrics = async (): Promise<string> => await (await fetch(`${url}/metrics`)).text();
    await expect.poll(metrics, { timeout: 10_000 }).toMatch(/peerset_cassandra_reloads_total\{result="unchecked"\} [1-9]/);
    expect(await metrics()).toMatch(/peerset_writes_total\{result="written"\} [1-9]/);
    expect(await metrics()).toContain('peerset_writes_total{result="failed"} 0\n');
    sidecar.child.kill('SIGTERM');
    expect((await sidecar.ended).code).toBe(143);
  });

  test('ends with 1, and names the address, where the port is in use', async () => {
    await using stage = await openStage();
    const other = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void other.close());
    await once(other, 'listening');
    const { port } = Object(other.address());
    const { code, stdout, stderr } = await runCommand(['watch', ...stage.declared, '--listen', `127.0.0.1:${port}`]);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toBe(`peerset: --listen 127.0.0.1:${port}: the port is in use; give another one, or 0 for a free one\n`);
  });

  test('ends with 2 for a criterion of --ready that can never be judged', async () => {
    await using stage = await openStage();
    const { code, stdout, stderr } = await runCommand(['watch', ...stage.target, '--listen', '127.0.0.1:0', '--ready', 'majority']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^peerset: --ready: "majority" is refused, needs declared peers/);
  });
});
