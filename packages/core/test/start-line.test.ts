import { virtualClock } from '@peerset/testkit';
import { describe, expect, test } from 'vitest';
import { PeersNotReadyError, watchPeers } from '../src/index.ts';
import { startLine } from '../src/start-line.ts';
import { scriptedSource, watchScript } from './scripted-source.ts';
import type { ScriptedSource } from './scripted-source.ts';

const PLACES = 64;
const HOLD_MS = 50;

/** Starters that begin one after the other: who has begun, in order, and how each leaves. */
function starters(count: number) {
  const clock = virtualClock();
  const line = startLine({ places: PLACES, holdMs: HOLD_MS, clock });
  const begun: number[] = [];
  const places = Array.from({ length: count }, (_, i) => {
    const place = line.enter();
    if (place.turn === undefined) begun.push(i);
    else void place.turn.then(() => begun.push(i));
    return place;
  });
  return { clock, line, begun, leave: (i: number) => places[i]?.leave() };
}

async function settle(): Promise<void> {
  for (let i = 0; i < 20; i += 1) await Promise.resolve();
}

function upTo(count: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => i);
}

describe('startLine', () => {
  test('as many as there are places start at once, and no timer is set for them', () => {
    const { clock, begun } = starters(PLACES);
    expect(begun).toEqual(upTo(PLACES));
    expect(clock.pendingTimers).toBe(0);
  });

  test('of a thousand the first 64 start; each that leaves lets the next in, in line', async () => {
    const { begun, leave } = starters(1_000);
    await settle();
    expect(begun).toEqual(upTo(PLACES));
    leave(10);
    leave(3);
    await settle();
    expect(begun).toEqual(upTo(PLACES + 2));
    for (let i = 0; i < 1_000; i += 1) leave(i);
    await settle();
    expect(begun).toEqual(upTo(1_000));
  });

  test('a thousand that are all stuck give their places back after 50 ms: the last begins within a second', async () => {
    const { clock, begun } = starters(1_000);
    await clock.advance(HOLD_MS - 1);
    expect(begun).toHaveLength(PLACES);
    await clock.advance(1);
    expect(begun).toEqual(upTo(2 * PLACES));
    await clock.advance(1_000 - HOLD_MS);
    expect(begun).toEqual(upTo(1_000));
    expect(clock.pendingTimers).toBe(0);
  });

  test('a stuck one holds up nobody else: those that end quickly pass it', async () => {
    const { clock, begun, leave } = starters(200);
    for (let i = 1; i < 200; i += 1) {
      leave(i);
      await settle();
    }
    expect(begun).toEqual(upTo(200));
    expect(clock.nowMs()).toBe(0);
  });

  test('a place that was given back late is not given twice', async () => {
    const { clock, begun, leave } = starters(PLACES * 3);
    await clock.advance(HOLD_MS);
    expect(begun).toHaveLength(PLACES * 2);
    leave(0);
    leave(0);
    await settle();
    expect(begun).toHaveLength(PLACES * 2);
  });

  test('who leaves the line never begins, and the last of the line takes the timer along', async () => {
    const { clock, begun, leave } = starters(PLACES + 2);
    leave(PLACES);
    leave(PLACES + 1);
    await settle();
    expect(clock.pendingTimers).toBe(0);
    leave(0);
    await clock.advance(1_000);
    expect(begun).toEqual(upTo(PLACES));
  });
});

/** Holds all places, with watchers whose sources say nothing, while `run` does; then lets them go. */
async function whileAllPlacesAreHeld(run: (release: () => Promise<void>) => Promise<void>): Promise<void> {
  const holders = Array.from({ length: PLACES }, () => watchScript());
  for (const { source } of holders) source.pause();
  const release = async (): Promise<void> => {
    await Promise.all(holders.map(({ watcher }) => watcher.close()));
  };
  try {
    await settle();
    await run(release);
  } finally {
    await release();
  }
}

function looksOf(sources: readonly ScriptedSource[]): number {
  return sources.reduce((sum, { looks }) => sum + looks, 0);
}

describe('first rounds of watchers', () => {
  test('64 watchers of a process begin at once, and the next when one of them has ended its first round', async () => {
    await whileAllPlacesAreHeld(async (release) => {
      const { source, watcher } = watchScript();
      await settle();
      expect(source.looks).toBe(0);
      await release();
      await settle();
      expect(source.looks).toBe(1);
      await watcher.close();
    });
  });

  test('close() while it waits for a place ends it without a look', async () => {
    await whileAllPlacesAreHeld(async () => {
      const { source, watcher } = watchScript();
      const ready = watcher.ready();
      await settle();
      await watcher.close();
      await expect(ready).rejects.toMatchObject({ code: 'CLOSED' });
      expect(source.looks).toBe(0);
      expect(source.isClosed).toBe(true);
    });
  });

  test('ready() and refresh() while it waits for a place: the one ends in time, the other with the first round', async () => {
    await whileAllPlacesAreHeld(async (release) => {
      const { clock, source, watcher } = watchScript();
      const late = watcher.ready({ timeoutMs: 20 }).catch((error: unknown) => error);
      const refreshed = watcher.refresh();
      await clock.advance(20);
      expect(await late).toBeInstanceOf(PeersNotReadyError);
      await release();
      await refreshed;
      expect(source.looks).toBe(1);
      await watcher.close();
    });
  });

  test('a thousand watchers whose first rounds never end all begin nevertheless', async () => {
    const clock = virtualClock();
    const sources = Array.from({ length: 1_000 }, scriptedSource);
    for (const source of sources) source.pause();
    const watchers = sources.map((source) => watchPeers({ service: 'color-svc.default.svc', clock, source, persistent: false }));
    await expect.poll(() => looksOf(sources), { timeout: 30_000 }).toBe(1_000);
    await Promise.all(watchers.map((watcher) => watcher.close()));
  });
});
