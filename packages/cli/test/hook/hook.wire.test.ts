import { chmod, writeFile } from 'node:fs/promises';
import { describe, test, vi } from 'vitest';
import { openHook } from '../../src/hook/open-hook.ts';
import type { ChangeRecord } from '../../src/records/change-record.ts';
import { changingWatch, numberedPeer, virtualWatch } from '../support/changing-watch.ts';
import { recordedLog } from '../support/recorded-log.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { realPause } from '../support/process-life.ts';
import { hookScene } from './hook-scene.ts';

const QUICK = { timeout: 20_000, interval: 20 };

const recordsOf = (lines: readonly string[]): readonly ChangeRecord[] => lines.map((line) => JSON.parse(line) as ChangeRecord);
const namesOf = (peers: readonly { readonly name: string }[]): readonly string[] => peers.map(({ name }) => name);
const times = (count: number): readonly number[] => Array.from({ length: count }, (_, number) => number);

describe.concurrent('a hook', () => {
  test('gets the change as one line of JSON and as variables, and no secret of the command', async ({ expect }) => {
    await using scene = await hookScene('cat > "$DIR/input"\nenv > "$DIR/env"', {
      env: { PEERSET_PASSWORD: 'secret', PEERSET_PEERS: 'declared', OTHER: 'kept' },
    });
    const { show, hook, read, log } = scene;
    await show(0, 1);
    await hook.idle();
    const records = recordsOf(await read('input'));
    expect(records).toMatchObject([{ revision: 1, joined: [{ name: 'db-0', returned: false }, { name: 'db-1' }], peers: [{}, {}] }]);
    const env = await read('env');
    expect(env).toEqual(expect.arrayContaining(['OTHER=kept', 'PEERSET_PEERS=db-0,db-1', 'PEERSET_JOINED=db-0,db-1', 'PEERSET_LEFT=']));
    expect(env.join('\n')).not.toContain('secret');
    expect(log.messages('info')).toEqual([expect.stringMatching(/^hook .*hook\.sh done in \d+ ms$/)]);
  });

  test('that fails with exit code 1 is run again a second later, with the newest state', async ({ expect }) => {
    await using scene = await hookScene('cat >> "$DIR/inputs"\n[ -e "$DIR/second" ] || { touch "$DIR/second"; exit 1; }');
    const { show, hook, read, log } = scene;
    await show(0);
    await vi.waitFor(() => expect(hook.counts.failures).toBe(1), QUICK);
    await show(0, 1);
    await hook.idle();
    expect(recordsOf(await read('inputs')).map(({ joined }) => namesOf(joined))).toEqual([['db-0'], ['db-0', 'db-1']]);
    expect(log.messages('error')).toEqual([
      expect.stringMatching(/^hook .*hook\.sh failed with exit code 1 after \d+ ms; another run follows in 1000 ms$/),
    ]);
    expect(log.lines.find(({ level }) => level === 'error')?.details).toMatchObject({ kind: 'exited', code: 1, revision: 1 });
    expect(hook.counts).toEqual({ runs: 2, successes: 1, failures: 1, timeouts: 0, isRunning: false });
  });

  test('that is killed by a signal has failed, and is run again', async ({ expect }) => {
    await using scene = await hookScene('[ -e "$DIR/second" ] || { touch "$DIR/second"; kill -SEGV $$; }');
    const { show, hook, log } = scene;
    await show(0);
    await hook.idle();
    expect(log.messages('error')).toEqual([expect.stringContaining(' was killed by SIGSEGV after ')]);
    expect(hook.counts).toMatchObject({ runs: 2, failures: 1 });
  });

  test('that does not exist is a failed run, until it exists', async ({ expect }) => {
    await using folder = await temporaryFolder();
    const path = folder.file('late');
    const log = recordedLog();
    const { watcher, show } = changingWatch();
    const hook = openHook({ watcher, command: [path], timeoutMs: 5_000, log });
    await show(0);
    await vi.waitFor(() => expect(log.messages('error')).toHaveLength(1), QUICK);
    await writeFile(path, '#!/bin/sh\n');
    await vi.waitFor(() => expect(log.messages('error')).toHaveLength(2), QUICK);
    await chmod(path, 0o755);
    await hook.idle();
    expect(log.messages('error')).toMatchObject([expect.stringContaining('(ENOENT: '), expect.stringContaining('(EACCES: ')]);
    await hook.close();
    await watcher.close();
  });

  test('whose environment is too long is a failed run', async ({ expect }) => {
    await using scene = await hookScene('exit 0', { env: { LARGE: 'x'.repeat(200_000) } });
    const { show, hook, log } = scene;
    await show(0);
    await vi.waitFor(() => expect(hook.counts.failures).toBe(1), QUICK);
    expect(log.messages('error')).toEqual([expect.stringContaining('(E2BIG: its arguments and the environment are too long)')]);
  });

  test('that does not read its input ends well, however long that is', async ({ expect }) => {
    await using scene = await hookScene('exec 0<&-\nexit 0');
    const { showPeers, hook, log } = scene;
    await showPeers(times(5_000).map(numberedPeer));
    await hook.idle();
    expect(hook.counts).toMatchObject({ runs: 1, failures: 0 });
    expect(log.messages('error')).toEqual([]);
  });

  test('of thousands of peers gets no lists in its environment, and all of them on its input', async ({ expect }) => {
    await using scene = await hookScene(
      'cat > "$DIR/input"\necho "$PEERSET_TRUNCATED ${PEERSET_PEERS-unset} $PEERSET_REVISION" > "$DIR/said"',
    );
    const { showPeers, hook, read } = scene;
    await showPeers(times(5_000).map(numberedPeer));
    await hook.idle();
    expect(await read('said')).toEqual(['true unset 1']);
    expect(recordsOf(await read('input')).map(({ peers }) => peers.length)).toEqual([5_000]);
  });

  test('keeps up with 200 changes while every other run fails: one at a time, nothing lost, up to the newest state', async ({ expect }) => {
    const watch = virtualWatch();
    await using scene = await hookScene(
      `mkdir "$DIR/lock" || echo overlap >> "$DIR/overlaps"
input=$(cat)
count=$(wc -l < "$DIR/runs" || echo 0)
echo run >> "$DIR/runs"
rmdir "$DIR/lock"
[ $((count % 2)) = 1 ] || exit 1
printf '%s\\n' "$input" >> "$DIR/done"`,
      { watch, timeoutMs: 3_600_000 },
    );
    const { hook, read } = scene;
    for (const step of times(200)) {
      const { runs } = hook.counts;
      void watch.show(step % 7, 10 + (step % 11), 30 + step);
      const isAwaited = (): boolean => step % 8 === 7 && hook.counts.runs === runs;
      // However slow the machine is, the command runs among the changes, and not only after them.
      do {
        await watch.clock.advance(1_000);
        await realPause(2);
      } while (isAwaited());
    }
    const idle = hook.idle().then(() => 'idle');
    while ((await Promise.race([idle, realPause(2)])) !== 'idle') await watch.clock.advance(1_000);
    const done = recordsOf(await read('done'));
    const present = new Set<string>();
    for (const { joined, left, peers } of done) {
      for (const name of namesOf(joined)) expect(present.has(name)).toBe(false);
      for (const name of namesOf(left)) expect(present.delete(name)).toBe(true);
      for (const name of namesOf(joined)) present.add(name);
      expect([...present].toSorted()).toEqual([...namesOf(peers)].toSorted());
    }
    expect([...present].toSorted()).toEqual(['db-11', 'db-229', 'db-3']);
    expect(await read('overlaps')).toEqual([]);
    expect(hook.counts.failures).toBeGreaterThan(10);
    expect(hook.counts).toMatchObject({ runs: (await read('runs')).length, isRunning: false });
    expect(done).toHaveLength(hook.counts.runs - hook.counts.failures);
  });
});
