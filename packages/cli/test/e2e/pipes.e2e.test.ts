import { readFile } from 'node:fs/promises';
import { describe, test } from 'vitest';
import type { ExpectStatic } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { openStage, quick } from './stage.ts';
import type { Stage } from './stage.ts';
import { program, startCommand } from './start-command.ts';
import type { StartedCommand, StartOptions } from './start-command.ts';

/** The command, and behind it a reader that stops; ends with the exit code of the command. */
function into(reader: string): StartOptions {
  return { program: ['/bin/bash', '-c', `"$@" | ${reader}; exit "\${PIPESTATUS[0]}"`, 'bash', ...program] };
}

/** Lets a pod move every 50 ms until it is disposed of. */
function keepMoving(restart: () => void): Disposable {
  const timer = setInterval(restart, 50);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

/** What a process takes of the memory, in MiB. */
async function residentMiB(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1_024;
}

describe.concurrent('a reader that stops', () => {
  test('ends a watch that only tells, with 0', async ({ expect }) => {
    await using stage = await openStage();
    using _ = keepMoving(() => stage.set.pod(1).restart());
    await using watching = startCommand(['watch', ...stage.declared, ...quick, '--log-level', 'error'], into('head -n 1'));
    const { code, stdout, stderr } = await watching.ended;
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
  });

  test('is no failure of `peerset resolve`', async ({ expect }) => {
    await using stage = await openStage();
    await using resolving = startCommand(['resolve', ...stage.declared], into('true'));
    const { code, stderr } = await resolving.ended;
    expect([code, stderr]).toEqual([0, '']);
  });

  test.for([
    { name: 'keeps files', args: ['--write', 'FOLDER/hosts', '--as', 'json'] },
    { name: 'serves endpoints', args: ['--listen', '127.0.0.1:0'] },
    { name: 'runs a command', args: ['--exec', 'sh', '-c', 'cat > "$DIR/hosts"'] },
  ])('does not end a watch that $name', async ({ args }, { expect }) => {
    await using folder = await temporaryFolder();
    await using stage = await openStage();
    const given = args.map((each) => each.replace('FOLDER', folder.path));
    await using watching = startCommand(['watch', ...stage.declared, ...quick, ...given], { env: { DIR: folder.path } });
    await watching.until((stdout) => stdout.includes('\n'));
    watching.child.stdout?.destroy();
    for (let i = 0; i < 3; i += 1) {
      stage.set.pod(1).restart();
      const [address = ''] = stage.set.pod(1).addresses;
      const url = /http:[^"]+/.exec(watching.stderr())?.[0];
      const shown = async (): Promise<string> =>
        url === undefined ? await readFile(folder.file('hosts'), 'utf8').catch(() => '') : await (await fetch(`${url}/peers`)).text();
      await expect.poll(shown, { timeout: 30_000 }).toContain(address);
    }
    expect((await watching.stop()).code).toBe(143);
  });
});

/** A watch that has seen 25 changes of 400 pods, while nobody has read what it prints. */
async function startUnread(stage: Stage, expect: ExpectStatic): Promise<{ watching: StartedCommand; revision: number; grownMiB: number }> {
  const big = stage.cluster.headlessService('big-svc', { ports: [{ name: 'db', port: 1 }] });
  const set = big.statefulSet('big-ss', { replicas: 400, podManagementPolicy: 'Parallel' });
  const args = ['watch', 'big-svc.default', ...stage.dns, ...quick, '--listen', '127.0.0.1:0'];
  const watching = startCommand(args, { isRead: false });
  await watching.until((_stdout, stderr) => stderr.includes('http://127.0.0.1'));
  const url = /http:[^"]+/.exec(watching.stderr())?.[0] ?? '';
  const told = async (): Promise<string> => await (await fetch(`${url}/peers`)).text();
  await expect.poll(told, { timeout: 30_000 }).toContain('big-ss-399');
  const beforeMiB = await residentMiB(watching.child.pid);
  for (let i = 0; i < 25; i += 1) {
    set.pod(i).restart();
    await expect.poll(told, { timeout: 30_000, interval: 20 }).toContain(`"${set.pod(i).addresses[0]}"`);
  }
  return { watching, revision: JSON.parse(await told()).revision, grownMiB: (await residentMiB(watching.child.pid)) - beforeMiB };
}

describe.concurrent('a reader that never reads', () => {
  test('takes no memory, and gets fewer lines that say more when it reads again', async ({ expect }) => {
    await using stage = await openStage();
    const { watching, revision, grownMiB } = await startUnread(stage, expect);
    await using _ = watching;
    expect(grownMiB).toBeLessThan(60);
    expect(revision).toBeGreaterThan(20);
    expect(watching.stdout()).toBe('');
    watching.child.stdout?.resume();
    await watching.until((stdout) => stdout.includes(`"revision":${revision}`) && stdout.endsWith('\n'));
    const lines = watching.stdout().trimEnd().split('\n');
    expect(lines.length).toBeLessThan(revision);
    expect(JSON.parse(lines.at(-1) ?? '').peers).toHaveLength(400);
    expect((await watching.stop()).code).toBe(143);
  });

  test('does not hold up the end', async ({ expect }) => {
    await using stage = await openStage();
    const { watching } = await startUnread(stage, expect);
    await using _ = watching;
    const { code, stopMs } = await watching.stop();
    console.log(`from SIGTERM to the end, while nobody reads stdout: ${Math.round(stopMs)} ms`);
    expect(code).toBe(143);
    expect(stopMs).toBeLessThan(2_000);
  });
});
