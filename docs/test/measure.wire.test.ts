import { setTimeout as sleep } from 'node:timers/promises';
import { watchPeers } from '@peerset/core';
import { expect, test } from 'vitest';
import { measureStart } from '../latency/measure.ts';
import { openTestkitStage } from '../latency/testkit-stage.ts';
import { secondsToSee } from '../latency/wait-for.ts';

test('each start is measured by itself', async () => {
  const stage = await openTestkitStage();
  const { seconds } = await measureStart(stage, 3);
  await stage.close();
  expect(seconds).toHaveLength(3);
  // All pods are ready: no poll has to be waited for.
  for (const each of seconds) expect(each).toBeLessThan(1);
});

test('what is measured begins with the change and ends when the watcher tells', async () => {
  const stage = await openTestkitStage();
  const set = stage.headless('color-svc', 3);
  const watcher = watchPeers({ service: set.host, servers: stage.servers, pollIntervalMs: 400, settlingIntervalMs: 400 });
  await watcher.ready({ peers: 3 });
  await sleep(1_000);
  const startedAtMs = performance.now();
  const seconds = await secondsToSee(
    watcher,
    ({ peers }) => peers.length === 4,
    () => set.scale(4),
  );
  expect(seconds).toBeGreaterThan(0);
  expect(seconds).toBeLessThanOrEqual((performance.now() - startedAtMs) / 1_000);
  expect(watcher.snapshot.peers.map(({ name }) => name)).toContain('color-svc-ss-3');
  await watcher.close();
  await stage.close();
});
