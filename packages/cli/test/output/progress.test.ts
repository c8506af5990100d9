import { describe, expect, test } from 'vitest';
import { noPaint, paintFor } from '../../src/output/paint.ts';
import { openProgress } from '../../src/output/progress-line.ts';
import { progressSpans } from '../../src/output/progress-text.ts';
import { lineOf } from '../../src/output/spans.ts';
import { identity, peer, problem, snapshot, status } from './builders.ts';
import { FakeTerminal } from './fake-terminal.ts';
import { openStage } from './stage.ts';

// Loaded beforehand: the virtual clock does not wait for a first import.
await import('log-update');

const many = Array.from({ length: 9 }, (_, ordinal) => ordinal);

describe('the line about a wait', () => {
  test.each([
    {
      name: 'says who is missing, how long it has waited and will, and who is there',
      told: { snapshot: snapshot([peer(0), peer(1)], [identity(2)]) },
      want: 'color-svc: 2 there, missing color-ss-2; waited 12s of 5m for all declared peers; there: color-ss-0, color-ss-1',
    },
    {
      name: 'names the first of many',
      told: {
        snapshot: snapshot(
          many.map((ordinal) => peer(ordinal)),
          many.map(identity),
        ),
        timeoutMs: Infinity,
      },
      want: 'color-svc: 9 there, missing color-ss-0, color-ss-1, color-ss-2 and 6 more; waited 12s for all declared peers; there: color-ss-0, color-ss-1, color-ss-2, color-ss-3, color-ss-4 and 4 more',
    },
    {
      name: 'tells the most important problem',
      told: { snapshot: snapshot([]), status: status({ problems: [problem(), problem({ code: 'NOT_HEADLESS' })] }), wanted: { peers: 1 } },
      want: 'color-svc: nobody there; waited 12s of 5m for 1 peer; LOOKUPS_FAILING: DNS gives no usable answer',
    },
  ])('$name', ({ told, want }) => {
    const progress = { status: status(), wanted: { peers: 'declared' as const }, waitedMs: 12_345, timeoutMs: 300_000, ...told };
    expect(lineOf(progressSpans(progress), { columns: Infinity, paint: noPaint })).toBe(want);
  });
});

describe('openProgress', () => {
  test('replaces one line of a terminal, log lines above it', async () => {
    await using stage = openStage();
    const stream = new FakeTerminal({ columns: 80 });
    const criteria = { peers: 'declared', timeoutMs: 20_000 } as const;
    const progress = openProgress({ watcher: stage.watcher, criteria, stream, paint: paintFor(stream, {}) });
    await stage.clock.advance(3_050);
    expect(stream.screen).toBe('color-svc: 2 there, missing color-ss-2; waited 3s of 20s for all declared pee...\n');
    expect(stream.isCursorShown).toBe(false);
    progress.above('a line of the log');
    stage.peers = [peer(0), peer(1), peer(2)];
    await stage.clock.advance(1_000);
    progress.close();
    progress.close();
    expect(stream.screen).toBe('a line of the log\ncolor-svc: 3 there; waited 4s of 20s for all declared peers; there: color-ss-...\n');
    expect(stream.isCursorShown).toBe(true);
  });

  test('writes a plain line for each change into a pipe, and nothing else', async () => {
    await using stage = openStage();
    const stream = new FakeTerminal();
    const progress = openProgress({ watcher: stage.watcher, stream, paint: paintFor({ isTTY: true }, {}), isLive: false });
    await stage.clock.advance(5_000);
    progress.above('a line of the log\u001B[2J');
    stage.peers = [peer(0), peer(1), peer(2)];
    await stage.clock.advance(5_000);
    progress.close();
    stage.peers = [];
    await stage.clock.advance(5_000);
    expect(stream.screen.split('\n')).toStrictEqual([
      'color-svc: nobody there, missing color-ss-0, color-ss-1, color-ss-2; waited 0s of 1m for all declared peers',
      'color-svc: 2 there, missing color-ss-2; waited 0s of 1m for all declared peers; there: color-ss-0, color-ss-1',
      String.raw`a line of the log\x1B[2J`,
      'color-svc: 3 there; waited 6s of 1m for all declared peers; there: color-ss-0, color-ss-1, color-ss-2',
      '',
    ]);
    expect(stream.writes).toBe(4);
  });

  test('says whom a wait is for where nobody said so', async () => {
    await using stage = openStage();
    const line = (criteria: Parameters<typeof openProgress>[0]['criteria']): string => {
      const stream = new FakeTerminal({ columns: 200 });
      openProgress({ watcher: stage.watcher, criteria, stream, paint: noPaint, isLive: false }).close();
      return stream.screen.trimEnd().replace(/^.* for /, '');
    };
    expect(line(undefined)).toBe('all declared peers');
    expect(line({ self: true })).toBe('this pod');
    expect(line({ ordinals: [1] })).toBe('ordinal 1');
    stage.watcher.declare(0);
    expect(line({})).toBe('1 peer');
  });
});
