import { readFile, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, describe, test } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { openStage, quick } from './stage.ts';
import { startOnTerminal } from './start-on-terminal.ts';
import type { TerminalCommand } from './start-on-terminal.ts';

const LONGEST_MS = 2_000;
const HIDE = '\u001B[?25l';
const SHOW = '\u001B[?25h';
// Escapes are what is looked for.
// oxlint-disable-next-line no-control-regex
const COLOUR = /\u001B\[[\d;]*m/;
const took: string[] = [];
afterAll(() => console.log(`on a terminal, from a signal to the end: ${took.join(', ')}`));

async function end(
  command: TerminalCommand,
  name: string,
  tell: () => void,
): Promise<{ code: number | null; stdout: string; stopMs: number }> {
  const toldAtMs = performance.now();
  tell();
  const { code, stdout } = await command.ended;
  const stopMs = performance.now() - toldAtMs;
  took.push(`${name} ${Math.round(stopMs)} ms`);
  return { code, stdout, stopMs };
}

/** Whether the last thing that was done to the cursor is to show it. */
function isCursorShown(text: string): boolean {
  return text.includes(HIDE) && text.lastIndexOf(SHOW) > text.lastIndexOf(HIDE);
}

describe.concurrent('peerset watch on a terminal', () => {
  test('shows a table in colour that follows the pods, and gives the cursor back on SIGTERM', async ({ expect }) => {
    await using folder = await temporaryFolder();
    await using stage = await openStage();
    await using watching = await startOnTerminal(['watch', ...stage.declared, ...quick], { folder });
    await watching.until((stdout) => stripVTControlCharacters(stdout).includes('3 peers'));
    stage.set.pod(1).restart();
    const [address = ''] = stage.set.pod(1).addresses;
    await watching.until((stdout) => stdout.includes(address));
    const { code, stdout, stopMs } = await end(watching, 'watch', () => watching.signal('SIGTERM'));
    expect(code).toBe(143);
    expect(stopMs).toBeLessThan(LONGEST_MS);
    expect(isCursorShown(stdout)).toBe(true);
    expect(stdout).toMatch(COLOUR);
    // The last state stays on the screen.
    const last = stripVTControlCharacters(stdout.slice(stdout.lastIndexOf('color-svc.default')));
    expect(last).toMatch(new RegExp(`color-ss-1 +1 .*${address}`));
  });

  test('has no colour with NO_COLOR', async ({ expect }) => {
    await using folder = await temporaryFolder();
    await using stage = await openStage();
    await using watching = await startOnTerminal(['watch', ...stage.declared, ...quick], { folder, env: { NO_COLOR: '1' } });
    await watching.until((stdout) => stdout.includes('3 peers'));
    const { code, stdout } = await end(watching, 'watch without colour', () => watching.signal('SIGTERM'));
    expect([code, isCursorShown(stdout), COLOUR.test(stdout)]).toEqual([143, true, false]);
  });

  test('prints lines where the terminal is dumb', async ({ expect }) => {
    await using folder = await temporaryFolder();
    await using stage = await openStage();
    await using watching = await startOnTerminal(['watch', ...stage.declared, ...quick], { folder, env: { TERM: 'dumb' } });
    await watching.until((stdout) => stdout.includes('"revision":1'));
    const { code, stdout } = await end(watching, 'watch on a dumb one', () => watching.signal('SIGTERM'));
    expect([code, stdout.includes('\u001B')]).toEqual([143, false]);
  });

  test('gives the cursor back when it is told twice', async ({ expect }) => {
    await using folder = await temporaryFolder();
    await using stage = await openStage();
    await writeFile(folder.file('hook.sh'), "#!/bin/sh\ntrap '' TERM\necho begun\nsleep 300 & wait\n", { mode: 0o755 });
    await using watching = await startOnTerminal(['watch', ...stage.declared, ...quick, '--exec', folder.file('hook.sh')], { folder });
    await watching.until((stdout) => stdout.includes('begun'));
    watching.signal('SIGTERM');
    await sleep(50);
    const { code, stdout } = await end(watching, 'watch, told twice', () => watching.signal('SIGTERM'));
    expect([code, isCursorShown(stdout)]).toEqual([143, true]);
  });

  test('does its work, and ends on SIGTERM, while the terminal is stopped with Ctrl-S', async ({ expect }) => {
    await using folder = await temporaryFolder();
    await using stage = await openStage();
    const work = ['--write', folder.file('peers'), '--as', 'json'];
    await using watching = await startOnTerminal(['watch', ...stage.declared, ...quick, ...work], { folder });
    await watching.until((stdout) => stripVTControlCharacters(stdout).includes('3 peers'));
    watching.type('\u0013');
    // Longer than from one picture to the next.
    await sleep(1_200);
    stage.set.pod(1).restart();
    const [address] = stage.set.pod(1).addresses;
    await expect.poll(async () => await readFile(folder.file('peers'), 'utf8'), { timeout: 30_000 }).toContain(address);
    const { code, stopMs } = await end(watching, 'watch on one that is stopped', () => watching.signal('SIGTERM'));
    expect(code).toBe(143);
    expect(stopMs).toBeLessThan(LONGEST_MS);
  });
});

describe.concurrent('peerset wait on a terminal', () => {
  test('tells how it goes in one line, and ends on Ctrl-C with the cursor as it was', async ({ expect }) => {
    await using folder = await temporaryFolder();
    await using stage = await openStage();
    stage.set.pod(2).setReady(false);
    await using waiting = await startOnTerminal(['wait', ...stage.declared, ...quick], { folder });
    await waiting.until((stdout) => stripVTControlCharacters(stdout).includes('color-ss-2'));
    const { code, stdout, stopMs } = await end(waiting, 'wait', () => waiting.type('\u0003'));
    expect([code, isCursorShown(stdout)]).toEqual([130, true]);
    expect(stopMs).toBeLessThan(LONGEST_MS);
  });

  test('prints a table at last', async ({ expect }) => {
    await using folder = await temporaryFolder();
    await using stage = await openStage();
    await using waiting = await startOnTerminal(['wait', ...stage.declared, ...quick], { folder });
    const { code, stdout } = await waiting.ended;
    expect([code, isCursorShown(stdout)]).toEqual([0, true]);
    expect(stripVTControlCharacters(stdout)).toMatch(/NAME +ORDINAL +ADDRESSES +PORT +STATE\r\ncolor-ss-0 +0 +198[\d.]+ +27017 +present/);
  });
});
