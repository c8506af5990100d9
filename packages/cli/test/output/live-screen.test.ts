import { afterEach, describe, expect, test, vi } from 'vitest';
import { openLiveScreen } from '../../src/output/live-screen.ts';
import { noPaint, paintFor } from '../../src/output/paint.ts';
import { peer, unindented } from './builders.ts';
import { FakeTerminal } from './fake-terminal.ts';
import { openStage } from './stage.ts';

// Loaded beforehand: the virtual clock does not wait for a first import.
await import('log-update');

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

/** Runs what was registered for an event of the process since, and nothing else. */
function newListeners(event: string, before: readonly unknown[]): readonly ((...values: unknown[]) => void)[] {
  return process.listeners(event as NodeJS.Signals).filter((each) => !before.includes(each)) as ((...values: unknown[]) => void)[];
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('the live screen', () => {
  test('replaces what it shows at events and once a second, and leaves the last state', async () => {
    await using stage = openStage();
    const { watcher, clock } = stage;
    const stream = new FakeTerminal();
    const screen = openLiveScreen({ watcher, stream, paint: noPaint });
    await clock.advance(1_500);
    expect(stream.screen).toBe(
      `${unindented(`
        color-svc.default.svc.cluster.local
        settling: something is in motion; 2 peers, 1 missing

        PEER        ORDINAL  ADDRESS   SEEN FOR  STATE    LAST CHANGE
        color-ss-0  0        10.0.0.1  1s        present  -
        color-ss-1  1        10.0.0.2  1s        present  -
        color-ss-2  2        -         -         missing  -

        last look 0.0 s ago (0 questions, 0 ms), next look in 1.0 s
      `)}\n`,
    );
    expect(stream.isCursorShown).toBe(false);
    stage.peers = [peer(0, { addresses: ['10.0.0.7'] }), peer(1), peer(2)];
    await clock.advance(1_000);
    screen.close();
    expect(stream.screen).toMatch(/^color-svc[^\n]*\n[^\n]* 3 peers\n\n/);
    expect(stream.screen).toContain('\ncolor-ss-0  0        10.0.0.7  2s        present  moved 0s ago from 10.0.0.1\n');
    expect(stream.screen).toMatch(/\nlast look 0\.5 s ago \(0 questions, 0 ms\)\n$/);
    expect(stream.isCursorShown).toBe(true);
    const { writes } = stream;
    await clock.advance(5_000);
    screen.close();
    expect(stream.writes).toBe(writes);
  });

  test('is redrawn at most ten times a second, whatever happens', async () => {
    await using stage = openStage();
    const { watcher, clock } = stage;
    const stream = new FakeTerminal();
    const screen = openLiveScreen({ watcher, stream, paint: noPaint });
    await clock.advance(100);
    const { writes } = stream;
    for (let ms = 0; ms < 2_000; ms += 10) {
      stage.peers = [peer(0, { addresses: [`10.1.${ms % 7}.1`] })];
      await watcher.refresh();
      await clock.advance(10);
    }
    // A frame of log-update is one write, and lines above add one.
    expect(stream.writes - writes).toBeLessThanOrEqual(2 * 21);
    expect(stream.writes - writes).toBeGreaterThanOrEqual(15);
    screen.close();
  });

  test('lines of a log stay above it, and nothing in them is obeyed', async () => {
    await using stage = openStage();
    const { watcher, clock } = stage;
    const stream = new FakeTerminal();
    const screen = openLiveScreen({ watcher, stream, paint: noPaint });
    screen.above('before anything is shown');
    await clock.advance(500);
    screen.above('warn \u001B[2J\u001B]0;title\u0007 is shown');
    screen.above('Error: several\n    at lines');
    await clock.advance(500);
    screen.above('just before the end');
    screen.close();
    screen.above('after the end');
    const lines = stream.screen.split('\n');
    expect(lines.slice(0, 6)).toStrictEqual([
      'before anything is shown',
      String.raw`warn \x1B[2J\x1B]0;title\x07 is shown`,
      'Error: several',
      '    at lines',
      'just before the end',
      'color-svc.default.svc.cluster.local',
    ]);
    expect(lines.slice(-3)).toStrictEqual(['last look 0.0 s ago (0 questions, 0 ms)', 'after the end', '']);
    expect(stream.screen.match(/PEER/g)).toHaveLength(1);
  });

  test('a peer whose name holds an escape is shown with the escape written out', async () => {
    await using stage = openStage();
    stage.peers = [peer(0, { name: 'a\u001B[2Jb' })];
    const stream = new FakeTerminal();
    const screen = openLiveScreen({ watcher: stage.watcher, stream, paint: paintFor(stream, {}) });
    await stage.clock.advance(100);
    screen.close();
    expect(stream.screen).toContain(String.raw`a\x1B[2Jb`);
  });

  test.each([
    { name: 'narrower', columns: 50, rows: 24 },
    { name: 'wider', columns: 140, rows: 24 },
    { name: 'lower', columns: 100, rows: 8 },
  ])('fits a window that becomes $name, and leaves no rest of what was shown before', async ({ columns, rows }) => {
    await using stage = openStage();
    const stream = new FakeTerminal();
    const screen = openLiveScreen({ watcher: stage.watcher, stream, paint: noPaint });
    screen.above('a line of the log');
    await stage.clock.advance(300);
    stream.resize(columns, rows);
    await stage.clock.advance(200);
    screen.close();
    const lines = stream.screen.split('\n');
    expect(lines[0]).toBe('a line of the log');
    expect(stream.screen.match(/color-svc/g)).toHaveLength(1);
    expect(stream.screen.match(/PEER/g)).toHaveLength(1);
    expect(lines.length - 1).toBeLessThanOrEqual(rows);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(columns);
  });

  test('ends with the watcher', async () => {
    await using stage = openStage();
    const stream = new FakeTerminal();
    openLiveScreen({ watcher: stage.watcher, stream, paint: noPaint });
    await stage.clock.advance(300);
    await stage.watcher.close();
    expect(stream.isCursorShown).toBe(true);
    expect(stream.screen).toMatch(/2 peers, 1 missing\n[^]*\nlast look 0\.3 s ago[^,]*, 0 ms\)\n$/);
    expect(stage.clock.pendingTimers).toBe(0);
  });

  test('of a watcher that is closed, shows the state once', () => {
    const stage = openStage();
    void stage.watcher.close();
    const stream = new FakeTerminal();
    openLiveScreen({ watcher: stage.watcher, stream, paint: noPaint });
    expect(stream.isCursorShown).toBe(true);
    expect(stream.screen).toMatch(/\nclosed; 0 peers, 3 missing\n/);
  });
});

describe('the cursor', () => {
  test('is shown at the exit of a process that closed nothing, and lines of the log are not lost', async () => {
    await using stage = openStage();
    const before = process.listeners('exit');
    const stream = new FakeTerminal();
    const screen = openLiveScreen({ watcher: stage.watcher, stream, paint: noPaint });
    await stage.clock.advance(100);
    screen.above('the last words');
    for (const listener of newListeners('exit', before)) listener(1);
    expect(stream.isCursorShown).toBe(true);
    expect(stream.screen).toMatch(/\nthe last words\n$/);
    screen.close();
  });

  test.each(SIGNALS.map((signal) => ({ signal })))('is shown before $signal ends a process that does not handle it', ({ signal }) => {
    const stage = openStage();
    const before = process.listeners(signal);
    const count = vi.spyOn(process, 'listenerCount').mockReturnValue(1);
    const kill = vi.spyOn(process, 'kill').mockReturnValue(true);
    const stream = new FakeTerminal();
    const screen = openLiveScreen({ watcher: stage.watcher, stream, paint: noPaint });
    for (const listener of newListeners(signal, before)) listener(signal);
    expect(stream.isCursorShown).toBe(true);
    expect(kill.mock.calls).toStrictEqual([[process.pid, signal]]);
    expect(count).toHaveBeenCalledWith(signal);
    screen.close();
    void stage.watcher.close();
  });

  test('is left to whoever else handles a signal once, and is shown before a second signal ends the process', () => {
    const stage = openStage();
    const kill = vi.spyOn(process, 'kill').mockReturnValue(true);
    const handled = vi.fn<() => void>();
    process.once('SIGHUP', handled);
    const stream = new FakeTerminal();
    const screen = openLiveScreen({ watcher: stage.watcher, stream, paint: noPaint });
    process.emit('SIGHUP', 'SIGHUP');
    expect(handled).toHaveBeenCalledTimes(1);
    expect(kill).not.toHaveBeenCalled();
    expect(stream.isCursorShown).toBe(false);
    process.emit('SIGHUP', 'SIGHUP');
    expect(stream.isCursorShown).toBe(true);
    expect(kill.mock.calls).toStrictEqual([[process.pid, 'SIGHUP']]);
    screen.close();
    void stage.watcher.close();
  });

  test('is shown while the process is suspended, after which the state is shown anew below', async () => {
    await using stage = openStage();
    const before = { stop: process.listeners('SIGTSTP'), resume: process.listeners('SIGCONT') };
    const kill = vi.spyOn(process, 'kill').mockReturnValue(true);
    const stream = new FakeTerminal();
    const screen = openLiveScreen({ watcher: stage.watcher, stream, paint: noPaint });
    await stage.clock.advance(100);
    for (const listener of newListeners('SIGTSTP', before.stop)) listener();
    expect(kill.mock.calls).toStrictEqual([[process.pid, 'SIGSTOP']]);
    expect(stream.isCursorShown).toBe(true);
    stream.write('$ fg\n');
    for (const listener of newListeners('SIGCONT', before.resume)) listener();
    expect(stream.isCursorShown).toBe(false);
    await stage.clock.advance(1_000);
    screen.close();
    expect(stream.screen).toMatch(/next look in [^\n]*\n\$ fg\ncolor-svc/);
  });

  test('closed screens leave no listener behind', () => {
    const events = ['exit', 'SIGTSTP', 'SIGCONT', ...SIGNALS] as const;
    const counts = (): readonly number[] => events.map((event) => process.listenerCount(event));
    const before = counts();
    const stage = openStage();
    const stream = new FakeTerminal();
    openLiveScreen({ watcher: stage.watcher, stream, paint: noPaint }).close();
    void stage.watcher.close();
    expect(counts()).toStrictEqual(before);
    expect(stream.listenerCount('resize')).toBe(0);
  });
});
