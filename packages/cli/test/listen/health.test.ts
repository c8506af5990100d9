import { staticSource, watchPeers } from '@peerset/core';
import type { PeerSource, PeerWatcher } from '@peerset/core';
import { virtualClock } from '@peerset/testkit';
import type { VirtualClock } from '@peerset/testkit';
import { describe, expect, onTestFinished, test } from 'vitest';
import { healthBoundMs } from '../../src/listen/health-bound.ts';
import { openHealth } from '../../src/listen/health.ts';
import type { Health } from '../../src/listen/health.ts';

const service = 'color-svc.default.svc.cluster.local';
const there = staticSource([{ name: 'color-ss-0', addresses: ['10.0.0.1'] }]);

describe('healthBoundMs', () => {
  const rows: readonly { name: string; nextDelayMs: number; lookupTimeoutMs: number; want: number }[] = [
    { name: 'before the first round', nextDelayMs: 0, lookupTimeoutMs: 2_000, want: 25_000 },
    { name: 'the default pace', nextDelayMs: 6_000, lookupTimeoutMs: 2_000, want: 31_000 },
    { name: 'questions that end soon', nextDelayMs: 6_000, lookupTimeoutMs: 100, want: 31_000 },
    { name: 'the longest questions', nextDelayMs: 0, lookupTimeoutMs: 10_000, want: 45_000 },
    { name: 'a long pause', nextDelayMs: 4_320_000, lookupTimeoutMs: 2_000, want: 4_345_000 },
  ];
  test.each(rows)('$name: $want ms', ({ nextDelayMs, lookupTimeoutMs, want }) => {
    expect(healthBoundMs({ nextDelayMs, lookupTimeoutMs })).toBe(want);
  });
});

/** A watcher on a source, in virtual time. */
function openScene(source: PeerSource, pollIntervalMs = 5_000): { clock: VirtualClock; watcher: PeerWatcher; health: Health } {
  const clock = virtualClock();
  const watcher = watchPeers({ service, clock, source, pollIntervalMs, persistent: false });
  onTestFinished(() => watcher.close());
  return { clock, watcher, health: openHealth(watcher, 2_000) };
}

describe('openHealth', () => {
  test('rounds that come are healthy, and so is a long pause that was announced', async () => {
    const { clock, watcher, health } = openScene(there, 600_000);
    for (let minute = 0; minute < 120; minute++) {
      await clock.advance(60_000);
      expect(health.fault()).toBeUndefined();
    }
    await watcher.close();
    expect(health.fault()).toBe('the watch has ended');
  });

  test('rounds without an answer, each as long as it may be, are healthy for a day', async () => {
    const { clock, watcher, health } = openScene({
      async look({ membership }, signal) {
        await clock.sleep(10_000, signal);
        return { kind: 'evidence', lookups: [], memory: membership.memory };
      },
      close() {},
    });
    for (let second = 0; second < 86_400; second += 7) {
      await clock.advance(7_000);
      expect(health.fault()).toBeUndefined();
    }
    expect(watcher.status.phase).not.toBe('settled');
    expect(watcher.status.failuresInARow).toBeGreaterThan(1_000);
  });

  test('a loop that hangs is found out in its first round', async () => {
    const { clock, health } = openScene({ look: () => new Promise(() => {}), close() {} });
    await clock.advance(25_000);
    expect(health.fault()).toBeUndefined();
    await clock.advance(1_000);
    expect(health.fault()).toBe('no look at DNS has ended for 26 s, where one had to within 25 s: the loop hangs');
  });

  test('a loop that hangs later is found out, and is healthy again when it goes on', async () => {
    let goOn: (() => void) | undefined;
    let isHanging = false;
    const { clock, health } = openScene({
      async look(request, signal) {
        if (isHanging) await new Promise<void>((resolve) => (goOn = resolve));
        return await there.look(request, signal);
      },
      close() {},
    });
    await clock.advance(100_000);
    isHanging = true;
    await clock.advance(40_000);
    expect(health.fault()).toContain('the loop hangs');
    isHanging = false;
    expect(goOn).toBeDefined();
    goOn?.();
    await clock.advance(0);
    expect(health.fault()).toBeUndefined();
  });
});
