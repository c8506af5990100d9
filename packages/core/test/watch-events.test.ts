import { describe, expect, test, vi } from 'vitest';
import type { Change, PeerWatcher, WatchEvents } from '../src/index.ts';
import { peer, watchScript } from './scripted-source.ts';

const SECOND = 1_000;

/** Writes down every event as a word or two. */
function listen(watcher: PeerWatcher): string[] {
  const heard: string[] = [];
  watcher.on('round', ({ number, changed }) => void heard.push(`round ${number}${changed ? ' changed' : ''}`));
  watcher.on('status', ({ phase }, previous) => void heard.push(`status ${previous.phase} -> ${phase}`));
  watcher.on('join', ({ name, returned }) => void heard.push(`join ${name}${returned ? ' returned' : ''}`));
  watcher.on('move', ({ peer: { name }, from }) => void heard.push(`move ${name} from ${from.join()}`));
  watcher.on('leave', ({ name }) => void heard.push(`leave ${name}`));
  watcher.on('change', ({ snapshot }) => void heard.push(`change ${snapshot.revision}`));
  return heard;
}

describe('events of a watcher', () => {
  test('come in the promised order: change, leaves, moves, joins, status, round', async () => {
    const { clock, source, watcher } = watchScript();
    source.show(peer('db-0', '10.0.0.1'), peer('db-1', '10.0.0.2'), peer('db-10', '10.0.0.3'), peer('db-2', '10.0.0.4'));
    const heard = listen(watcher);
    expect(heard).toEqual([]);
    await clock.advance(0);
    expect(heard).toEqual([
      'change 1',
      'join db-0',
      'join db-1',
      'join db-2',
      'join db-10',
      'status starting -> settling',
      'round 1 changed',
    ]);
    heard.length = 0;
    source.show(peer('db-0', '10.0.0.9'), peer('db-2', '10.0.0.4'), peer('db-3', '10.0.0.5'));
    await clock.advance(1 * SECOND);
    expect(heard).toEqual(['change 2', 'leave db-1', 'leave db-10', 'move db-0 from 10.0.0.1', 'join db-3', 'round 2 changed']);
    heard.length = 0;
    source.show(peer('db-0', '10.0.0.9'), peer('db-1', '10.0.0.7'));
    await clock.advance(1 * SECOND);
    expect(heard).toEqual(['change 3', 'leave db-2', 'leave db-3', 'join db-1 returned', 'round 3 changed']);
    await watcher.close();
  });

  test('are not fired by a round that changes nothing, but for the round itself', async () => {
    const { clock, source, watcher } = watchScript();
    source.show(peer('db-0', '10.0.0.1'));
    await clock.advance(60 * SECOND);
    const heard = listen(watcher);
    const { snapshot } = watcher;
    await clock.advance(15 * SECOND);
    expect(heard).toEqual(['round 26', 'round 27', 'round 28']);
    expect(watcher.snapshot).toBe(snapshot);
    await watcher.close();
  });

  test('tell a peer of which only the port changed as updated, in a change alone', async () => {
    const { clock, source, watcher } = watchScript();
    source.show(peer('db-0', '10.0.0.1'));
    await clock.advance(0);
    const heard = listen(watcher);
    const changes: Change[] = [];
    watcher.on('change', (change) => void changes.push(change));
    source.show({ ...peer('db-0', '10.0.0.1'), port: 27018 });
    await clock.advance(1 * SECOND);
    expect(heard).toEqual(['change 2', 'round 2 changed']);
    expect(changes[0]?.updated).toMatchObject([{ name: 'db-0', port: 27018 }]);
    await watcher.close();
  });

  test('nothing is emitted synchronously inside watchPeers, and a listener added right after it hears everything', async () => {
    const { clock, source, watcher } = watchScript();
    expect(source.looks).toBe(0);
    const heard = listen(watcher);
    await clock.advance(0);
    expect(heard).toEqual(['status starting -> settling', 'round 1']);
    await watcher.close();
  });
});

describe('listeners', () => {
  test('one that throws stops neither the others nor the loop, and its error goes to onListenerError', async () => {
    const errors: unknown[] = [];
    const { clock, source, watcher } = watchScript({ onListenerError: (error) => void errors.push(error) });
    source.show(peer('db-0', '10.0.0.1'));
    const failure = new Error('the listener is broken');
    const after = vi.fn<() => void>();
    watcher.on('change', () => {
      throw failure;
    });
    watcher.on('change', after);
    const rounds = vi.fn<() => void>();
    watcher.on('round', rounds);
    await clock.advance(5 * SECOND);
    expect(errors).toEqual([failure]);
    expect(after).toHaveBeenCalledTimes(1);
    expect(rounds).toHaveBeenCalledTimes(6);
    await watcher.close();
  });

  test.each<{ name: string; onListenerError: ((error: unknown) => void) | undefined; message: string }>([
    { name: 'without onListenerError its error is rethrown outside the loop', onListenerError: undefined, message: 'broken' },
    {
      name: 'an onListenerError that throws is rethrown outside the loop',
      onListenerError: () => {
        throw new Error('broken too');
      },
      message: 'broken too',
    },
  ])('$name', async ({ onListenerError, message }) => {
    // The process sees it as an uncaught exception: for this test alone, someone other than the test runner takes it.
    const uncaught: unknown[] = [];
    const others = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    process.on('uncaughtException', (error) => void uncaught.push(error));
    try {
      const { clock, watcher } = watchScript({ onListenerError });
      watcher.once('round', () => {
        throw new Error('broken');
      });
      await clock.advance(3 * SECOND);
      expect(uncaught).toMatchObject([{ message }]);
      await watcher.close();
    } finally {
      process.removeAllListeners('uncaughtException');
      for (const listener of others) process.on('uncaughtException', listener);
    }
  });

  test.each<{ name: string; stop: (watcher: PeerWatcher, listener: (...values: WatchEvents['round']) => void) => void; heard: number }>([
    { name: 'on: hears every event until unsubscribed', stop: (watcher, listener) => void watcher.on('round', listener), heard: 3 },
    { name: 'once: hears one event', stop: (watcher, listener) => void watcher.once('round', listener), heard: 1 },
    {
      name: 'off: removes a listener',
      stop: (watcher, listener) => {
        watcher.on('round', listener);
        watcher.off('round', listener);
      },
      heard: 0,
    },
    {
      name: 'signal: an aborted one adds no listener',
      stop: (watcher, listener) => void watcher.on('round', listener, { signal: AbortSignal.abort() }),
      heard: 0,
    },
  ])('$name', async ({ stop, heard }) => {
    const { clock, watcher } = watchScript();
    const listener = vi.fn<() => void>();
    stop(watcher, listener);
    await clock.advance(2 * SECOND);
    expect(listener).toHaveBeenCalledTimes(heard);
    await watcher.close();
  });

  test('the function that on returns unsubscribes, and an abort of the signal does', async () => {
    const { clock, watcher } = watchScript();
    const abort = new AbortController();
    const first = vi.fn<() => void>();
    const second = vi.fn<() => void>();
    const unsubscribe = watcher.on('round', first);
    watcher.on('round', second, { signal: abort.signal });
    await clock.advance(1 * SECOND);
    unsubscribe();
    unsubscribe();
    abort.abort();
    await clock.advance(5 * SECOND);
    expect([first, second].map((listener) => listener.mock.calls.length)).toEqual([2, 2]);
    await watcher.close();
  });

  test('that close the watcher end the events of the round: nothing is told after close', async () => {
    const { clock, source, watcher } = watchScript();
    source.show(peer('db-0', '10.0.0.1'));
    const heard = listen(watcher);
    watcher.on('change', () => void watcher.close());
    await clock.advance(5 * SECOND);
    expect(heard).toEqual(['change 1']);
    expect(watcher.status.phase).toBe('closed');
  });

  test('leave nothing on a caller’s signal', async () => {
    const abort = new AbortController();
    const added = vi.spyOn(abort.signal, 'addEventListener');
    const removed = vi.spyOn(abort.signal, 'removeEventListener');
    const { clock, source, watcher } = watchScript({ signal: abort.signal });
    source.show(peer('db-0', '10.0.0.1'));
    watcher.on('round', () => {}, { signal: abort.signal });
    const ready = watcher.ready({ signal: abort.signal, stableForMs: 5_000 });
    const refreshed = watcher.refresh({ signal: abort.signal });
    await clock.advance(10 * SECOND);
    await Promise.all([ready, refreshed]);
    await watcher.close();
    const kept = added.mock.calls.filter(([, listener]) => !removed.mock.calls.some(([, gone]) => gone === listener));
    expect(added.mock.calls.length).toBeGreaterThan(3);
    expect(kept).toEqual([]);
  });
});

/** When each round ended, and until when the next was to begin at the latest. */
function listPauses(watcher: PeerWatcher): { startedAtMs: number; endedAtMs: number; nextAtMs: number }[] {
  const rounds: { startedAtMs: number; endedAtMs: number; nextAtMs: number }[] = [];
  watcher.on('round', ({ startedAtMs, durationMs, nextDelayMs }) => {
    const endedAtMs = startedAtMs + durationMs;
    rounds.push({ startedAtMs, endedAtMs, nextAtMs: endedAtMs + nextDelayMs });
  });
  return rounds;
}

describe('the pause that a round tells of', () => {
  test('is the pause that follows, however it is spread', async () => {
    let draws = 0;
    const { clock, source, watcher } = watchScript({ pollIntervalMs: 600 * SECOND, random: () => (draws++ % 3) / 3 });
    source.show(peer('db-0', '10.0.0.1'));
    const rounds = listPauses(watcher);
    await clock.advance(7_200 * SECOND);
    expect(rounds.length).toBeGreaterThan(20);
    expect(rounds.slice(1).map(({ startedAtMs }) => startedAtMs)).toEqual(rounds.slice(0, -1).map(({ nextAtMs }) => nextAtMs));
    await watcher.close();
  });

  test('gets no longer by waits that come when things have settled meanwhile', async () => {
    const { clock, source, watcher } = watchScript({ pollIntervalMs: 600 * SECOND, settlingIntervalMs: 4 * SECOND });
    source.show(peer('db-0', '10.0.0.1'));
    const rounds = listPauses(watcher);
    for (let step = 0; step < 40; step += 1) {
      await clock.advance(SECOND);
      await watcher.ready({ peers: 1, timeoutMs: 0 });
    }
    await clock.advance(600 * SECOND);
    const late = rounds.slice(1).filter(({ startedAtMs }, i) => startedAtMs > (rounds[i]?.nextAtMs ?? 0));
    expect(rounds.length).toBeGreaterThan(4);
    expect(late).toEqual([]);
    await watcher.close();
  });
});
