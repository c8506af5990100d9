import { staticSource, watchPeers } from '@peerset/core';
import type { PeerSource } from '@peerset/core';
import { virtualClock } from '@peerset/testkit';
import { expect, test } from 'vitest';
import { openHealth } from '../../src/listen/health.ts';

const SERVICE = 'color-svc.default.svc.cluster.local';

test('rounds that come are healthy, and so is a long pause that was announced', async () => {
  const clock = virtualClock();
  const source = staticSource([{ name: 'color-ss-0', addresses: ['10.0.0.1'] }]);
  const watcher = watchPeers({ service: SERVICE, clock, source, pollIntervalMs: 600_000, persistent: false });
  const health = openHealth(watcher);
  await clock.advance(500_000);
  expect(health.fault()).toBeUndefined();
  await clock.advance(3_600_000);
  expect(health.fault()).toBeUndefined();
  await watcher.close();
  expect(health.fault()).toBe('the watch has ended');
});

test('a round that does not come for a minute after its time is told', async () => {
  const clock = virtualClock();
  const hanging: PeerSource = { look: () => new Promise(() => {}), close: () => {} };
  const watcher = watchPeers({ service: SERVICE, clock, source: hanging, persistent: false });
  const health = openHealth(watcher);
  await clock.advance(59_000);
  expect(health.fault()).toBeUndefined();
  await clock.advance(2_000);
  expect(health.fault()).toMatch(/no look has ended since one was due 6\d s ago/);
  await watcher.close();
});
