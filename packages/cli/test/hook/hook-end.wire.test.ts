import { describe, test, vi } from 'vitest';
import { isRunning, realPause } from '../support/process-life.ts';
import { hookScene } from './hook-scene.ts';

const QUICK = { timeout: 5_000, interval: 20 };

/** Half a minute, in steps that a signal is noticed between. */
const WAIT = 'n=0; while [ $n -lt 600 ]; do n=$((n + 1)); sleep 0.05; done';
/** A process that SIGTERM does not end; its number goes to a file. */
const RESISTS = `trap '' TERM\necho $$ > "$DIR/pid"\n${WAIT}`;
/** The same, begun by another one. */
const BEGIN_RESISTING = `sh -c 'trap "" TERM; echo $$ > "$DIR/grandchild"; ${WAIT}' &`;

describe.concurrent('a hook that hangs', () => {
  test('is stopped at its limit, and run again with the newest state', async ({ expect }) => {
    await using scene = await hookScene('[ -e "$DIR/pid" ] && { cat > "$DIR/input"; exit 0; }\necho $$ > "$DIR/pid"\nexec sleep 30', {
      // The second run must not meet it, however busy the machine is.
      timeoutMs: 2_000,
    });
    const { show, hook, read, log, pidIn } = scene;
    await show(0);
    const pid = await pidIn('pid');
    await show(0, 1);
    await hook.idle();
    expect(await isRunning(pid)).toBe(false);
    expect(log.messages('error')).toEqual([
      expect.stringMatching(/ did not end within 2000 ms, and was stopped after \d+ ms; another run /),
    ]);
    expect(hook.counts).toEqual({ runs: 2, successes: 1, failures: 1, timeouts: 1, isRunning: false });
    expect(await read('input')).toHaveLength(1);
  });

  test('is killed where SIGTERM does not end it', async ({ expect }) => {
    await using scene = await hookScene(RESISTS, { timeoutMs: 200 });
    const { show, hook, log, pidIn } = scene;
    await show(0);
    const pid = await pidIn('pid');
    await vi.waitFor(() => expect(hook.counts.timeouts).toBe(1), QUICK);
    expect(await isRunning(pid)).toBe(false);
    expect(log.lines.find(({ level }) => level === 'error')?.details).toMatchObject({ kind: 'killed', signal: 'SIGKILL' });
  });

  test('ends with a grandchild that ignores SIGTERM and holds its output open', async ({ expect }) => {
    await using scene = await hookScene(`${BEGIN_RESISTING}\nsleep 30`, { timeoutMs: 300 });
    const { show, hook, log, pidIn } = scene;
    await show(0);
    const pid = await pidIn('grandchild');
    await vi.waitFor(() => expect(hook.counts.timeouts).toBe(1), QUICK);
    // The shell itself ends at once; the run goes on until the rest of its group has had its half second.
    expect(log.lines.find(({ level }) => level === 'error')?.details['durationMs']).toBeGreaterThanOrEqual(300 + 500);
    await vi.waitFor(async () => expect(await isRunning(pid)).toBe(false), QUICK);
  });
});

describe.concurrent('a hook that has ended', () => {
  test('is done although what it left behind holds its output open, and that lives on', async ({ expect }) => {
    await using scene = await hookScene(`${BEGIN_RESISTING}\necho started\nexit 0`);
    const { show, hook, log, pidIn } = scene;
    await show(0);
    await hook.idle();
    const pid = await pidIn('grandchild');
    expect(log.messages('info')).toContain('started');
    expect(hook.counts).toMatchObject({ runs: 1, failures: 0 });
    expect(await isRunning(pid)).toBe(true);
    await hook.close();
    expect(await isRunning(pid)).toBe(true);
    process.kill(pid, 'SIGKILL');
  });
});

describe.concurrent('closing a hook', () => {
  test('ends within a second where SIGTERM does nothing, grandchildren included, and is no failure', async ({ expect }) => {
    await using scene = await hookScene(`${BEGIN_RESISTING}\n${RESISTS}`);
    const { show, hook, log, pidIn } = scene;
    await show(0);
    const pids = [await pidIn('pid'), await pidIn('grandchild')];
    expect(hook.counts).toMatchObject({ runs: 1, isRunning: true });
    const beganMs = performance.now();
    await hook.close();
    expect(performance.now() - beganMs).toBeLessThan(1_000);
    await vi.waitFor(async () => expect(await Promise.all(pids.map(isRunning))).toEqual([false, false]), QUICK);
    expect(hook.counts).toEqual({ runs: 1, successes: 0, failures: 0, timeouts: 0, isRunning: false });
    expect(log.messages('error')).toEqual([]);
    expect(log.messages('info')).toEqual([expect.stringContaining(' was stopped, since the watch ends, after ')]);
  });

  test('lets a command end by SIGTERM, and runs none afterwards', async ({ expect }) => {
    await using scene = await hookScene(`trap 'echo bye > "$DIR/said"; exit 0' TERM\necho $$ > "$DIR/pid"\n${WAIT}`);
    const { show, hook, read, pidIn } = scene;
    await show(0);
    await pidIn('pid');
    await hook.close();
    expect(await read('said')).toEqual(['bye']);
    await show(0, 1);
    await realPause(100);
    expect(hook.counts.runs).toBe(1);
    await expect(hook.idle()).rejects.toMatchObject({ code: 'CLOSED' });
  });

  test('during the pause after a failure begins no further run', async ({ expect }) => {
    await using scene = await hookScene('exit 1');
    const { show, hook } = scene;
    await show(0);
    await vi.waitFor(() => expect(hook.counts).toMatchObject({ failures: 1, isRunning: false }), QUICK);
    await hook.close();
    await realPause(1_200);
    expect(hook.counts.runs).toBe(1);
  });
});

describe('a hook that runs when the process ends at once', () => {
  test('is killed with all of its group', async ({ expect }) => {
    const before = process.listeners('exit');
    await using scene = await hookScene(`${BEGIN_RESISTING}\n${RESISTS}`);
    const { show, hook, pidIn } = scene;
    await show(0);
    const pids = [await pidIn('pid'), await pidIn('grandchild')];
    const added = process.listeners('exit').filter((listener) => !before.includes(listener));
    expect(added).toHaveLength(1);
    for (const listener of added) Reflect.apply(listener, process, [0]);
    await vi.waitFor(async () => expect(await Promise.all(pids.map(isRunning))).toEqual([false, false]), QUICK);
    await vi.waitFor(() => expect(process.listeners('exit')).toEqual(before), QUICK);
    await hook.close();
  });
});
