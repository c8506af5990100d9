import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, test } from 'vitest';
import { isRunning } from '../support/process-life.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import type { TemporaryFolder } from '../support/temporary-folder.ts';
import { openStage, quick } from './stage.ts';
import { runCommand, startCommand } from './start-command.ts';
import type { StartedCommand } from './start-command.ts';

interface Started {
  readonly target: readonly string[];
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

async function startHook(folder: TemporaryFolder, script: string, { target, args = [] }: Started): Promise<StartedCommand> {
  await writeFile(folder.file('hook.sh'), script, { mode: 0o755 });
  return startCommand(['watch', ...target, ...quick, ...args, '--exec', folder.file('hook.sh')], { env: { DIR: folder.path } });
}

/** Records that a hook has put into files whose names begin so, by their order. */
async function recordsIn(folder: TemporaryFolder, prefix: string): Promise<readonly HookRecord[]> {
  const names = (await readdir(folder.path)).filter((name) => name.startsWith(prefix));
  const numbers = names.map((name) => Number(name.slice(prefix.length))).toSorted((a, b) => a - b);
  return await Promise.all(numbers.map(async (number) => JSON.parse(await readFile(folder.file(`${prefix}${number}`), 'utf8'))));
}

interface RecordedPeer {
  readonly name: string;
  readonly addresses: readonly string[];
}

interface HookRecord {
  readonly peers: readonly RecordedPeer[];
  readonly joined: readonly RecordedPeer[];
  readonly left: readonly RecordedPeer[];
  readonly moved: readonly (RecordedPeer & { readonly from: readonly string[] })[];
}

/** `name addresses` of each. */
function textOf(peers: readonly RecordedPeer[]): readonly string[] {
  return peers.map(({ name, addresses }) => `${name} ${addresses.join(' ')}`).toSorted();
}

/** What a record makes of the peers before it. */
function after(before: readonly RecordedPeer[], { joined, left, moved }: HookRecord): readonly RecordedPeer[] {
  const byName = new Map(before.map((peer) => [peer.name, peer]));
  for (const { name } of left) byName.delete(name);
  for (const peer of [...joined, ...moved]) byName.set(peer.name, peer);
  return [...byName.values()];
}

describe.concurrent('a command of --exec', () => {
  test.for([
    { name: 'is not there', file: 'none', text: 'there is no such file' },
    { name: 'may not be executed', file: 'plain', text: 'it may not be executed' },
    { name: 'is a folder', file: '.', text: 'it is no regular file' },
  ])('that $name: is refused at the start', async ({ file, text }, { expect }) => {
    await using folder = await temporaryFolder();
    await writeFile(folder.file('plain'), '#!/bin/sh\n', { mode: 0o644 });
    const { code, stderr } = await runCommand(['watch', 'a.b', '--exec', `${folder.path}/${file}`]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(text) });
  });

  test('that is gone for a while: is told, and gets all of it when it is back', async ({ expect }) => {
    await using folder = await temporaryFolder();
    await using stage = await openStage();
    await using watching = await startHook(folder, '#!/bin/sh\ncat > "$DIR/last"\n', { target: stage.declared });
    const last = async (): Promise<string> => await readFile(folder.file('last'), 'utf8').catch(() => '');
    await expect.poll(last, { timeout: 30_000 }).toContain('color-ss-2');
    await rename(folder.file('hook.sh'), folder.file('away'));
    stage.set.pod(1).restart();
    await watching.until((_stdout, stderr) => stderr.includes('could not be started (ENOENT'));
    await rename(folder.file('away'), folder.file('hook.sh'));
    await expect.poll(last, { timeout: 30_000 }).toContain(stage.set.pod(1).addresses[0]);
    expect((await watching.stop()).code).toBe(143);
  });

  test.for([
    { name: 'names an interpreter that is not there', script: '#!/no/such/interpreter\n', said: 'could not be started (ENOENT' },
    { name: 'fails', script: '#!/bin/sh\necho why >&2\nexit 1\n', said: 'failed with exit code 1' },
    { name: 'is killed', script: '#!/bin/sh\nkill -9 $$\n', said: 'was killed by SIGKILL' },
  ])('that $name: is told, and tried again', async ({ script, said }, { expect }) => {
    await using folder = await temporaryFolder();
    await using stage = await openStage();
    await using watching = await startHook(folder, script, { target: stage.declared });
    await watching.until((_stdout, stderr) => stderr.split(said).length > 2);
    expect((await watching.stop()).code).toBe(143);
  });

  test('that hangs: is ended after --exec-timeout, with what it has started', async ({ expect }) => {
    await using folder = await temporaryFolder();
    await using stage = await openStage();
    const script = '#!/bin/sh\nsleep 300 &\necho "$$ $!" >> "$DIR/pids"\nwait\n';
    await using watching = await startHook(folder, script, { target: stage.declared, args: ['--exec-timeout', '300ms'] });
    await watching.until((_stdout, stderr) => stderr.split('did not end within 300 ms').length > 2);
    const [first = ''] = (await readFile(folder.file('pids'), 'utf8')).split('\n');
    expect(await Promise.all(first.split(' ').map((pid) => isRunning(Number(pid))))).toEqual([false, false]);
    expect((await watching.stop()).code).toBe(143);
  });

  test('that leaves a process behind, which holds its output open: is done when it has ended itself', async ({ expect }) => {
    await using folder = await temporaryFolder();
    await using stage = await openStage();
    await using watching = await startHook(folder, '#!/bin/sh\nsleep 20 &\necho $! > "$DIR/pid"\n', { target: stage.declared });
    await watching.until((_stdout, stderr) => /hook \S+ done in/.test(stderr));
    const pid = Number(await readFile(folder.file('pid'), 'utf8'));
    expect(await isRunning(pid)).toBe(true);
    expect((await watching.stop()).code).toBe(143);
    process.kill(pid);
  });

  test('that prints 100 MB: passes on the beginning, and takes no memory for the rest', async ({ expect }) => {
    await using folder = await temporaryFolder();
    await using stage = await openStage();
    const script = '#!/bin/sh\nyes "$(printf %0100d 7)" | head -c 100000000\n';
    await using watching = await startHook(folder, script, { target: stage.declared });
    await watching.until((_stdout, stderr) => stderr.includes('100 MB of output of hook'));
    const status = await readFile(`/proc/${watching.child.pid}/status`, 'utf8');
    const peakMiB = Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1_024;
    expect(peakMiB).toBeLessThan(160);
    const { code, stderr } = await watching.stop();
    expect(code).toBe(143);
    expect(stderr.length).toBeLessThan(200_000);
  });

  test('under 200 changes in 20 s, half of whose runs fail: one at a time, nothing lost, the newest state at last', async ({ expect }) => {
    await using folder = await temporaryFolder();
    await using stage = await openStage();
    const script = `#!/bin/sh
mkdir "$DIR/lock" 2> /dev/null || echo overlap >> "$DIR/overlaps"
count=$(($(cat "$DIR/count" 2> /dev/null || echo 0) + 1))
echo "$count" > "$DIR/count"
cat > "$DIR/input"
sleep 0.02
if [ $((count % 2)) -eq 0 ]; then rmdir "$DIR/lock"; exit 1; fi
mv "$DIR/input" "$DIR/good.$count"
rmdir "$DIR/lock"
`;
    await using watching = await startHook(folder, script, { target: stage.target });
    await watching.until((_stdout, stderr) => /hook \S+ done in/.test(stderr));
    for (let i = 0; i < 200; i += 1) {
      if (i % 10 === 9) stage.set.scale(3 + (Math.floor(i / 10) % 2) * 2);
      else stage.set.pod(i % 3).restart();
      await sleep(100);
    }
    const now = textOf(stage.set.pods);
    await expect.poll(async () => textOf((await recordsIn(folder, 'good.')).at(-1)?.peers ?? []), { timeout: 30_000 }).toEqual(now);
    expect((await watching.stop()).code).toBe(143);
    const records = await recordsIn(folder, 'good.');
    expect(records.length).toBeGreaterThan(5);
    // Each begins where the last one that was handled has ended: added up, they are all that has changed.
    let peers: readonly RecordedPeer[] = [];
    for (const record of records) {
      peers = after(peers, record);
      expect(textOf(peers)).toEqual(textOf(record.peers));
    }
    expect(Number(await readFile(folder.file('count'), 'utf8'))).toBeGreaterThan(records.length * 1.5);
    expect(await readdir(folder.path)).not.toContain('overlaps');
    await rm(folder.file('input'), { force: true });
  }, 60_000);
});
