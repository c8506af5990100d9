import { createWorld, virtualClock } from '@peerset/testkit';
import type { StatefulSet, VirtualClock, World } from '@peerset/testkit';
import { describe, expect, test } from 'vitest';
import type { Clock, PeerWatcher } from '../../src/index.ts';
import { openDnsSource } from '../../src/lookup/dns-source.ts';
import { parseWatchOptions } from '../../src/parse-options.ts';
import { openWatcher } from '../../src/watch-peers.ts';
import { worldClient } from './world-client.ts';

const SECOND = 1_000;
const MINUTES = 10 * 60 * SECOND;

/** A clock that jumps while the process is stopped: what came due meanwhile fires when it goes on, in order, as Node's timers do. */
interface JumpingClock extends Clock {
  jump(ms: number): void;
}

function jumpingClock(inner: VirtualClock): JumpingClock {
  let jumpedMs = 0;
  const sleepers = new Set<{ readonly dueMs: number; readonly wake: () => void }>();
  const nowMs = (): number => inner.nowMs() + jumpedMs;
  return {
    nowMs,
    async sleep(ms, signal) {
      const awake = new AbortController();
      const sleeper = { dueMs: nowMs() + ms, wake: () => awake.abort() };
      sleepers.add(sleeper);
      try {
        await inner.sleep(ms, AbortSignal.any([signal, awake.signal]));
      } catch (error) {
        if (!awake.signal.aborted) throw error;
      } finally {
        sleepers.delete(sleeper);
      }
    },
    jump(ms) {
      jumpedMs += ms;
      const due = [...sleepers].filter(({ dueMs }) => dueMs <= nowMs());
      for (const { wake } of due.toSorted((a, b) => a.dueMs - b.dueMs)) wake();
    },
  };
}

interface Scene {
  readonly clock: VirtualClock;
  readonly world: World;
  readonly set: StatefulSet;
  readonly watcher: PeerWatcher;
  /** What was told of members and phases. */
  readonly told: string[];
  readonly rounds: () => number;
  /** Stops the process for ten minutes, in the middle of a pause between two rounds. */
  readonly suspend: () => Promise<void>;
}

async function settled(body: (scene: Scene) => Promise<void>): Promise<void> {
  const inner = virtualClock();
  const clock = jumpingClock(inner);
  const world = createWorld({ clock: inner });
  const service = world.headlessService('color-svc', { ports: [{ name: 'db', port: 27017 }] });
  const set = service.statefulSet('color-ss', { replicas: 3 });
  const options = parseWatchOptions({ service: service.host, family: 'ipv4', random: () => 0.5, clock });
  const watcher = openWatcher({ ...options, source: openDnsSource(options, worldClient(world, inner)) });
  await inner.advance(31.5 * SECOND);
  expect(watcher.status.phase).toBe('settled');
  const told: string[] = [];
  let rounds = 0;
  watcher.on('leave', ({ name }) => void told.push(`leave ${name}`));
  watcher.on('join', ({ name }) => void told.push(`join ${name}`));
  watcher.on('move', ({ peer: { name } }) => void told.push(`move ${name}`));
  watcher.on('status', ({ phase }, previous) => void (phase !== previous.phase && told.push(phase)));
  watcher.on('round', () => void (rounds += 1));
  const suspend = async (): Promise<void> => {
    clock.jump(MINUTES);
    await inner.advance(0);
  };
  try {
    await body({ clock: inner, world, set, watcher, told, rounds: () => rounds, suspend });
  } finally {
    await watcher.close();
    world.close();
  }
}

describe('a process that was stopped for ten minutes', () => {
  test('process suspended for minutes (clock jump): it looks once, nobody leaves, and the snapshot is stale until then', () =>
    settled(async ({ clock, told, rounds, suspend }) => {
      await suspend();
      expect([rounds(), told]).toEqual([1, ['stale', 'settled']]);
      await clock.advance(60 * SECOND);
      expect(told).toEqual(['stale', 'settled']);
    }));

  test('process suspended for minutes (clock jump): a doubt from before proves nothing by its age', () =>
    settled(async ({ clock, set, told, rounds, watcher, suspend }) => {
      set.pod(2).setReady(false);
      while (watcher.status.unconfirmed.length === 0) await clock.advance(0.5 * SECOND);
      const before = rounds();
      await clock.advance(2.2 * SECOND);
      expect(rounds() - before).toBe(2);
      // Three rounds have denied it; ten minutes later the fourth is no proof either, although it spans the window many times.
      await suspend();
      expect(rounds() - before).toBe(3);
      expect(watcher.status.unconfirmed).toEqual(['color-ss-2']);
      set.pod(2).setReady(true);
      await clock.advance(60 * SECOND);
      expect(told.filter((each) => each.includes('color-ss'))).toEqual([]);
      expect(watcher.status).toMatchObject({ phase: 'settled', unconfirmed: [] });
    }));

  test('process suspended for minutes (clock jump): without answers afterwards nobody leaves', () =>
    settled(async ({ clock, world, told, watcher, suspend }) => {
      world.fault({ kind: 'servfail' });
      await suspend();
      await clock.advance(600 * SECOND);
      expect(told).toEqual(['stale']);
      expect(watcher.snapshot.peers).toHaveLength(3);
    }));

  test('process suspended for minutes (clock jump): who went away meanwhile leaves after the window, counted from the first denial', () =>
    settled(async ({ clock, set, told, suspend }) => {
      set.scale(2);
      await suspend();
      await clock.advance(19 * SECOND);
      expect(told.filter((each) => each.includes('color-ss'))).toEqual([]);
      await clock.advance(5 * SECOND);
      expect(told.filter((each) => each.includes('color-ss'))).toEqual(['leave color-ss-2']);
    }));
});
